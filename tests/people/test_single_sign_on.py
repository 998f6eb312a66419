"""Single sign-on: off unless configured, and never a way into an account by its address."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.core import context
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from komma.config.errors import SetupError
from komma.config.signin import PROVIDER_ID, oidc_providers
from komma.core.vault.session import VAULT
from komma.people.sso import MAY_CONNECT
from tests.factories.people import Account

pytestmark = pytest.mark.django_db

VALUES = {
    "KOMMA_OIDC_ISSUER": "https://anmeldung.stadt.example",
    "KOMMA_OIDC_CLIENT": "komma",
    "KOMMA_OIDC_SECRET": "geheim",
    "KOMMA_OIDC_NAME": "Stadt-Anmeldung",
}


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    settings.SOCIALACCOUNT_PROVIDERS = oidc_providers()


def back_from_provider(
    claims: dict[str, Any], *, person: Account | None = None, state: dict[str, Any] | None = None
) -> tuple[HttpRequest, HttpResponse]:
    """Do what the callback does once the provider has vouched for these claims."""
    request = RequestFactory().get("/")
    request.session = Client().session
    request.user = person.person if person else AnonymousUser()
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    for key, value in (state or {}).pop("session", {}).items():
        request.session[key] = value
    with context.request_context(request):
        provider = get_adapter().get_provider(request, PROVIDER_ID)
        login = provider.sociallogin_from_response(request, {"userinfo": claims})
        login.state = state or {}
        return request, complete_login(request, login)


def test_off_without_configuration(client: Client) -> None:
    assert oidc_providers() == {}
    assert client.get("/anmelden/sso/komma/").status_code == 404
    assert "anmelden/sso" not in client.get("/anmelden/").content.decode()


def test_half_a_configuration_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMA_OIDC_ISSUER", "https://anmeldung.stadt.example")
    with pytest.raises(SetupError, match="needs all of"):
        oidc_providers()


def test_an_issuer_without_tls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (VALUES | {"KOMMA_OIDC_ISSUER": "http://stadt.example"}).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match="https"):
        oidc_providers()


@pytest.mark.usefixtures("provider")
def test_a_known_address_does_not_sign_in(alice: Account) -> None:
    claims = {"sub": "4711", "email": "alice@stadt.example", "email_verified": True}
    request, response = back_from_provider(claims)
    assert "noch nicht verknüpft" in response.content.decode()
    assert "_auth_user_id" not in request.session
    assert not SocialAccount.objects.exists()


@pytest.mark.usefixtures("provider")
def test_a_stranger_gets_no_account(db: None) -> None:
    claims = {"sub": "4712", "email": "fremd@anderswo.example", "email_verified": True}
    request, response = back_from_provider(claims)
    assert "noch nicht verknüpft" in response.content.decode()
    assert "_auth_user_id" not in request.session


@pytest.mark.usefixtures("provider")
def test_connecting_needs_a_wish_of_a_moment_ago(alice: Account) -> None:
    for session in ({}, {MAY_CONNECT: int(time.time()) - 3600}):
        state = {"process": "connect", "session": session}
        _, response = back_from_provider({"sub": "4711"}, person=alice, state=state)
        assert response["Location"] == "/konto/"
    assert not SocialAccount.objects.exists()


@pytest.mark.usefixtures("provider")
def test_a_connected_account_signs_in_with_a_locked_vault(alice: Account) -> None:
    state = {"process": "connect", "session": {MAY_CONNECT: int(time.time())}}
    claims = {"sub": "4711", "email": "alice@stadt.example", "name": "Alice Ahrens"}
    back_from_provider(claims, person=alice, state=state)
    stored = SocialAccount.objects.get(user=alice.person)
    assert stored.uid == "4711"
    assert stored.extra_data == {}

    request, _response = back_from_provider(claims)
    assert request.session["_auth_user_id"] == str(alice.id)
    assert VAULT not in request.session
    stored.refresh_from_db()
    assert stored.extra_data == {}
    assert (stored.last_login.minute, stored.last_login.second) == (0, 0)


@pytest.mark.usefixtures("provider")
def test_another_persons_connection_is_not_taken_over(alice: Account, bob: Account) -> None:
    state = {"process": "connect", "session": {MAY_CONNECT: int(time.time())}}
    back_from_provider(
        {"sub": "4711"}, person=alice, state=dict(state, session={MAY_CONNECT: int(time.time())})
    )
    back_from_provider(
        {"sub": "4711"}, person=bob, state=dict(state, session={MAY_CONNECT: int(time.time())})
    )
    assert SocialAccount.objects.get(uid="4711").user == alice.person
