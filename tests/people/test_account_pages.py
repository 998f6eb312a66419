"""`/konto/` and `/einladung/`: for their owner, and for nobody else."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from komma.core.sessions.models import SealedSession
from komma.people import actions, queries
from komma.people.models import Person
from tests.factories.people import PASSWORD, Account
from tests.factories.towns import Town
from tests.people.signing_in import is_signed_in, opened, post_password
from tests.people.test_invitations import STRONG, invite

pytestmark = pytest.mark.django_db

PAGES = [
    "/konto/",
    "/konto/name/",
    "/konto/sitzungen/",
    "/konto/passwort/",
    "/konto/entsperren/",
    "/konto/tresor/passwort/",
    "/konto/tresor/code/",
    "/konto/tresor/wiederherstellen/",
    "/konto/tresor/neu/",
    "/konto/zweiter-faktor/",
    "/konto/zweiter-faktor/app/",
    "/konto/passkeys/neu/",
]


@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_asked_to_sign_in(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith(("/anmelden/", "/konto/bestaetigen/"))


@pytest.mark.parametrize("path", PAGES)
def test_the_owner_gets_every_page(client: Client, alice: Account, path: str) -> None:
    client.force_login(alice.person)
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    response = client.get(path, follow=True)
    assert response.status_code == 200
    page = response.content.decode()
    assert len(re.findall(r"<h1", page)) == 1
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/anmelden/", "/abmelden/", "/konto/passwort-vergessen/", "/einladung/erfunden/"]
)
def test_pages_without_signing_in(client: Client, path: str) -> None:
    response = client.get(path, follow=True)
    assert response.status_code in (200, 410)
    assert b"<h1" in response.content


def test_the_name_can_be_changed(client: Client, alice: Account) -> None:
    client.force_login(alice.person)
    client.post("/konto/name/", {"name": "  Alicia Ahrens "})
    assert Person.objects.get(pk=alice.id).name == "Alicia Ahrens"
    page = client.post("/konto/name/", {"name": ""})
    assert "Bitte geben Sie Ihren Namen ein" in page.content.decode()


def test_devices_are_listed_and_signed_out(client: Client, alice: Account, bob: Account) -> None:
    post_password(client, "alice@stadt.example")
    phone = Client(headers={"User-Agent": "Mozilla/5.0 (Android 15) Firefox/140.0"})
    post_password(phone, "alice@stadt.example")
    stranger = Client()
    post_password(stranger, "bob@stadt.example")

    page = client.get("/konto/sitzungen/").content.decode()
    assert "diese Sitzung" in page
    assert "Firefox, Android" in page
    (foreign,) = queries.sessions_of(bob.id)
    ended = client.post("/konto/sitzungen/beenden/", {"session": foreign.session_key})
    assert ended.status_code == 404
    assert is_signed_in(stranger)

    key = next(s for s in queries.sessions_of(alice.id) if s.device).session_key
    client.post("/konto/sitzungen/beenden/", {"session": key})
    assert phone.get("/konto/")["Location"].startswith("/anmelden/")
    assert client.get("/konto/").status_code == 200


def test_all_other_devices_are_signed_out(client: Client, alice: Account, bob: Account) -> None:
    others = [Client(), Client()]
    for each in others:
        post_password(each, "alice@stadt.example")
    post_password(client, "alice@stadt.example")
    client.force_login(alice.person)
    client.post("/konto/sitzungen/beenden/", {"others": "1"})
    assert SealedSession.objects.filter(person_id=alice.id).count() == 1
    assert client.get("/konto/").status_code == 200


def test_locking_and_unlocking(client: Client, alice: Account) -> None:
    post_password(client, "alice@stadt.example")
    client.post("/konto/tresor/schliessen/")
    assert opened(client, alice) is None
    page = client.post("/konto/entsperren/", {"password": "ein ganz falsches"})
    assert "stimmt nicht" in page.content.decode()
    response = client.post("/konto/entsperren/", {"password": PASSWORD, "next": "/konto/name/"})
    assert response["Location"] == "/konto/name/"
    assert opened(client, alice) == alice.secret


def test_unlocking_leads_to_no_other_site(client: Client, alice: Account) -> None:
    client.force_login(alice.person)
    values = {"password": PASSWORD, "next": "https://evil.example/"}
    assert client.post("/konto/entsperren/", values)["Location"] == "/start/"


def test_locking_needs_a_post(client: Client, alice: Account) -> None:
    client.force_login(alice.person)
    assert client.get("/konto/tresor/schliessen/").status_code == 405


def test_the_vault_cannot_be_guessed_endlessly(client: Client, alice: Account) -> None:
    client.force_login(alice.person)
    for _ in range(10):
        client.post("/konto/entsperren/", {"password": "ein ganz falsches"})
    page = client.post("/konto/entsperren/", {"password": PASSWORD})
    assert "zu viele Versuche" in page.content.decode()
    assert opened(client, alice) is None


def test_an_invitation_leads_to_an_account_a_vault_and_a_code(client: Client, town: Town) -> None:
    person, token = invite(town)
    page = client.get(f"/einladung/{token}/").content.decode()
    assert "Musterstadt" in page
    assert not is_signed_in(client)
    done = client.post(
        f"/einladung/{token}/", {"name": "Nadja Neu", "password": STRONG, "again": STRONG}
    ).content.decode()
    code = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]", done)
    assert code is not None
    secret = actions.open_with_password(person.pk, STRONG)
    assert actions.open_with_code(person.pk, code[0]) == secret
    assert is_signed_in(client)
    assert code[0] not in str(dict(client.session))
    assert client.get(f"/einladung/{token}/").status_code == 410


def test_a_weak_password_keeps_the_invitation_open(client: Client, town: Town) -> None:
    person, token = invite(town)
    values = {"name": "Nadja Neumann", "password": "Nadja Neumann", "again": "Nadja Neumann"}
    response = client.post(f"/einladung/{token}/", values)
    assert response.status_code == 200
    assert not queries.has_vault(person.pk)
    assert client.get(f"/einladung/{token}/").status_code == 200


def test_an_invitation_does_not_run_inside_somebody_elses_session(
    client: Client, town: Town, alice: Account
) -> None:
    person, token = invite(town)
    client.force_login(alice.person)
    values = {"name": "Nadja Neu", "password": STRONG, "again": STRONG}
    assert client.post(f"/einladung/{token}/", values).status_code == 409
    assert not queries.has_vault(person.pk)


def test_an_account_that_exists_joins_by_signing_in(
    client: Client, town: Town, alice: Account, bob: Account
) -> None:
    _, token = invite(town, "alice@stadt.example")
    assert "Bitte melden Sie sich an" in client.get(f"/einladung/{token}/").content.decode()
    refused = client.post(
        f"/einladung/{token}/", {"name": "Böse", "password": STRONG, "again": STRONG}
    )
    assert "Bitte melden Sie sich an" in refused.content.decode()

    client.force_login(bob.person)
    assert client.post(f"/einladung/{token}/").status_code == 409
    client.force_login(alice.person)
    assert client.get(f"/einladung/{token}/").status_code == 200
    assert client.post(f"/einladung/{token}/")["Location"] == "/konto/"
    assert client.get(f"/einladung/{token}/").status_code == 410
    assert Person.objects.get(pk=alice.id).check_password(PASSWORD)
