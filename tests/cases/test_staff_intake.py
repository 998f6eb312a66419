"""Staff take a report in: who may, what comes of it, and that the receipt is gone afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from komma.cases.models import Attachment, Case, CaseEmergency, CaseExclusion, Entry
from komma.cases.queries import case_file, mailbox
from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as, use_receipt
from komma.core.vault.receipts import derive, parse_receipt
from komma.core.vault.server import server_keys
from komma.municipalities.codes import Pillar, Role
from komma.municipalities.models import OrganisationModule
from tests.cases.test_eml import mail
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.towns import OUTSIDE, make_member
from tests.factories.visitors import CODE

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories.people import Account
    from tests.factories.towns import Town

NEW = "/faelle/neu/"
WORDS = "Am Telefon: „Wir wissen, wo du wohnst.“"


@pytest.fixture
def contact(town: Town) -> Account:
    return town.one(Pillar.SUPPORT)


@pytest.fixture
def client(contact: Account) -> Client:
    return signed_in(contact)


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def take_in(client: Client, mark: str = "a", **fields: Any) -> HttpResponse:
    data = {"description": WORDS, "came_by": "call", "consent": "yes"} | fields
    return client.post(f"{NEW}?vorgang={mark}", data)


def the_case() -> Case:
    with as_owner():
        return Case.objects.get()


def code_in(client: Client, response: HttpResponse) -> str:
    found = CODE.search(text_of(client.get(response.headers["Location"])))
    assert found is not None
    return found[0]


def box_of(code: str) -> Any:
    receipt = derive(parse_receipt(code), purpose="receipt", pepper=server_keys().pepper)
    use_receipt(receipt.lookup)
    return mailbox(receipt.lookup, receipt.secret)


def test_a_call_becomes_a_case_of_the_own_unit(
    client: Client, town: Town, contact: Account
) -> None:
    response = take_in(
        client,
        wishes=["talk", "stop"],
        day_from="03.02.2026",
        side="outside",
        contact_name="A. Beispiel",
    )
    case = the_case()
    assert response.headers["Location"] == reverse("cases:receipt", args=[case.pk])
    assert case.unit_id == town.units[Pillar.SUPPORT].pk
    assert case.concerns_id == town.municipality.pk
    with acting_as(contact.id):
        file = case_file(contact.id, contact.secret, case.pk)
        assert file is not None
        assert file.report is not None
        facts = file.report.body["facts"]
    assert facts["description"] == WORDS
    assert facts["taken_by"] == "Ansprechperson 1"
    assert (facts["came_by"], facts["consent"], facts["wishes"]) == (
        "call",
        "yes",
        ["talk", "stop"],
    )
    shown = text_of(client.get(reverse("cases:case", args=[case.pk])))
    assert "Aufgenommen von" in shown
    assert "aufgenommen von Ansprechperson 1" in shown  # the timeline does not name the reporter


def test_the_keys_are_those_of_any_report(client: Client, town: Town) -> None:
    take_in(client)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT person_id, is_reserve FROM cases_casekey")
        keys = set(cursor.fetchall())
    first, second, deputy = town.members[Pillar.SUPPORT]
    assert keys == {(first.id, False), (second.id, False), (deputy.id, True)}


def test_the_audit_log_says_who_took_it_in(client: Client, contact: Account) -> None:
    take_in(client)
    with as_owner():
        entry = AuditEntry.objects.get(kind="case.taken_in")
        received = AuditEntry.objects.get(kind="case.received")
    assert entry.person_id == contact.id
    assert entry.case_id == the_case().pk
    assert received.at is None


@pytest.mark.parametrize("pillar", [Pillar.COORDINATION, Pillar.LEADERSHIP, Pillar.OTHER])
def test_others_cannot_take_in(town: Town, pillar: str) -> None:
    other = signed_in(town.one(pillar))
    assert other.get(NEW).status_code == 403
    assert take_in(other).status_code == 403
    assert "Meldung aufnehmen" not in text_of(other.get("/faelle/"))
    with as_owner():
        assert not Case.objects.exists()


def test_nobody_signs_in_first(db: None) -> None:
    assert "/anmelden/" in Client().get(NEW).headers["Location"]


def test_the_unit_is_chosen_by_those_with_several(town: Town, contact: Account) -> None:
    assert "Für welche Stelle" not in text_of(signed_in(contact).get(NEW))  # control
    with as_owner():
        make_member(town.units[Pillar.ASSAULT], contact, role=Role.CASE_LEAD)
    client = signed_in(contact)
    assert "Für welche Stelle" in text_of(client.get(NEW))
    take_in(client, unit=str(town.units[Pillar.ASSAULT].pk))
    assert the_case().unit_id == town.units[Pillar.ASSAULT].pk


def test_no_unit_of_others_can_be_chosen(client: Client, other_town: Town) -> None:
    take_in(client, unit=str(other_town.units[Pillar.SUPPORT].pk))
    assert the_case().organisation_id != other_town.municipality.pk


def test_a_served_town_can_be_named(client: Client, town: Town, other_town: Town) -> None:
    assert "In welcher Kommune" not in text_of(client.get(NEW))  # control
    with as_owner():
        other_town.municipality.district = town.municipality
        other_town.municipality.save(update_fields=["district"])
    assert "In welcher Kommune" in text_of(client.get(NEW))
    take_in(client, concerns=str(other_town.municipality.pk))
    assert the_case().concerns_id == other_town.municipality.pk


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"affected_role": "head"}, True),
        ({"affected_role": "council"}, True),
        ({"affected_role": "office", "leading": "yes"}, True),
        ({"affected_role": "office", "leading": "no"}, False),
        ({}, False),
    ],
)
def test_a_report_about_the_top_should_go_outside(
    client: Client, town: Town, answers: dict[str, str], said: bool
) -> None:
    assert "liest besser eine Stelle außerhalb: Bundesweite" in text_of(client.get(NEW))
    response = take_in(client, **answers)
    page = text_of(client.get(response.headers["Location"]))
    assert the_case().organisation_id == town.municipality.pk  # taken in all the same
    assert ("Hier liest besser eine Stelle außerhalb" in page) is said
    assert ("in der Regel zu: Bundesweite Anlaufstelle" in page) is said
    assert (reverse("cases:hand_over", args=[the_case().pk]) in page) is said
    assert (f"/melden/{town.municipality.slug}/" in page) is said


def test_no_body_outside_is_said_too(client: Client, town: Town) -> None:
    with as_owner():
        OrganisationModule.objects.filter(organisation__slug=OUTSIDE).delete()
    response = take_in(client, affected_role="head")
    page = text_of(client.get(response.headers["Location"]))
    assert "Zurzeit nimmt keine Stelle außerhalb Meldungen an" in page
    assert f"/hilfe/{town.municipality.slug}/" in page


def test_who_takes_in_for_another_house_is_outside_already(
    client: Client, town: Town, other_town: Town
) -> None:
    with as_owner():
        other_town.municipality.district = town.municipality
        other_town.municipality.save(update_fields=["district"])
    away, at_home = (
        take_in(client, mark, affected_role="head", concerns=str(each.municipality.pk))
        for mark, each in (("a", other_town), ("b", town))
    )
    said = "Hier liest besser eine Stelle außerhalb"
    assert said not in text_of(client.get(away.headers["Location"]))
    assert said in text_of(client.get(at_home.headers["Location"]))  # control


# --- The receipt


def test_the_receipt_is_shown_until_it_is_handed_over(client: Client) -> None:
    response = take_in(client)
    code = code_in(client, response)
    printed = client.get(f"{response.headers['Location']}drucken/")
    assert code in text_of(printed)
    client.post(response.headers["Location"])
    for address in (response.headers["Location"], f"{response.headers['Location']}drucken/"):
        gone = client.get(address)
        assert gone.status_code == 404
        assert code not in text_of(gone)
    with transaction.atomic():
        assert box_of(code) is not None  # the affected person has it
        use_receipt("")


def test_after_half_an_hour_the_receipt_is_gone(client: Client) -> None:
    response = take_in(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=15), tick=False):
        code = code_in(client, response)  # control; counts as activity, so the vault stays open
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=False):
        gone = client.get(response.headers["Location"])
        assert code not in text_of(gone)
        assert gone.status_code == 404


def test_without_a_receipt_the_holders_learn_that_nobody_reads_the_mailbox(
    client: Client, contact: Account
) -> None:
    response = take_in(client)
    assert "keinen Beleg" not in text_of(client.get(reverse("cases:case", args=[the_case().pk])))
    client.post(response.headers["Location"], {"keiner": "1"})
    assert client.get(response.headers["Location"]).status_code == 404
    shown = text_of(client.get(reverse("cases:case", args=[the_case().pk])))
    assert "wollte keinen Beleg" in shown


def test_a_colleague_never_sees_the_receipt(client: Client, town: Town) -> None:
    response = take_in(client)
    code = code_in(client, response)
    colleague = signed_in(town.one(Pillar.SUPPORT, 1))
    found = colleague.get(response.headers["Location"])
    assert found.status_code == 404
    assert code not in text_of(found)
    assert colleague.post(response.headers["Location"], {"keiner": "1"}).status_code == 404
    assert code_in(client, response) == code


def test_the_receipt_stands_nowhere_in_the_clear(client: Client) -> None:
    code = code_in(client, take_in(client))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT session_data::text FROM core_sealedsession")
        rows = "".join(row for (row,) in cursor.fetchall())
    assert rows
    assert code not in rows


def test_a_deputy_takes_in_and_sees_no_case(town: Town) -> None:
    deputy = signed_in(town.one(Pillar.SUPPORT, 2))
    response = take_in(deputy)
    shown = text_of(deputy.get(response.headers["Location"]))
    assert "als Vertretung" in shown
    assert CODE.search(shown)
    assert deputy.get(reverse("cases:case", args=[the_case().pk])).status_code == 404
    after = deputy.post(response.headers["Location"], {"keiner": "1"})
    assert after.headers["Location"] == "/faelle/"


def test_a_second_click_makes_no_second_case(client: Client) -> None:
    first = take_in(client, mark="einmal")
    again = take_in(client, mark="einmal")
    assert again.headers["Location"] == first.headers["Location"]
    take_in(client, mark="noch einmal")
    with as_owner():
        assert Case.objects.count() == 2  # control


# --- Exclusions


def code_of(client: Client, name: str) -> str:
    shown = text_of(client.get(NEW))
    found = re.search(rf'value="([0-9a-f]{{16}})"[^>]*>(?:(?!<input).)*?{name},', shown, re.S)
    assert found is not None
    return found[1]


def test_an_excluded_colleague_gets_no_key(client: Client, town: Town) -> None:
    colleague = town.one(Pillar.SUPPORT, 1)
    response = take_in(client, excluded=[code_of(client, colleague.person.name)])
    assert response.status_code == 302
    case = the_case()
    assert signed_in(colleague).get(reverse("cases:case", args=[case.pk])).status_code == 404
    with as_owner():
        assert CaseExclusion.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("by", ["person", "role"])
def test_whoever_is_excluded_cannot_take_it_in(client: Client, contact: Account, by: str) -> None:
    fields: dict[str, Any] = (
        {"excluded": [code_of(client, contact.person.name)]}
        if by == "person"
        else {"excluded_roles": ["contact"]}
    )
    response = take_in(client, **fields)
    assert "dürfen Sie selbst nichts davon erfahren" in text_of(response)
    assert WORDS in text_of(response)  # what was typed is kept
    with as_owner():
        assert not Case.objects.exists()
        assert not AuditEntry.objects.filter(kind="case.received").exists()


# --- What is asked


def test_something_must_be_said(client: Client) -> None:
    response = take_in(client, description="", contact_name="A. Beispiel")
    assert "Bitte schreiben Sie kurz" in text_of(response)
    assert "A. Beispiel" in text_of(response)


def test_without_consent_no_contact(client: Client) -> None:
    response = take_in(client, consent="no", contact_name="A. Beispiel")
    assert "nicht einverstanden. Bitte lassen Sie" in text_of(response)
    response = take_in(client, consent="no")
    assert "Ohne Einverständnis aufgenommen" in text_of(client.get(response.headers["Location"]))


def test_danger_is_told_at_once(client: Client) -> None:
    response = take_in(client, danger="yes")
    assert "tel:110" in text_of(client.get(response.headers["Location"]))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%%announce%%'"
        )
        assert cursor.fetchone() == (1,)


def test_a_locked_vault_keeps_what_was_typed(contact: Account) -> None:
    locked = signed_in(contact, vault=False)
    response = take_in(locked)
    assert reverse("people:unlock") in response.headers["Location"]
    opened = signed_in(contact, client=locked)
    assert WORDS in text_of(opened.get(NEW))


# --- Mails and files


def eml(raw: bytes, name: str = "hass.eml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, raw, "message/rfc822")


def facts_of(contact: Account) -> dict[str, Any]:
    with acting_as(contact.id):
        file = case_file(contact.id, contact.secret, the_case().pk)
        assert file is not None
        assert file.report is not None
        return dict(file.report.body["facts"])


@pytest.mark.django_db(transaction=True)
def test_a_mail_becomes_the_narrative_and_stays_as_it_was(client: Client, contact: Account) -> None:
    raw = mail("Euch kriegen wir.").as_bytes()
    response = take_in(client, description="", came_by="", mail=eml(raw))
    assert response.status_code == 302, text_of(response)
    facts = facts_of(contact)
    assert facts["description"] == "Weitergeleitete E-Mail vom 04.02.2026\n\nEuch kriegen wir."
    assert facts["mail_sender"] == "Wut Bürger <wut@web.example>"
    assert facts["came_by"] == "mail"
    with as_owner():
        attachment = Attachment.objects.get()
    case = the_case()
    download = client.get(reverse("cases:download", args=[case.pk, attachment.pk]))
    assert b"".join(download.streaming_content) == raw


@pytest.mark.django_db(transaction=True)
def test_own_words_come_before_those_of_the_mail(client: Client, contact: Account) -> None:
    take_in(client, mail=eml(mail("Euch kriegen wir.").as_bytes()))
    assert facts_of(contact)["description"] == WORDS


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "raw", [b"\xd0\xcf\x11\xe0" * 40, b"From: a@b.example\r\n\r\n" + b"x" * 5_000_001]
)
def test_an_unreadable_mail_is_kept_if_somebody_says_what_happened(
    client: Client, contact: Account, raw: bytes
) -> None:
    refused = take_in(client, description="", mail=eml(raw))
    assert "lässt sich nicht lesen" in text_of(refused)
    with as_owner():
        assert not Case.objects.exists()
    assert take_in(client, mail=eml(raw)).status_code == 302
    assert "mail_sender" not in facts_of(contact)
    with as_owner():
        assert Attachment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_long_mail_is_cut_with_a_word(client: Client, contact: Account) -> None:
    take_in(client, description="", mail=eml(mail("Hass " * 6000).as_bytes()))
    described = facts_of(contact)["description"]
    assert len(described) <= 20_000
    assert "Hier gekürzt" in described


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_mail_stands_in_the_clear(client: Client) -> None:
    take_in(client, description="", mail=eml(mail("Zwölfboxkämpfer").as_bytes()))
    with as_owner():
        entry = Entry.objects.get()
    assert "Zwölfboxkämpfer".encode() not in bytes(entry.body)


@pytest.mark.django_db(transaction=True)
def test_files_are_attached_and_need_the_token_of_the_form(
    town: Town, contact: Account, client: Client
) -> None:
    strict = signed_in(contact, client=Client(enforce_csrf_checks=True))
    page = text_of(strict.get(NEW))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token is not None

    def send(**more: str) -> int:
        files = [SimpleUploadedFile("brief.txt", b"Inhalt"), SimpleUploadedFile("b.txt", b"x")]
        return take_in(strict, attached=files, **more).status_code

    assert send() == 403
    with as_owner():
        assert not Attachment.objects.exists()
    assert send(csrfmiddlewaretoken=token[1]) == 302
    with as_owner():
        assert Attachment.objects.count() == 2


@pytest.mark.parametrize("declined", [False, True])
def test_the_affected_person_may_decline_the_emergency_keys(
    client: Client, town: Town, declined: bool
) -> None:
    take_in(client, **({"emergency_declined": "on"} if declined else {}))
    with as_owner():
        assert CaseEmergency.objects.exists() is not declined
