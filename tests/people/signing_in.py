"""Signing in as people do: through the pages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.http import HttpRequest

from komma.core.vault.session import vault_secret
from tests.factories.people import PASSWORD

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client

    from komma.people.models import Person
    from tests.factories.people import Account

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def post_password(client: Client, email: str, password: str = PASSWORD) -> HttpResponse:
    return client.post("/anmelden/", {"login": email, "password": password})


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_app(person: Person, secret: str = SECRET) -> Authenticator:
    """Set an authenticator app up for the person, with spare codes."""
    RecoveryCodes.activate(person)
    return TOTP.activate(person, secret).instance


def stored_secret(authenticator: Authenticator) -> str:
    return str(get_adapter().decrypt(authenticator.data["secret"]))


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def opened(client: Client, account: Account) -> str | None:
    """Return the secret key that a request of this client would have in hand."""
    request = HttpRequest()
    request.session = client.session
    request.user = account.person
    request.COOKIES = {name: morsel.value for name, morsel in client.cookies.items()}
    return vault_secret(request)
