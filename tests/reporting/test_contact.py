"""How somebody can be reached: one field in the short report, honest words for what was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.cases.models import CaseReceipt
from komma.core.vault.server import open_for_server
from komma.municipalities.codes import Pillar
from komma.reporting.forms.short import ShortForm, notify_address, with_notify
from tests.factories import as_owner
from tests.reporting.conftest import WORDS, Reporter, all_cases, read_as

if TYPE_CHECKING:
    from tests.factories.towns import Town

PRIVATE = "ich@zuhause.example"


def told_address() -> str:
    """Return the address that hints would be sent to."""
    (case,) = all_cases()
    with as_owner():
        sealed = CaseReceipt.objects.get().notify_sealed
    return open_for_server(bytes(sealed), f"notify/{case.pk}").decode() if sealed else ""


def send(reporter: Reporter, contact: str) -> None:
    reporter.get("kurz/")
    data = {"description": WORDS, "side": "inside", "contact_details": contact}
    assert reporter.post("kurz/", data).status_code == 302


def test_a_short_report_has_six_fields() -> None:
    # The month or year stands beside the day: one question.
    assert len(ShortForm.base_fields.keys() - {"around"}) == 6


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        (PRIVATE, PRIVATE),
        (f"0151 1234\n E-Mail: {PRIVATE} ", PRIVATE),
        (f"Bitte nicht an {PRIVATE} schreiben", ""),
        ("0151 1234", ""),
        ("", ""),
    ],
)
def test_an_address_counts_where_it_stands_alone(contact: str, address: str) -> None:
    assert notify_address(contact) == address


@pytest.mark.parametrize(
    ("before", "contact", "notify"),
    [
        ({}, PRIVATE, [PRIVATE]),
        # Taken out of the field, it gets no hints any more.
        ({"contact_details": [PRIVATE], "notify": [PRIVATE]}, "0151", [""]),
        # Given on the long way only, it stays there.
        ({"contact_details": ["0151"], "notify": [PRIVATE]}, "0152", None),
        ({"notify": ["alt@zuhause.example"]}, PRIVATE, [PRIVATE]),
    ],
)
def test_the_address_follows_the_field(
    before: dict[str, list[str]], contact: str, notify: list[str] | None
) -> None:
    assert with_notify({"contact_details": [contact]}, before).get("notify") == notify


@pytest.mark.django_db
def test_a_private_address_gets_hints_and_is_read(reporter: Reporter, town: Town) -> None:
    send(reporter, PRIVATE)
    assert told_address() == PRIVATE
    facts = dict(read_as(town.one(Pillar.SUPPORT))[0].facts)
    assert facts["Kontakt"] == PRIVATE


@pytest.mark.django_db
def test_a_telephone_number_is_no_name(reporter: Reporter, town: Town) -> None:
    send(reporter, "0151 1234")
    assert told_address() == ""
    facts = dict(read_as(town.one(Pillar.SUPPORT))[0].facts)
    assert facts["Erreichbar"] == "über den angegebenen Weg"


@pytest.mark.django_db
def test_a_name_is_kept_confidential(reporter: Reporter, town: Town) -> None:
    reporter.begin(was__description=WORDS, wer__side="inside", kontakt__contact_name="M. Muster")
    reporter.send()
    facts = dict(read_as(town.one(Pillar.SUPPORT))[0].facts)
    assert facts["Erreichbar"].startswith("mit Namen, aber vertraulich")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "contact",
    [
        "a@musterstadt.example",
        "oder per Mail (a@POST.musterstadt.example).",
        "x: a@musterstadt.example",
    ],
)
def test_an_address_of_the_town_is_refused(reporter: Reporter, contact: str) -> None:
    reporter.get("kurz/")
    page = reporter.post("kurz/", {"description": WORDS, "contact_details": contact})
    assert "andere mitlesen" in page.content.decode()
    assert contact.split("@")[0] in page.content.decode()
    assert all_cases() == []


@pytest.mark.django_db
def test_more_takes_the_address_along(reporter: Reporter) -> None:
    reporter.get("kurz/")
    reporter.post("kurz/", {"description": WORDS, "contact_details": PRIVATE, "mehr": "1"})
    page = reporter.get("bericht/kontakt/").content.decode()
    assert f'name="notify" value="{PRIVATE}"' in page
