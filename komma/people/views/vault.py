"""The vault: unlock, lock, recovery code, another password, a fresh one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from komma.core.vault.codes import CodeError, CodeIncomplete
from komma.core.vault.session import lock_vault, open_vault, vault_secret
from komma.people import actions, queries
from komma.people.forms import FreshVaultForm, RecoverForm, UnlockForm
from komma.people.views.common import confirmed, next_url, signed_in_person, too_many_tries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def unlock(request: HttpRequest) -> HttpResponse:
    """Open the vault with the password under which it is kept."""
    person = signed_in_person(request)
    onward = next_url(request)
    if vault_secret(request) is not None:
        return redirect(onward)
    if not queries.has_vault(person.pk):
        return redirect("people:fresh_vault")
    form = UnlockForm(request.POST or None)
    is_former = False
    if request.method == "POST" and not too_many_tries(form, person, "unlock") and form.is_valid():
        password = form.cleaned_data["password"]
        secret = actions.open_with_password(person.pk, password)
        is_present = person.check_password(password)
        if secret is not None:
            open_vault(request, secret=secret, person=person.pk)
            if is_present:
                return redirect(onward)
            return redirect(f"{reverse('people:align')}?{urlencode({'next': onward})}")
        is_former = is_present
        form.add_error("password", _wrong_password(is_present=is_present))
    context = {"form": form, "next": onward, "is_former": is_former}
    return render(request, "people/unlock.html", context)


def _wrong_password(*, is_present: bool) -> str:
    if is_present:
        return _(
            "Mit diesem Passwort melden Sie sich an, aber Ihr Tresor hängt noch am früheren. "
            "Bitte geben Sie das frühere ein oder nehmen Sie Ihren Wiederherstellungscode."
        )
    return _("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.")


@login_required
@require_POST
def lock(request: HttpRequest) -> HttpResponse:
    """Close the vault and stay signed in."""
    lock_vault(request)
    messages.success(request, _("Ihr Tresor ist geschlossen."))
    return redirect("people:account")


@login_required
def align(request: HttpRequest) -> HttpResponse:
    """Keep the opened vault under the password of the account from now on."""
    person = signed_in_person(request)
    secret = vault_secret(request)
    if secret is None:
        return redirect("people:unlock")
    form = UnlockForm(request.POST or None)
    if (
        request.method == "POST"
        and not too_many_tries(form, person, "password")
        and form.is_valid()
    ):
        password = form.cleaned_data["password"]
        if person.check_password(password):
            actions.rewrap(person_id=person.pk, secret=secret, password=password)
            messages.success(request, _("Ihr Tresor öffnet sich jetzt mit Ihrem Passwort."))
            return redirect(next_url(request, reverse("people:account")))
        form.add_error("password", _wrong_password(is_present=False))
    context = {"form": form, "next": next_url(request, reverse("people:account"))}
    return render(request, "people/align.html", context)


@login_required
@confirmed
def recovery_code(request: HttpRequest) -> HttpResponse:
    """Make a new recovery code and show it in this one answer; it is stored nowhere."""
    person = signed_in_person(request)
    secret = vault_secret(request)
    if secret is None:
        back = urlencode({"next": request.path})
        return redirect(f"{reverse('people:unlock')}?{back}")
    if request.method != "POST":
        return render(request, "people/new_recovery_code.html")
    code = actions.renew_recovery_code(person_id=person.pk, secret=secret)
    return render(
        request, "people/recovery_code.html", {"code": code, "onward": reverse("people:account")}
    )


@login_required
def recover(request: HttpRequest) -> HttpResponse:
    """Open the vault with the recovery code and keep it under the present password."""
    person = signed_in_person(request)
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and not too_many_tries(form, person, "recover") and form.is_valid():
        secret = _recovered(form, request)
        if secret is not None:
            password = form.cleaned_data["password"]
            actions.rewrap(person_id=person.pk, secret=secret, password=password)
            open_vault(request, secret=secret, person=person.pk)
            messages.success(request, _("Ihr Tresor ist offen und hängt jetzt an Ihrem Passwort."))
            return redirect(next_url(request, reverse("people:account")))
    context = {"form": form, "next": next_url(request, reverse("people:account"))}
    return render(request, "people/recover.html", context)


def _recovered(form: RecoverForm, request: HttpRequest) -> str | None:
    """Return the secret key, or None with errors on the form."""
    person = signed_in_person(request)
    if not person.check_password(form.cleaned_data["password"]):
        form.add_error("password", _wrong_password(is_present=False))
        return None
    try:
        secret = actions.open_with_code(person.pk, form.cleaned_data["code"])
    except CodeIncomplete:
        form.add_error("code", _("Am Ende fehlen Zeichen. Der Code hat 25 Zeichen."))
        return None
    except CodeError:
        form.add_error("code", _("In dem Code steckt ein Tippfehler. Bitte vergleichen Sie ihn."))
        return None
    if secret is None:
        form.add_error(
            "code", _("Dieser Code gehört nicht zu Ihrem Tresor, oder es gibt einen neueren.")
        )
    return secret


@login_required
@confirmed
def fresh_vault(request: HttpRequest) -> HttpResponse:
    """Make a key pair where there is none, or in place of one that nobody can open any more."""
    person = signed_in_person(request)
    replaces = queries.has_vault(person.pk)
    form = FreshVaultForm(request.POST or None)
    if not replaces:
        del form.fields["understood"]
    if (
        request.method == "POST"
        and not too_many_tries(form, person, "password")
        and form.is_valid()
    ):
        password = form.cleaned_data["password"]
        if person.check_password(password):
            code = actions.replace_vault(person, password)
            secret = actions.open_with_password(person.pk, password)
            assert secret is not None
            open_vault(request, secret=secret, person=person.pk)
            context = {"code": code, "onward": reverse("people:account")}
            return render(request, "people/recovery_code.html", context)
        form.add_error("password", _wrong_password(is_present=False))
    return render(request, "people/fresh_vault.html", {"form": form, "replaces": replaces})
