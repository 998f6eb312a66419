"""`/einladung/<token>/`: set up an account, or take on another task with the one there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from komma.core.rows import become
from komma.people import actions, queries, signin
from komma.people.forms import AcceptForm
from komma.people.views.common import signed_in_person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.people.models import Invitation, Person


@sensitive_post_parameters("password", "again")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Lead an invited person to an account and a vault."""
    found = queries.invitation_by_token(token)
    if found is None or found.accepted_at or queries.invitation_is_expired(found):
        return render(request, "people/invitation_closed.html", status=410)
    if found.person.has_usable_password():
        return _join(request, found, token)
    if request.user.is_authenticated:
        # Somebody else's session: the new account must not be set up inside it.
        return render(request, "people/invitation_other.html", {"invitation": found}, status=409)
    form = AcceptForm(
        request.POST or None, person=found.person, initial={"name": found.person.name}
    )
    if request.method == "POST" and form.is_valid():
        return _accept(request, token, form)
    return render(request, "people/invitation.html", {"form": form, "invitation": found})


def _accept(request: HttpRequest, token: str, form: AcceptForm) -> HttpResponse:
    password = form.cleaned_data["password"]
    try:
        accepted = actions.accept_invitation(
            token=token, name=form.cleaned_data["name"], password=password
        )
    except actions.AccountError as refused:
        messages.error(request, str(refused))
        return redirect("account_login")
    _sign_in(request, accepted.person, password)
    context = {
        "code": accepted.recovery_code,
        "onward": settings.LOGIN_REDIRECT_URL,
        "is_new": True,
    }
    return render(request, "people/recovery_code.html", context)


def _sign_in(request: HttpRequest, person: Person, password: str) -> None:
    signin.password_seen(request, person, password)
    get_adapter(request).login(request, person)
    # The password was typed a moment ago: setting up the second factor need not ask again.
    record_authentication(request, person, "password", reauthenticated=True)
    become(person.pk)


def _join(request: HttpRequest, found: Invitation, token: str) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "people/invitation_known.html", {"invitation": found})
    person = signed_in_person(request)
    if person.pk != found.person_id:
        return render(request, "people/invitation_other.html", {"invitation": found}, status=409)
    if request.method == "POST":
        actions.join_by_invitation(token=token, by=person)
        messages.success(
            request,
            _("Willkommen bei %(organisation)s.") % {"organisation": found.organisation_name},
        )
        return redirect("people:account")
    return render(request, "people/invitation_join.html", {"invitation": found})
