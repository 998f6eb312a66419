"""Where allauth is told how accounts work here."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import TYPE_CHECKING, Any, override

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from komma.core import limits
from komma.core.vault.server import open_for_server, seal_for_server
from komma.core.vault.session import lock_vault
from komma.people import actions, queries, signin, sso
from komma.people.rules import second_factor_required

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.people.models import Person

FACTOR_PURPOSE = "second factor"
# A whole town hall may sign in from one address in the morning; one account from one address may
# not try much; one account from many addresses is under attack.
PER_ADDRESS = (1000, timedelta(hours=1))
PER_ACCOUNT_AND_ADDRESS = (10, timedelta(minutes=15))
PER_ACCOUNT = (100, timedelta(hours=1))


class AccountAdapter(DefaultAccountAdapter):
    """Accounts by invitation; the password opens the vault; no address is kept or told."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _(
            "E-Mail-Adresse und Passwort passen nicht zusammen. Bitte prüfen Sie beides."
        ),
        "incorrect_password": _("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal."),
        "incorrect_code": _("Der Code stimmt nicht oder ist abgelaufen. Nehmen Sie den nächsten."),
        "too_many_login_attempts": _(
            "Das waren zu viele Versuche. Bitte warten Sie eine Viertelstunde."
        ),
        "rate_limited": _("Das waren zu viele Versuche. Bitte warten Sie einige Minuten."),
    }

    @override
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    @override
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        email = queries.normalised(str(credentials.get("email", "")))
        refused = [
            limits.hit("sign-in address", request, *PER_ADDRESS),
            limits.hit("sign-in", request, *PER_ACCOUNT_AND_ADDRESS, subject=email),
            limits.hit("sign-in account", None, *PER_ACCOUNT, subject=email),
        ]
        if any(refused):
            raise self.validation_error("too_many_login_attempts")

    @override
    def authenticate(self, request: HttpRequest, **credentials: Any) -> Person | None:
        person: Person | None = super().authenticate(request, **credentials)
        # An account that was switched off answers as an unknown one.
        if person is None or not person.is_active:
            return None
        limits.reset("sign-in", request, subject=person.email)
        signin.password_seen(request, person, credentials["password"])
        return person

    @override
    def login(self, request: HttpRequest, user: Person) -> None:
        super().login(request, user)
        signin.signed_in(request, user)

    @override
    def logout(self, request: HttpRequest) -> None:
        lock_vault(request)
        super().logout(request)

    @override
    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        messages.error(request, _("Mit diesem Konto können Sie sich gerade nicht anmelden."))
        return HttpResponseRedirect(reverse("account_login"))

    @override
    def is_safe_url(self, url: str | None) -> bool:
        """Allow ways onward inside this site only."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    @override
    def get_client_ip(self, request: HttpRequest) -> str:
        """Give no address to allauth, which would keep it."""
        return "-"

    @override
    def send_notification_mail(
        self, template_prefix: str, user: Person, *args: Any, **kw: Any
    ) -> None:
        """Say only that something changed; allauth would tell address and browser."""
        actions.tell_of_change(user.pk)

    @override
    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        raise RuntimeError(f"Not one of our mails: {template_prefix}")


class MFAAdapter(DefaultMFAAdapter):
    """Second factors, their secrets sealed to the server key."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "cannot_delete_authenticator": _(
            "Ihre Aufgabe verlangt einen zweiten Faktor. Richten Sie zuerst einen anderen ein."
        ),
    }

    @override
    def encrypt(self, text: str) -> str:
        return base64.b64encode(seal_for_server(text.encode(), FACTOR_PURPOSE)).decode("ascii")

    @override
    def decrypt(self, encrypted_text: str) -> str:
        return open_for_server(base64.b64decode(encrypted_text), FACTOR_PURPOSE).decode()

    @override
    def build_totp_svg(self, url: str) -> str:
        """Return markup for the page itself: the policy for content forbids ``data:`` images."""
        code = segno.make(url, error="m", micro=False)
        markup: str = code.svg_inline(scale=5, border=4, light="#fff", dark="#000")
        return markup

    @override
    def generate_authenticator_name(self, user: Person, type: Any) -> str:
        return gettext("Passkey %(number)d") % {"number": queries.count_passkeys(user.pk) + 1}

    @override
    def can_delete_authenticator(self, authenticator: Any) -> bool:
        if not second_factor_required(authenticator.user_id):
            return True
        return queries.count_second_factors(authenticator.user_id) > 1

    @override
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": "KommA"}


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: from the environment only, never for an account that did not connect it."""

    @override
    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    @override
    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        return False

    @override
    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connect only for somebody who has just asked for it on their account page."""
        connecting = sociallogin.state.get("process") == "connect"
        if connecting and not sso.may_connect(request):
            messages.error(request, _("Bitte beginnen Sie die Verknüpfung noch einmal."))
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("people:account")))

    @override
    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[Any]:
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    @override
    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("people:account")
