"""Single sign-on: off unless configured, and never a way into an account by its address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from allauth.socialaccount.models import SocialAccount
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from komma.config.errors import SetupError
from komma.config.signin import oidc_providers
from komma.core.vault.session import VAULT
from tests.factories.people import PASSWORD, Account
from tests.people.identity_provider import Provider, running
from tests.people.signing_in import give_app, is_signed_in, opened

pytestmark = pytest.mark.django_db

VALUES = {
    "KOMMA_OIDC_ISSUER": "https://anmeldung.stadt.example",
    "KOMMA_OIDC_CLIENT": "komma",
    "KOMMA_OIDC_SECRET": "geheim",
    "KOMMA_OIDC_NAME": "Stadt-Anmeldung",
}


@pytest.fixture
def provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    for name, value in VALUES.items():
        monkeypatch.setenv(name, value)
    with running() as found:
        configured = oidc_providers()
        configured["openid_connect"]["APPS"][0]["settings"]["server_url"] = found.url
        settings.SOCIALACCOUNT_PROVIDERS = configured
        yield found


def through_provider(client: Client, provider: Provider, **claims: Any) -> HttpResponse:
    """Follow the link to the provider and come back from it as the person of the claims."""
    provider.claims = claims
    away = client.get("/anmelden/sso/komma/")
    return come_back(client, away)


def come_back(client: Client, away: HttpResponse) -> HttpResponse:
    target = urlsplit(away["Location"])
    assert target.path == "/authorize"
    query = parse_qs(target.query)
    assert query["code_challenge_method"] == ["S256"]
    values = {"code": "c", "state": query["state"][0]}
    return client.get("/anmelden/sso/komma/zurueck/", values)


def connected(client: Client, provider: Provider, account: Account, subject: str) -> HttpResponse:
    """Connect from the account page, as its owner does."""
    provider.claims = {"sub": subject, "email": account.person.email, "name": account.person.name}
    client.force_login(account.person)
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    assert client.post("/konto/sso/verknuepfen/").status_code == 200
    return come_back(client, client.get("/anmelden/sso/komma/?process=connect"))


def test_off_without_configuration(client: Client) -> None:
    assert oidc_providers() == {}
    assert client.get("/anmelden/sso/komma/").status_code == 404
    assert client.get("/anmelden/sso/komma/zurueck/").status_code == 404
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
def test_the_sign_in_page_offers_it_by_name(client: Client) -> None:
    page = client.get("/anmelden/").content.decode()
    assert "Über Stadt-Anmeldung anmelden" in page
    assert 'href="/anmelden/sso/komma/"' in page


@pytest.mark.parametrize("email", ["alice@stadt.example", "fremd@anderswo.example"])
def test_an_address_alone_does_not_sign_in(
    client: Client, provider: Provider, alice: Account, email: str
) -> None:
    answer = through_provider(client, provider, sub="4711", email=email, email_verified=True)
    assert "noch nicht verknüpft" in answer.content.decode()
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()


def test_connecting_needs_a_wish_of_a_moment_ago(
    client: Client, provider: Provider, alice: Account
) -> None:
    """A foreign page can lead somebody to the link, but not to the button before it."""
    provider.claims = {"sub": "4711"}
    client.force_login(alice.person)
    answer = come_back(client, client.get("/anmelden/sso/komma/?process=connect"))
    assert answer["Location"] == "/konto/"
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    client.post("/konto/sso/verknuepfen/")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        come_back(client, client.get("/anmelden/sso/komma/?process=connect"))
    assert not SocialAccount.objects.exists()


def test_connecting_asks_who_one_is(client: Client, provider: Provider, alice: Account) -> None:
    client.force_login(alice.person)
    answer = client.post("/konto/sso/verknuepfen/")
    assert answer["Location"].startswith("/konto/bestaetigen/")


def test_a_connected_account_signs_in_with_a_locked_vault(
    client: Client, provider: Provider, alice: Account
) -> None:
    assert connected(client, provider, alice, "4711")["Location"] == "/konto/"
    stored = SocialAccount.objects.get(user=alice.person)
    assert (stored.uid, stored.extra_data) == ("4711", {})

    elsewhere = Client()
    answer = through_provider(elsewhere, provider, sub="4711", email="alice@stadt.example")
    assert answer["Location"] == "/start/"
    assert is_signed_in(elsewhere)
    assert VAULT not in elsewhere.session
    assert opened(elsewhere, alice) is None
    stored.refresh_from_db()
    assert stored.extra_data == {}
    assert (stored.last_login.minute, stored.last_login.second) == (0, 0)


def test_the_second_factor_is_asked_here_too(
    client: Client, provider: Provider, alice: Account
) -> None:
    connected(client, provider, alice, "4711")
    give_app(alice.person)
    elsewhere = Client()
    answer = through_provider(elsewhere, provider, sub="4711")
    assert answer["Location"] == "/anmelden/code/"
    assert not is_signed_in(elsewhere)


def test_a_connection_is_not_taken_over_and_can_be_undone(
    client: Client, provider: Provider, alice: Account, bob: Account
) -> None:
    connected(client, provider, alice, "4711")
    connected(Client(), provider, bob, "4711")
    assert SocialAccount.objects.get(uid="4711").user == alice.person
    client.post("/konto/sso/loesen/")
    assert not SocialAccount.objects.exists()


def test_a_forged_way_back_is_refused(client: Client, provider: Provider, alice: Account) -> None:
    connected(Client(), provider, alice, "4711")
    provider.claims = {"sub": "4711"}
    client.get("/anmelden/sso/komma/")
    client.get("/anmelden/sso/komma/zurueck/", {"code": "c", "state": "erfunden"})
    assert not is_signed_in(client)
