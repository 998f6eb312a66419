"""Single words that decide whether somebody finds their way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from komma.cases.codes import Status
from komma.cases.timeline import OpenEntry
from komma.municipalities.codes import Module, Pillar
from komma.municipalities.models import Membership, OrganisationModule
from komma.procedures.guidance import all_advice
from komma.reporting.steps import STEPS
from tests.factories import as_owner
from tests.factories.towns import without_fallback
from tests.reporting.conftest import WORDS, Reporter, all_cases

if TYPE_CHECKING:
    from uuid import UUID

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

RLO = "\u202e"


@pytest.mark.parametrize(
    ("side", "told"), [("inside", True), ("unknown", True), ("", True), ("outside", False)]
)
def test_time_limits_of_the_agg_are_named_where_they_may_matter(
    reporter: Reporter, side: str, told: bool
) -> None:
    reporter.begin(was__description=WORDS, wer__side=side)
    reporter.send()
    page = reporter.get("/melden/quittung/").content.decode()
    assert ("§\N{NO-BREAK SPACE}15 Abs. 4 AGG" in page) is told


def test_the_numbers_of_the_advice_are_those_of_the_help_page() -> None:
    path = Path(settings.BASE_DIR) / "portal" / "data" / "helplines.json"
    known = {line["number"] for line in json.loads(path.read_text())}
    phones = {item.phone for item in all_advice() if item.phone}
    assert len(phones) > 3
    assert phones - {"110"} <= known


def test_a_superior_can_say_so(reporter: Reporter) -> None:
    assert "ich bin die Führungskraft" in reporter.get("bericht/wen/").content.decode()
    reporter.begin(wen__reporter_role="superior", was__description=WORDS, grund__motives=["unsaid"])
    assert "ich bin die Führungskraft" in reporter.get("bericht/pruefen/").content.decode()


def test_what_was_not_answered_reads_as_such(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    page = reporter.get("bericht/pruefen/").content.decode()
    assert "keine Angabe" in page
    assert ">–<" not in page


def test_the_number_of_questions_never_changes(reporter: Reporter) -> None:
    def shown(slug: str) -> str:
        page = reporter.get(f"bericht/{slug}/").content.decode()
        return page.split('for="id_progress">')[1].split("<")[0]

    assert shown("wen") == f"Frage 1 von {len(STEPS)}"
    reporter.begin(was__description=WORDS, wer__side="outside")
    assert shown("kontakt") == f"Frage {len(STEPS)} von {len(STEPS)}"
    assert shown("pruefen") == "Prüfen"


# --- Begun before the intake was closed


def close_intake(town: Town, how: str) -> None:
    """Close the intake, and leave nobody outside who would step in."""
    with as_owner():
        without_fallback(town)
        if how == "module":
            OrganisationModule.objects.filter(
                organisation_id=town.municipality.pk, module=Module.REPORTING
            ).delete()
        else:
            Membership.objects.filter(unit=town.units[Pillar.COMPLAINT]).update(
                ended_on="2026-11-01"
            )


@pytest.mark.parametrize("how", ["module", "unit"])
def test_what_was_begun_can_still_be_sent(reporter: Reporter, town: Town, how: str) -> None:
    reporter.begin(was__description=WORDS, wer__side="inside")
    assert "zurzeit nicht an" not in reporter.get("bericht/pruefen/").content.decode()
    close_intake(town, how)
    assert "können Sie noch absenden" in reporter.get().content.decode()
    assert "Sie können sie noch absenden" in reporter.get("bericht/pruefen/").content.decode()
    newcomer = Reporter(town)
    page = newcomer.get().content.decode()
    assert "kann zurzeit niemand Meldungen" in page
    assert "können Sie noch absenden" not in page
    assert "kann zurzeit niemand Meldungen" in newcomer.get("bericht/wen/").content.decode()
    assert reporter.send().headers["Location"] == "/melden/quittung/"
    assert len(all_cases()) == 1


def test_where_nobody_is_left_nothing_is_promised(reporter: Reporter, town: Town) -> None:
    reporter.begin(was__description=WORDS, wer__side="inside")
    with as_owner():
        Membership.objects.update(ended_on="2026-11-01")
    assert "können Sie noch absenden" not in reporter.get().content.decode()


# --- Mailbox


@pytest.fixture
def opened(reporter: Reporter) -> Reporter:
    reporter.begin(was__description=f"Er schrieb {RLO}gnuhord", wer__side="outside")
    reporter.send()
    reporter.open_mailbox()
    return reporter


@pytest.mark.parametrize("typed", ["\x00", "7K3M\x00-9QXZ-7K3M-9QXZ-7K3M-9", "{code}\x00"])
def test_nul_is_a_mistyped_character(reporter: Reporter, typed: str) -> None:
    page = reporter.post("/postfach/", {"receipt": typed}).content.decode()
    assert "vertippt" in page
    assert "Null" not in page


def test_an_empty_code_is_asked_for_in_the_same_word(reporter: Reporter) -> None:
    page = reporter.post("/postfach/", {"receipt": ""}).content.decode()
    assert "Bitte geben Sie Ihren Code ein." in page
    assert "Quittung" not in page


def test_a_message_or_a_file_is_not_called_voluntary(opened: Reporter) -> None:
    assert "freiwillig" not in opened.get("/postfach/").content.decode()


def test_a_change_of_status_says_what_holds_now() -> None:
    body = {"kind": "status", "status": str(Status.WORKING), "text": "…"}
    entry = OpenEntry(_id(), "mailbox", 2, None, "status", body)  # type: ignore[arg-type]
    assert entry.label == "Jetzt: in Bearbeitung"
    broken = OpenEntry(_id(), "mailbox", 2, None, "status", {"kind": "status"})  # type: ignore[arg-type]
    assert broken.label == "Statuswechsel"


def _id() -> UUID:
    from uuid import uuid4

    return uuid4()


def test_withdrawing_speaks_of_the_body(opened: Reporter) -> None:
    opened.post("/postfach/zurueckziehen/")
    page = opened.get("/postfach/").content.decode()
    assert "Die Stelle bearbeitet sie nicht weiter." in page
    assert "ermittelt" not in page


def test_turned_writing_does_not_turn_its_surroundings(opened: Reporter) -> None:
    opened.post("/postfach/nachricht/", {"text": f"noch {RLO}snie"})
    page = opened.get("/postfach/").content.decode()
    assert f'dir="auto">Er schrieb {RLO}' in page  # the report
    assert f'dir="auto">noch {RLO}' in page  # the message
    assert f'dir="auto">noch {RLO}' in opened.get("/postfach/druck/").content.decode()


def test_a_program_with_the_name_of_a_picture_is_called_one(opened: Reporter) -> None:
    program = SimpleUploadedFile("bild.png", b"MZ\x90\0" + bytes(200))
    picture = SimpleUploadedFile("echt.png", b"\x89PNG\r\n\x1a\n" + bytes(200))
    opened.post("/postfach/nachricht/", {"text": "", "uploads": [program, picture]})
    page = opened.get("/postfach/").content.decode()
    assert "<bdi>bild.png</bdi>" in page
    assert page.count("Achtung: Der Name sagt Bild, der Inhalt ist ein Programm.") == 1


def test_a_program_is_named_before_sending(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    program = SimpleUploadedFile("bild.png", b"MZ\x90\0" + bytes(200))
    reporter.step("dateien", uploads=program, hinzufuegen="1")
    page = reporter.get("bericht/dateien/").content.decode()
    assert "Der Name sagt Bild" in page
    assert "<bdi>bild.png</bdi>" in page
