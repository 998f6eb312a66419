"""The long way, end to end: from the first question to staff reading and the mailbox."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from komma.core.dates import today
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Organisation
from tests.factories import as_owner
from tests.factories.towns import OUTSIDE
from tests.reporting.conftest import WORDS, Reporter, all_cases, read_as

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def test_a_report_from_outside_reaches_assault_management(reporter: Reporter, town: Town) -> None:
    reporter.begin(
        wen__reporter_role="self",
        aufgabe__affected_role="office",
        was__description=WORDS,
        was__forms=["threat", "racism"],
        wann__when_kind="exact",
        wann__day_from="20.11.2026",
        wann__place="Marktplatz",
        wer__side="outside",
        grund__motives=["racism"],
        gefahr__danger="no",
        wunsch__wishes=["stop"],
        kontakt__reachability="mailbox",
    )
    summary = reporter.get("bericht/pruefen/").content.decode()
    assert "Ich weiß, wo du wohnst" in summary
    assert "20.11.2026" in summary
    assert "Fallführung 1" in summary
    assert reporter.send().headers["Location"] == "/melden/quittung/"

    (entry,) = read_as(town.one(Pillar.ASSAULT))
    facts = dict(entry.facts)
    assert facts["Was passiert ist"] == WORDS
    assert facts["Form"] == "Bedrohung, Nötigung, rassistische Äußerung"
    assert facts["Tag (oder Beginn)"] == "20.11.2026"
    assert facts["Ort"] == "Marktplatz"
    assert read_as(town.one(Pillar.ASSAULT, 2)) == []  # the deputy's key is in reserve
    assert read_as(town.one(Pillar.SUPPORT)) == []
    (case,) = all_cases()
    assert case.side == "outside"
    page = reporter.open_mailbox()
    assert "Eingegangen" in page
    assert WORDS.strip("„“")[:6] in page


@pytest.mark.parametrize("kind", ["exact", "period", "unknown", ""])
def test_who_knows_the_month_only_tells_the_month(
    reporter: Reporter, town: Town, kind: str
) -> None:
    chosen = f"{today().year - 1}-10"
    reporter.begin(was__description=WORDS, wann__when_kind=kind, wann__around=chosen)
    shown = f"Oktober {today().year - 1}"
    assert shown in reporter.get("bericht/pruefen/").content.decode()
    reporter.send()
    facts = [dict(entry.facts) for entry in read_as(town.one(Pillar.SUPPORT))]
    assert [each["Tag (oder Beginn)"] for each in facts] == [shown]


@pytest.mark.parametrize(
    ("side", "choice", "pillar"),
    [
        ("inside", "", Pillar.SUPPORT),
        ("inside", "complaint", Pillar.COMPLAINT),
        ("unknown", "support", Pillar.SUPPORT),
        ("unknown", "complaint", Pillar.COMPLAINT),
        ("outside", "", Pillar.ASSAULT),
    ],
)
def test_who_acts_follows_from_where_it_came_from(
    reporter: Reporter, town: Town, side: str, choice: str, pillar: str
) -> None:
    reporter.begin(was__description=WORDS, wer__side=side, stelle__pillar=choice)
    reporter.send()
    for each in (Pillar.SUPPORT, Pillar.COMPLAINT, Pillar.ASSAULT):
        assert len(read_as(town.one(each))) == (1 if each == pillar else 0)


def test_both_ways_are_shown_side_by_side_and_support_is_preset(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS, wer__side="inside")
    page = reporter.get("bericht/stelle/").content.decode()
    assert 'value="support"' in page
    assert 'value="complaint"' in page
    assert page.index("checked") < page.index('value="complaint"')
    assert "Ohne" in page or "ohne Verfahren" in page


def test_from_outside_nobody_is_asked_for_the_procedure(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS, wer__side="outside")
    assert 'name="pillar"' not in reporter.get("bericht/stelle/").content.decode()
    reporter.step("wer", side="inside")
    assert 'name="pillar"' in reporter.get("bericht/stelle/").content.decode()


def test_a_council_member_is_not_told_to_have_said_what_was_not_said(reporter: Reporter) -> None:
    reporter.begin(
        was__description=WORDS,
        aufgabe__affected_role="council",
        wer__side="outside",
        wer__leading="no",
    )
    page = reporter.get("bericht/stelle/").content.decode()
    assert "Weil es um die Spitze der Verwaltung oder den Rat gehen kann" in page
    assert "Sie haben angegeben" not in page


def test_the_house_comes_before_the_way_and_its_two_ways_are_asked(
    reporter: Reporter, town: Town
) -> None:
    """The nationwide body has one way; who chooses the own house instead is asked for one of two."""
    reporter.begin(was__description=WORDS, aufgabe__affected_role="head", wer__side="inside")
    page = reporter.get("bericht/stelle/").content.decode()
    assert 'name="pillar"' not in page
    assert "Bei Bundesweite Anlaufstelle kümmert sich: " in page
    own = str(town.municipality.pk)
    asked = reporter.step("stelle", body=own)
    page = asked.content.decode()
    assert asked.status_code == 200
    assert f"{town.municipality.name} bietet zwei Wege an" in page
    assert page.index('name="body"') < page.index('name="pillar"')
    # Nothing is lost, and nothing is sent before it is answered.
    assert re.search(rf'value="{own}"[^>]* checked', page)
    assert "checked" not in page[page.index('name="pillar"') :]
    assert "bericht/stelle/?ziel=pruefen" in reporter.get("bericht/pruefen/").content.decode()
    reporter.send()
    assert all_cases() == []
    assert reporter.step("stelle", body=own, pillar="complaint").status_code == 302
    reporter.send()
    assert len(read_as(town.one(Pillar.COMPLAINT))) == 1


def test_a_way_that_the_chosen_house_does_not_offer_is_said(reporter: Reporter) -> None:
    with as_owner():
        body = Organisation.objects.get(slug=OUTSIDE)
    reporter.begin(was__description=WORDS, wer__side="inside")
    page = reporter.step("stelle", pillar="complaint", body=str(body.pk)).content.decode()
    assert "Den gewählten Weg gibt es bei Bundesweite Anlaufstelle nicht" in page
    assert "Bei Bundesweite Anlaufstelle kümmert sich: " in page
    assert 'name="pillar"' not in page
    assert reporter.step("stelle", body=str(body.pk)).status_code == 302
    # Control: the way that it has needs no second look.
    assert reporter.step("stelle", pillar="support", body=str(body.pk)).status_code == 302


def test_only_the_description_must_be_given(reporter: Reporter, town: Town) -> None:
    reporter.begin(was__description="Ein Satz.")
    assert reporter.send().headers["Location"] == "/melden/quittung/"
    assert read_as(town.one(Pillar.SUPPORT))[0].body["facts"] == {
        "description": "Ein Satz.",
        "reachability": "mailbox",
    }


def test_without_a_description_nothing_is_sent(reporter: Reporter) -> None:
    reporter.begin()
    response = reporter.step("was", description="   ")
    assert "Ein Satz genügt" in response.content.decode()
    summary = reporter.get("bericht/pruefen/").content.decode()
    assert "bericht/was/?ziel=pruefen" in summary
    assert 'name="absenden"' not in summary
    reporter.send()
    assert all_cases() == []


def test_back_keeps_what_was_typed_even_if_it_is_wrong(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    response = reporter.step("wann", day_from="32.13.2026", place="Rathaus", zurueck="1")
    assert response.headers["Location"].endswith("/bericht/was/")
    page = reporter.get("bericht/wann/").content.decode()
    assert 'value="Rathaus"' in page
    assert WORDS[:7] in reporter.get("bericht/was/").content.decode()


def test_a_changed_answer_leads_back_to_the_summary(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    response = reporter.post("bericht/was/?ziel=pruefen", {"description": "Anders."})
    assert response.headers["Location"].endswith("/bericht/pruefen/")
    assert "Anders." in reporter.get("bericht/pruefen/").content.decode()


def test_the_question_on_the_task_is_left_out_for_an_authority(reporter: Reporter) -> None:
    response = reporter.begin(wen__reporter_role="authority")
    assert response.headers["Location"].endswith("/bericht/was/")


@pytest.mark.parametrize("slug", ["gibtesnicht", "../admin", "pruefen2"])
def test_unknown_steps_and_towns_are_not_found(reporter: Reporter, slug: str) -> None:
    assert reporter.get(f"bericht/{slug}/").status_code == 404
    assert reporter.get("/melden/nirgendwo/").status_code == 404
    assert reporter.get("/melden/nirgendwo/kurz/").status_code == 404
    assert reporter.get("/melden/nirgendwo/bericht/wen/").status_code == 404


def test_danger_shows_what_to_do_first(reporter: Reporter, town: Town) -> None:
    reporter.begin(was__description=WORDS)
    page = reporter.get("bericht/gefahr/").content.decode()
    assert page.index("tel:110") < page.index('name="danger"')


def test_every_step_renders(reporter: Reporter) -> None:
    from komma.reporting.steps import STEPS

    reporter.begin(was__description=WORDS)
    for step in STEPS:
        response = reporter.get(f"bericht/{step.slug}/")
        assert response.status_code == 200
        page = response.content.decode()
        assert page.count("<h1") == 1, step.slug
        assert "<title>Informationen</title>" in page
        assert response.headers["Cache-Control"] == "no-store"
