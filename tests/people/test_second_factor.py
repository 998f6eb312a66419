"""Second factors: set up, required of those who open cases, sealed, and not lost by accident."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from komma.core.vault.sealing import VaultError
from komma.people import queries
from komma.people.adapters import MFAAdapter
from tests.factories.people import PASSWORD, Account
from tests.people.signing_in import (
    code_now,
    give_app,
    is_signed_in,
    opened,
    post_password,
    stored_secret,
)
from tests.people.test_invitations import queued

pytestmark = pytest.mark.django_db


def give_passkey(account: Account) -> Authenticator:
    data = {"name": "Diensthandy", "credential": {}}
    return Authenticator.objects.create(
        user=account.person, type=Authenticator.Type.WEBAUTHN, data=data
    )


def confirmed(client: Client, account: Account) -> Client:
    post_password(client, account.person.email)
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize("path", ["/start/", "/konto/", "/konto/sitzungen/"])
def test_who_opens_cases_sets_one_up_first(client: Client, lead: Account, path: str) -> None:
    post_password(client, lead.person.email)
    assert client.get(path)["Location"] == "/konto/zweiter-faktor/"
    page = client.get("/konto/zweiter-faktor/")
    assert "Bitte richten Sie jetzt einen zweiten Faktor ein" in page.content.decode()


def test_negative_control_others_may_do_without(client: Client, alice: Account) -> None:
    post_password(client, alice.person.email)
    assert client.get("/konto/").status_code == 200


def test_a_demonstration_does_without(client: Client, lead: Account, settings: Settings) -> None:
    settings.KOMMA_DEMO = True
    post_password(client, lead.person.email)
    assert client.get("/konto/").status_code == 200


def test_setting_up_an_app_leads_on(client: Client, lead: Account) -> None:
    confirmed(client, lead)
    page = client.get("/konto/zweiter-faktor/app/").content.decode()
    assert "<svg" in page
    assert "data:" not in page
    secret = client.session["mfa.totp.secret"]
    assert secret not in page.replace(" ", "").split("komma-code")[0]  # grouped, in one place
    response = client.post("/konto/zweiter-faktor/app/", {"code": code_now(secret)})
    assert response["Location"] == "/konto/zweiter-faktor/ersatzcodes/"
    codes = client.get("/konto/zweiter-faktor/ersatzcodes/").content.decode()
    assert len(re.findall(r"\d{4} \d{4}", codes)) == 10
    again = client.get("/konto/zweiter-faktor/ersatzcodes/").content.decode()
    assert not re.findall(r"\d{4} \d{4}", again)  # shown once
    assert client.get("/konto/").status_code == 200
    stored = Authenticator.objects.get(user=lead.person, type="totp")
    assert stored_secret(stored) == secret


def test_a_spare_code_signs_in_once(client: Client, lead: Account) -> None:
    give_app(lead.person)
    spare = Authenticator.objects.get(user=lead.person, type="recovery_codes").wrap()
    code = spare.get_unused_codes()[0]
    post_password(client, lead.person.email)
    client.post("/anmelden/code/", {"code": code})
    assert is_signed_in(client)
    assert opened(client, lead) == lead.secret
    again = Client()
    post_password(again, lead.person.email)
    again.post("/anmelden/code/", {"code": code})
    assert not is_signed_in(again)


def test_the_same_code_of_an_app_signs_in_once(client: Client, alice: Account) -> None:
    give_app(alice.person)
    post_password(client, alice.person.email)
    code = code_now()
    client.post("/anmelden/code/", {"code": code})
    assert is_signed_in(client)
    again = Client()
    post_password(again, alice.person.email)
    again.post("/anmelden/code/", {"code": code})
    assert not is_signed_in(again)


def test_a_foreign_sealed_value_is_no_secret(alice: Account) -> None:
    stored = give_app(alice.person)
    stored.data["secret"] = "JBSWY3DPEHPK3PXP"  # written by somebody without the server key
    with pytest.raises((VaultError, ValueError)):
        stored_secret(stored)


def test_changes_need_the_password_again(client: Client, alice: Account) -> None:
    client.force_login(alice.person)
    for path in ("app/", "ersatzcodes/neu/"):
        response = client.get(f"/konto/zweiter-faktor/{path}")
        assert response["Location"].startswith("/konto/bestaetigen/")
    assert client.get("/konto/passkeys/neu/")["Location"].startswith("/konto/bestaetigen/")


def test_the_last_factor_stays_where_it_is_required(client: Client, lead: Account) -> None:
    give_app(lead.person)
    post_password(client, lead.person.email)
    client.post("/anmelden/code/", {"code": code_now()})
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    page = client.post("/konto/zweiter-faktor/app/entfernen/")
    assert "Richten Sie zuerst einen anderen ein" in page.content.decode()
    assert queries.has_second_factor(lead.id)


def test_the_last_passkey_stays_where_it_is_required(client: Client, lead: Account) -> None:
    passkey = give_passkey(lead)
    client.force_login(lead.person)
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    client.post(f"/konto/passkeys/{passkey.pk}/entfernen/")
    assert queries.has_second_factor(lead.id)


def test_negative_control_a_second_one_can_go(client: Client, lead: Account) -> None:
    passkey = give_passkey(lead)
    give_app(lead.person)
    client.force_login(lead.person)
    client.post("/konto/bestaetigen/", {"password": PASSWORD})
    client.post(f"/konto/passkeys/{passkey.pk}/entfernen/")
    assert queries.count_second_factors(lead.id) == 1


def test_a_passkey_of_somebody_else_is_not_found(
    client: Client, alice: Account, bob: Account
) -> None:
    passkey = give_passkey(bob)
    confirmed(client, alice)
    assert client.post(f"/konto/passkeys/{passkey.pk}/entfernen/").status_code == 404
    assert client.get(f"/konto/passkeys/{passkey.pk}/").status_code == 404
    assert queries.has_second_factor(bob.id)


def test_the_passkey_page_has_its_options_and_no_inline_script(
    client: Client, alice: Account
) -> None:
    page = confirmed(client, alice).get("/konto/passkeys/neu/").content.decode()
    assert 'id="passkey-options" type="application/json"' in page
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", page)
    assert inline == []
    assert " onclick=" not in page
    assert " style=" not in page


def test_options_for_a_passkey_sign_in_name_nobody(client: Client, alice: Account) -> None:
    give_passkey(alice)
    response = client.get("/anmelden/passkey/", headers={"Accept": "application/json"})
    options = response.json()["request_options"]["publicKey"]
    assert not options.get("allowCredentials")
    assert options["userVerification"] == "required"


def test_a_made_up_passkey_does_not_sign_in(client: Client, alice: Account) -> None:
    for credential in ("", "{}", "kein json", '{"id": "x", "response": {"userHandle": "YQ"}}'):
        response = client.post("/anmelden/passkey/", {"credential": credential})
        assert response.status_code == 302
    assert not is_signed_in(client)


def test_the_operator_helps_who_lost_every_factor(client: Client, alice: Account) -> None:
    give_app(alice.person)
    give_passkey(alice)
    client.force_login(alice.person)
    call_command("remove_second_factor", " Alice@stadt.example", stdout=StringIO())
    assert not Authenticator.objects.filter(user=alice.person).exists()
    assert client.get("/konto/")["Location"].startswith("/anmelden/")
    assert len(queued("people.mail_changed")) == 1
    post_password(client, alice.person.email)
    assert opened(client, alice) == alice.secret
    with pytest.raises(CommandError):
        call_command("remove_second_factor", "niemand@stadt.example")


def test_new_passkeys_are_numbered(alice: Account) -> None:
    give_passkey(alice)
    assert MFAAdapter().generate_authenticator_name(alice.person, "webauthn") == "Passkey 2"
