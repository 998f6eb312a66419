"""Changing and replacing passwords: what was readable stays so, and a mail opens nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from komma.core.rows import acting_as
from komma.core.vault.keys import new_key_pair
from komma.people import actions, jobs, queries
from komma.people.models import PersonKey
from komma.people.passwords import BlockListValidator
from tests.factories.people import PASSWORD, Account
from tests.people.signing_in import code_now, give_app, is_signed_in, opened, post_password
from tests.people.test_invitations import STRONG, queued

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def outbox(settings: Settings) -> None:
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}


def reset_path() -> str:
    """Ask for a reset and return the path in the mail, as the job worker sends it."""
    (args,) = queued("people.mail_reset")[-1:]
    jobs.mail_reset(**args)
    found = re.search(rf"{re.escape(settings.KOMMA_URL)}(\S+)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def set_new_password(client: Client, path: str, password: str = STRONG) -> None:
    client.get(path, follow=True)
    client.post("/konto/passwort/neu/", {"password": password, "again": password})


def test_the_vault_follows_a_changed_password(client: Client, alice: Account) -> None:
    post_password(client, "alice@stadt.example")
    other = Client()
    post_password(other, "alice@stadt.example")
    response = client.post(
        "/konto/passwort/", {"current": PASSWORD, "password": STRONG, "again": STRONG}
    )
    assert response["Location"] == "/konto/"
    assert actions.open_with_password(alice.id, STRONG) == alice.secret
    assert actions.open_with_password(alice.id, PASSWORD) is None
    assert client.get("/konto/").status_code == 200
    assert other.get("/konto/").status_code == 302  # signed out


def test_a_closed_vault_follows_too_since_the_present_password_opens_it(
    client: Client, alice: Account
) -> None:
    client.force_login(alice.person)
    client.post("/konto/passwort/", {"current": PASSWORD, "password": STRONG, "again": STRONG})
    assert actions.open_with_password(alice.id, STRONG) == alice.secret


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"current": "falsch"}, "bisherige Passwort stimmt nicht"),
        ({"again": STRONG + "x"}, "Beide Eingaben"),
        ({"password": "kurz", "again": "kurz"}, "12 Zeichen"),
        ({"password": "password1234", "again": "password1234"}, "zu erraten"),
        ({"password": "alice@stadt.example", "again": "alice@stadt.example"}, "E-Mail"),
    ],
)
def test_a_bad_new_password_changes_nothing(
    client: Client, alice: Account, values: dict[str, str], message: str
) -> None:
    client.force_login(alice.person)
    posted = {"current": PASSWORD, "password": STRONG, "again": STRONG} | values
    response = client.post("/konto/passwort/", posted)
    assert message in response.content.decode()
    alice.person.refresh_from_db()
    assert alice.person.check_password(PASSWORD)


def test_a_reset_opens_nothing_and_keeps_the_second_factor(client: Client, alice: Account) -> None:
    give_app(alice.person)
    client.post("/konto/passwort-vergessen/", {"email": "Alice@stadt.example"})
    set_new_password(client, reset_path())

    assert not is_signed_in(client)
    assert actions.open_with_password(alice.id, STRONG) is None
    assert actions.open_with_password(alice.id, PASSWORD) == alice.secret
    response = post_password(client, "alice@stadt.example", STRONG)
    assert response["Location"] == "/anmelden/code/"
    client.post("/anmelden/code/", {"code": code_now()})
    assert is_signed_in(client)
    assert opened(client, alice) is None


def test_after_a_reset_the_former_password_opens_the_vault_and_it_can_be_moved(
    client: Client, alice: Account
) -> None:
    actions.reset_password(alice.person, STRONG)
    post_password(client, "alice@stadt.example", STRONG)
    page = client.post("/konto/entsperren/", {"password": STRONG, "next": "/konto/"})
    assert "hängt noch am früheren" in page.content.decode()

    moved = client.post("/konto/entsperren/", {"password": PASSWORD, "next": "/konto/"})
    assert moved["Location"] == "/konto/tresor/passwort/?next=%2Fkonto%2F"
    assert opened(client, alice) == alice.secret
    assert client.get(moved["Location"]).status_code == 200
    client.post("/konto/tresor/passwort/", {"password": STRONG, "next": "/konto/"})
    assert actions.open_with_password(alice.id, STRONG) == alice.secret


def test_a_reset_link_works_once(client: Client, alice: Account) -> None:
    client.post("/konto/passwort-vergessen/", {"email": "alice@stadt.example"})
    path = reset_path()
    set_new_password(client, path)
    assert client.get(path, follow=True).status_code == 410
    set_new_password(client, path, "noch ein anderes Wort am Fluss")
    alice.person.refresh_from_db()
    assert alice.person.check_password(STRONG)


def test_a_reset_link_expires_and_cannot_be_made_up(client: Client, alice: Account) -> None:
    client.post("/konto/passwort-vergessen/", {"email": "alice@stadt.example"})
    path = reset_path()
    assert client.get("/konto/passwort/neu/erfunden/", follow=True).status_code == 410
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert client.get(path, follow=True).status_code == 410


def test_nobody_learns_who_has_an_account(client: Client, alice: Account) -> None:
    known = client.post("/konto/passwort-vergessen/", {"email": "alice@stadt.example"}, follow=True)
    unknown = client.post("/konto/passwort-vergessen/", {"email": "x@stadt.example"}, follow=True)
    strip = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert strip.sub("", known.content.decode()) == strip.sub("", unknown.content.decode())
    args = queued("people.mail_reset")
    assert len(args) == 2
    assert "stadt.example" not in str(args)
    for each in args:
        jobs.mail_reset(**each)
    assert [message.to for message in mail.outbox] == [["alice@stadt.example"]]


def test_a_mailbox_gets_few_resets(client: Client, alice: Account) -> None:
    for _ in range(5):
        client.post("/konto/passwort-vergessen/", {"email": "alice@stadt.example"})
    assert len(queued("people.mail_reset")) == 3


def test_recovery_code_brings_back_the_vault_after_a_reset(client: Client, alice: Account) -> None:
    code = actions.renew_recovery_code(person_id=alice.id, secret=alice.secret)
    actions.reset_password(alice.person, STRONG)
    post_password(client, "alice@stadt.example", STRONG)
    values = {"code": code.lower().replace("-", " "), "password": STRONG}
    assert client.post("/konto/tresor/wiederherstellen/", values).status_code == 302
    assert opened(client, alice) == alice.secret
    assert actions.open_with_password(alice.id, STRONG) == alice.secret


def test_recovery_codes_are_told_apart(client: Client, alice: Account) -> None:
    code = actions.renew_recovery_code(person_id=alice.id, secret=alice.secret)
    foreign = actions.renew_recovery_code(person_id=alice.id, secret=alice.secret)
    client.force_login(alice.person)
    swapped = (
        foreign[1] + foreign[0] + foreign[2:] if foreign[0] != foreign[1] else "X" + foreign[1:]
    )
    for given, message in (
        (foreign[:-3], "fehlen Zeichen"),
        (swapped, "Tippfehler"),
        (code, "gehört nicht zu Ihrem Tresor"),
    ):
        values = {"code": given, "password": PASSWORD}
        page = client.post("/konto/tresor/wiederherstellen/", values)
        assert message in page.content.decode()
    assert opened(client, alice) is None


def test_the_recovery_code_is_stored_nowhere(client: Client, alice: Account) -> None:
    post_password(client, "alice@stadt.example")
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    page = client.post("/konto/tresor/code/").content.decode()
    found = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]", page)
    assert found is not None
    assert found[0] not in str(dict(client.session))
    assert actions.open_with_code(alice.id, found[0]) == alice.secret


def test_the_recovery_code_asks_who_one_is_and_for_the_open_vault(
    client: Client, alice: Account
) -> None:
    client.force_login(alice.person)
    assert client.get("/konto/tresor/code/")["Location"].startswith("/konto/bestaetigen/")
    post = client.post("/konto/bestaetigen/", {"password": PASSWORD})
    assert post.status_code == 302
    client.post("/konto/tresor/schliessen/")
    assert client.post("/konto/tresor/code/")["Location"].startswith("/konto/entsperren/")


def test_a_fresh_vault_cuts_off_what_the_old_one_opened(client: Client, alice: Account) -> None:
    post_password(client, "alice@stadt.example")
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    refused = client.post("/konto/tresor/neu/", {"password": PASSWORD})
    assert refused.status_code == 200
    assert queries.authentic_public_key(alice.id) == alice.keys.public  # without consent nothing
    client.post("/konto/tresor/neu/", {"password": PASSWORD, "understood": "on"})
    public = queries.authentic_public_key(alice.id)
    assert public not in (None, alice.keys.public)
    assert actions.open_with_password(alice.id, PASSWORD) not in (None, alice.secret)


def test_a_vault_is_made_only_once_by_itself(alice: Account) -> None:
    with pytest.raises(actions.VaultExists):
        actions.create_vault(alice.person, PASSWORD)


def test_the_wrapped_secret_is_visible_to_its_owner_only(alice: Account, bob: Account) -> None:
    with acting_as(bob.id):
        assert queries.own_secret(alice.id) is None
    with acting_as(alice.id):
        assert queries.own_secret(alice.id) is not None  # negative control


def test_a_swapped_public_key_is_not_taken(alice: Account) -> None:
    assert queries.authentic_public_key(alice.id) == alice.keys.public
    PersonKey.objects.filter(person_id=alice.id).update(public=new_key_pair().public)
    assert queries.authentic_public_key(alice.id) is None


@pytest.mark.parametrize(
    "password",
    ["Rathaus2026!!", "KommA-2026-KommA", "Willkommen12345", "aaaaaaaaaaaaaaaa", "p@$$wort2026!"],
)
def test_guessable_passwords_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        BlockListValidator().validate(password)


@pytest.mark.parametrize(
    "password", [STRONG, PASSWORD, "Rathaus Lampe Fluss Regen", "ÄöÜ ß Kran Tee"]
)
def test_good_passwords_are_taken(password: str) -> None:
    BlockListValidator().validate(password)
