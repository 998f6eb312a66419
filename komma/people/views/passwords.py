"""Changing a password, and a new one for a forgotten one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from komma.core import limits
from komma.core.vault.session import vault_secret
from komma.people import actions, queries, reset
from komma.people.forms import ChangePasswordForm, ForgottenForm, NewPasswordForm
from komma.people.views.common import signed_in_person, too_many_tries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

RESET_LINK = "reset_link"
# Enough for a town hall behind one address; one mailbox gets a few mails only.
PER_ADDRESS = (100, timedelta(hours=1))
PER_MAILBOX = (3, timedelta(hours=1))


@login_required
def change(request: HttpRequest) -> HttpResponse:
    """Change the password; the vault comes along."""
    person = signed_in_person(request)
    form = ChangePasswordForm(request.POST or None, person=person)
    if (
        request.method == "POST"
        and not too_many_tries(form, person, "password")
        and form.is_valid()
    ):
        came_along = actions.change_password(
            person=person,
            current=form.cleaned_data["current"],
            new=form.cleaned_data["password"],
            secret=vault_secret(request),
        )
        update_session_auth_hash(request, person)
        _tell(request, came_along=came_along or not queries.has_vault(person.pk))
        return redirect("people:account")
    return render(request, "people/change_password.html", {"form": form})


def _tell(request: HttpRequest, *, came_along: bool) -> None:
    if came_along:
        messages.success(
            request, _("Ihr Passwort ist geändert. Andere Geräte sind jetzt abgemeldet.")
        )
        return
    messages.warning(
        request,
        _(
            "Ihr Passwort ist geändert. Ihr Tresor war geschlossen: Er öffnet sich weiterhin mit "
            "dem früheren Passwort oder mit Ihrem Wiederherstellungscode."
        ),
    )


def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask where to send the link; answers the same for every address."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        email = queries.normalised(form.cleaned_data["email"])
        refused = [
            limits.hit("reset address", request, *PER_ADDRESS),
            limits.hit("reset", None, *PER_MAILBOX, subject=email),
        ]
        if not any(refused):
            actions.request_reset(email)
        return redirect("people:forgotten_sent")
    return render(request, "people/forgotten.html", {"form": form})


def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """Say what happens now, whether or not there is such an account."""
    return render(request, "people/forgotten_sent.html")


def reset_link(request: HttpRequest, token: str) -> HttpResponse:
    """Put the link's token into the session, so that no address, history or referrer keeps it."""
    request.session[RESET_LINK] = token
    return redirect("people:reset_form")


def reset_form(request: HttpRequest) -> HttpResponse:
    """Set a new password. Opens nothing, signs nobody in, keeps the second factor."""
    person = reset.person_for(request.session.get(RESET_LINK, ""))
    if person is None:
        return render(request, "people/reset_expired.html", status=410)
    form = NewPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        actions.reset_password(person, form.cleaned_data["password"])
        request.session.pop(RESET_LINK)
        messages.success(request, _("Ihr neues Passwort gilt. Bitte melden Sie sich damit an."))
        if queries.has_vault(person.pk):
            messages.info(
                request,
                _(
                    "Ihr Tresor öffnet sich weiterhin mit dem früheren Passwort oder mit Ihrem "
                    "Wiederherstellungscode."
                ),
            )
        return redirect("account_login")
    has_vault = queries.has_vault(person.pk)
    return render(request, "people/reset.html", {"form": form, "has_vault": has_vault})
