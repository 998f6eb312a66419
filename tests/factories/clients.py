"""Signed-in test clients, as after signing in with password and second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client

from komma.core.vault.session import PENDING_COOKIE, cookie_name, open_vault

if TYPE_CHECKING:
    from tests.factories.people import Account


def signed_in(
    account: Account,
    *,
    vault: bool = True,
    second_factor: bool = True,
    client: Client | None = None,
) -> Client:
    """Return a client in which the account is signed in; ``vault=False`` leaves it locked.

    A given ``client`` keeps its session.
    """
    client = client or Client()
    client.force_login(account.person)
    request = HttpRequest()
    request.session = client.session
    request.user = account.person
    if second_factor:
        record_authentication(request, account.person, "mfa", type="totp")
    if vault:
        open_vault(request, secret=account.secret, person=account.id)
        client.cookies[cookie_name()] = getattr(request, PENDING_COOKIE)
    request.session.save()
    return client
