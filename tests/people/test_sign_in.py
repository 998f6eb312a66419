"""Signing in: the password opens the vault, but only once the second factor is done."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client, RequestFactory
from pytest_django import Settings

from komma.core.sessions.models import SealedSession
from komma.core.vault.session import VAULT, cookie_name
from komma.people import signin
from komma.people.adapters import AccountAdapter
from komma.people.signin import WAITING
from tests.factories import as_owner
from tests.factories.people import PASSWORD, Account
from tests.people.signing_in import code_now, give_app, is_signed_in, opened, post_password

pytestmark = pytest.mark.django_db


def test_the_password_signs_in_and_opens_the_vault(client: Client, alice: Account) -> None:
    response = post_password(client, "alice@stadt.example")
    assert (response.status_code, response["Location"]) == (302, "/start/")
    assert is_signed_in(client)
    assert opened(client, alice) == alice.secret


def test_capitals_in_the_address_do_not_matter(client: Client, alice: Account) -> None:
    post_password(client, "Alice@Stadt.EXAMPLE")
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("alice@stadt.example", "ein ganz falsches Passwort"),
        ("niemand@stadt.example", PASSWORD),
        ("gesperrt@stadt.example", PASSWORD),
    ],
)
def test_every_refusal_looks_the_same(
    client: Client, alice: Account, bob: Account, email: str, password: str
) -> None:
    with as_owner():
        bob.person.email, bob.person.is_active = "gesperrt@stadt.example", False
        bob.person.save()
    response = post_password(client, email, password)
    assert response.status_code == 200
    assert "passen nicht zusammen" in response.content.decode()
    assert not is_signed_in(client)
    assert VAULT not in client.session
    assert WAITING not in client.session


def test_nothing_opens_before_the_second_factor(client: Client, alice: Account) -> None:
    give_app(alice.person)
    response = post_password(client, "alice@stadt.example")
    assert response["Location"] == "/anmelden/code/"
    assert not is_signed_in(client)
    assert VAULT not in client.session
    assert opened(client, alice) is None

    assert client.get("/anmelden/code/").status_code == 200
    response = client.post("/anmelden/code/", {"code": code_now()})
    assert response["Location"] == "/start/"
    assert is_signed_in(client)
    assert opened(client, alice) == alice.secret
    assert WAITING not in client.session


def test_a_wrong_code_opens_nothing(client: Client, alice: Account) -> None:
    give_app(alice.person)
    post_password(client, "alice@stadt.example")
    wrong = str((int(code_now()) + 500_000) % 1_000_000).zfill(6)
    response = client.post("/anmelden/code/", {"code": wrong})
    assert "Der Code stimmt nicht" in response.content.decode()
    assert not is_signed_in(client)
    assert opened(client, alice) is None


def test_codes_cannot_be_guessed_endlessly(client: Client, alice: Account) -> None:
    give_app(alice.person)
    post_password(client, "alice@stadt.example")
    for guess in range(10):
        client.post("/anmelden/code/", {"code": f"{guess:06}"})
    response = client.post("/anmelden/code/", {"code": code_now()})
    assert "zu viele Versuche" in response.content.decode()
    assert not is_signed_in(client)


def test_the_waiting_key_is_of_no_use_to_somebody_else(
    client: Client, alice: Account, bob: Account
) -> None:
    """Alice stops at the second factor; then Bob signs in with the same browser."""
    give_app(alice.person)
    post_password(client, "alice@stadt.example")
    waiting = client.session[WAITING]
    client.get("/konto/passwort-vergessen/")
    response = post_password(client, "bob@stadt.example")
    if response["Location"] == "/anmelden/code/":  # allauth leads back to the stage first
        client.post("/abmelden/")
        post_password(client, "bob@stadt.example")
    assert WAITING not in client.session or client.session[WAITING] != waiting
    assert opened(client, alice) is None


def test_a_key_that_waited_too_long_is_dropped(alice: Account) -> None:
    with time_machine.travel("2026-11-22 10:00Z", tick=False) as clock:
        request = RequestFactory().get("/")
        request.session = Client().session
        request.user = type("Nobody", (), {"is_authenticated": False, "pk": None})()  # type: ignore[assignment]
        signin.password_seen(request, alice.person, PASSWORD)
        assert WAITING in request.session
        clock.shift(dt.timedelta(minutes=16))
        signin.signed_in(request, alice.person)
    assert VAULT not in request.session
    assert WAITING not in request.session


def test_a_passkey_signs_in_with_a_locked_vault(client: Client, alice: Account) -> None:
    """Passkeys call nothing but the adapter's ``login``."""
    request = RequestFactory().get("/", HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140")
    request.session = client.session
    AccountAdapter(request).login(request, alice.person)
    assert request.session["_auth_user_id"] == str(alice.id)
    assert request.session["komma_device"] == "Firefox, Windows"
    assert VAULT not in request.session


def test_the_vault_closes_after_idle_minutes(client: Client, alice: Account) -> None:
    with time_machine.travel("2026-11-22 10:00Z", tick=False) as clock:
        post_password(client, "alice@stadt.example")
        clock.shift(dt.timedelta(minutes=19))
        assert opened(client, alice) == alice.secret
        clock.shift(dt.timedelta(minutes=21))
        assert opened(client, alice) is None


def test_signing_out_forgets_session_and_key(client: Client, alice: Account) -> None:
    post_password(client, "alice@stadt.example")
    client.post("/abmelden/")
    assert not is_signed_in(client)
    assert client.cookies[cookie_name()].value == ""
    assert not SealedSession.objects.filter(person_id=alice.id).exists()


def test_no_moment_of_signing_in_is_kept(client: Client, alice: Account) -> None:
    give_app(alice.person)
    post_password(client, "alice@stadt.example")
    client.post("/anmelden/code/", {"code": code_now()})
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_person WHERE id = %s", [alice.id])
        assert not [value for value in cursor.fetchone() if isinstance(value, dt.datetime)]
        cursor.execute("SELECT created_at, last_used_at FROM mfa_authenticator")
        moments = [value for row in cursor.fetchall() for value in row if value]
    berlin = [moment.astimezone(dt.timezone(dt.timedelta(hours=1))) for moment in moments]
    assert moments
    assert all((moment.minute, moment.second) == (0, 0) for moment in berlin)


def test_rows_hold_neither_secret_nor_address(client: Client, alice: Account) -> None:
    authenticator = give_app(alice.person)
    post_password(client, "alice@stadt.example")
    client.post("/anmelden/code/", {"code": code_now()})
    in_clear = json.dumps(dict(client.session))
    assert "alice@stadt.example" in in_clear  # negative control: allauth does put it there

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM core_sealedsession s")
        rows = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT row_to_json(a)::text FROM mfa_authenticator a")
        factors = " ".join(row[0] for row in cursor.fetchall())
    assert "alice" not in rows
    assert alice.secret not in rows
    assert client.session.session_key not in rows
    assert client.cookies[cookie_name()].value not in rows
    assert "JBSWY3DP" not in factors
    assert authenticator.data["secret"] in factors


def test_guessing_one_account_does_not_block_another(
    client: Client, alice: Account, bob: Account
) -> None:
    for _ in range(10):
        post_password(client, "alice@stadt.example", "falsch geraten und lang")
    refused = post_password(client, "alice@stadt.example")
    assert "zu viele Versuche" in refused.content.decode()
    assert not is_signed_in(client)
    post_password(client, "bob@stadt.example")
    assert is_signed_in(client)


def test_guessing_from_one_address_does_not_shut_out_the_owner_elsewhere(
    client: Client, alice: Account
) -> None:
    for _ in range(11):
        post_password(client, "alice@stadt.example", "falsch geraten und lang")
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    post_password(elsewhere, "alice@stadt.example")
    assert is_signed_in(elsewhere)


def test_counters_hold_no_address(client: Client, alice: Account) -> None:
    post_password(client, "alice@stadt.example", "falsch geraten und lang")
    kept = repr(cache._cache)  # type: ignore[attr-defined]
    assert "limit:" in kept
    assert "127.0.0.1" not in kept
    assert "alice" not in kept


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "http://localhost/"]
)
def test_sign_in_leads_nowhere_else(client: Client, alice: Account, target: str) -> None:
    response = client.post(
        "/anmelden/", {"login": "alice@stadt.example", "password": PASSWORD, "next": target}
    )
    assert response["Location"] == "/start/"


def test_nobody_signs_up(client: Client) -> None:
    for path in ("/anmelden/neu/", "/signup/", "/accounts/signup/", "/konto/email/"):
        assert client.get(path).status_code == 404


def test_the_password_once_more_opens_the_vault(client: Client, alice: Account) -> None:
    client.force_login(alice.person)
    assert opened(client, alice) is None
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    assert opened(client, alice) == alice.secret


def test_somebody_elses_password_does_not_confirm(
    client: Client, alice: Account, bob: Account, settings: Settings
) -> None:
    with as_owner():
        bob.person.set_password("Bobs eigenes langes Wort")
        bob.person.save()
    client.force_login(alice.person)
    response = client.post("/konto/bestaetigen/", {"password": "Bobs eigenes langes Wort"})
    assert "stimmt nicht" in response.content.decode()
    assert opened(client, alice) is None
