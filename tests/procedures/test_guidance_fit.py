"""Advice fits what was reported: to whom it happened, how long ago, and what the facts carry."""

from __future__ import annotations

import pytest
import time_machine
from django.template.loader import render_to_string
from django.urls import reverse

from komma.cases.facts import ReporterRole
from komma.municipalities.codes import Pillar
from komma.procedures.guidance import all_advice, all_offences, compose
from komma.procedures.incidents import THIRD_PERSONS, Incident
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import make_report
from tests.factories.towns import Town


def advised(**facts: object) -> set[str]:
    return {item.id for section in compose(Incident.of(facts)).sections for item in section.items}


def offences(**facts: object) -> set[str]:
    found = compose(Incident.of(facts))
    return {offence.id for section in found.sections for offence in section.offences}


@pytest.mark.parametrize(
    ("form", "named", "never"),
    [
        ("racism", {"beleidigung"}, {"volksverhetzung", "verhetzende"}),
        ("microaggression", set(), {"beleidigung", "volksverhetzung"}),
        ("insult", {"beleidigung"}, {"volksverhetzung", "bedrohung"}),
        ("graffiti", {"sachbeschaedigung", "kennzeichen"}, {"brand", "verkehr"}),
        ("damage", {"sachbeschaedigung"}, {"brand", "verkehr"}),
        ("doxing", {"daten", "datenschutz"}, {"bild", "bildnis", "aufruf"}),
        ("incitement", {"volksverhetzung"}, {"kennzeichen"}),
        ("house_visit", {"hausfrieden"}, {"landfrieden", "bedrohung"}),
        ("threat", {"bedrohung"}, {"erpressung"}),
        ("sexual", {"sexuelle_belaestigung", "beleidigung"}, {"intimbild"}),
    ],
)
def test_a_form_names_only_what_its_facts_carry(
    form: str, named: set[str], never: set[str]
) -> None:
    found = offences(forms=[form])
    assert found >= named
    assert not found & (never | {"brand"})


def test_offences_that_need_more_facts_say_so() -> None:
    """Negative control: those that follow from the form alone carry no such condition."""
    remarks = {each.id: each.remark for each in all_offences()}
    for name in ("volksverhetzung", "kennzeichen", "hausfrieden", "leben", "bild", "verkehr"):
        assert remarks[name].startswith("Nur wenn "), name
    assert not remarks["sachbeschaedigung"]


def page_of(**facts: object) -> str:
    context = {"guidance": compose(Incident.of(facts))}
    return " ".join(render_to_string("procedures/guidance.html", context).split())


SUPERIORS = "auch Ihre Dienstvorgesetzten"


@pytest.mark.parametrize(
    ("role", "told"),
    [
        ("office", True),
        ("field", True),
        ("", True),
        ("council", False),
        ("board", False),
        ("honorary_head", False),
        ("volunteer", False),
        ("head", False),
    ],
)
def test_superiors_are_named_only_where_there_are_some(role: str, told: bool) -> None:
    page = page_of(forms=["insult"], side="outside", affected_role=role)
    assert ("Geschah es im Dienst, " + SUPERIORS in page) is told


FOR_THE_AFFECTED = (
    "wenn es Sie getroffen hat",
    "Ihre Dienstvorgesetzten",
    "Ihr Arbeitgeber",
    "Bleiben Sie nicht allein",
    "Werden Sie bei der Arbeit",
    "Stehen Ihre Daten",
    "können Sie kostenlos eine Auskunftssperre",
)


@pytest.mark.parametrize("role", sorted(THIRD_PERSONS))
def test_whoever_saw_it_is_not_addressed_as_affected(role: str) -> None:
    facts = {"forms": ["insult", "racism", "doxing", "threat"], "affected_role": "office"}
    for side in ("inside", "outside"):
        page = page_of(**facts, side=side, reporter_role=role)
        assert not [words for words in FOR_THE_AFFECTED if words in page]
        assert "Die betroffene Person selbst." in page


def test_the_affected_person_is_addressed() -> None:
    """Negative control."""
    facts = {"forms": ["insult", "racism", "doxing", "threat"], "affected_role": "office"}
    pages = [page_of(**facts, side=side, reporter_role="self") for side in ("inside", "outside")]
    assert not [words for words in FOR_THE_AFFECTED if words not in "".join(pages)]


def test_those_to_whom_it_did_not_happen_are_those_of_a_report() -> None:
    assert set(ReporterRole.values) - THIRD_PERSONS == {"self", "authority"}


@pytest.mark.parametrize(
    ("day", "more", "first"),
    [
        ("2026-11-27", {}, True),
        ("2026-10-01", {}, False),
        ("", {}, True),
        ("2026-10-01", {"frequency": "ongoing"}, True),
        ("2026-10-01", {"day_to": "2026-11-27"}, True),
    ],
)
@time_machine.travel("2026-11-28T10:00:00+01:00", tick=False)
def test_48_hours_are_told_only_while_they_last(
    day: str, more: dict[str, str], first: bool
) -> None:
    found = advised(forms=["threat"], day_from=day, **more)
    assert found & {"achtundvierzig", "auch_spaeter"} == {
        "achtundvierzig" if first else "auch_spaeter"
    }


def test_whom_to_turn_to_comes_with_a_way_to_reach_them() -> None:
    named = {"starke_stelle", "ads", "hateaid", "opferberatung", "weisser_ring", "frauen"}
    for item in all_advice():
        if item.id in named:
            assert item.phone or item.website, item.id


def test_several_things_come_into_consideration() -> None:
    page = page_of(forms=["deepfake", "defamation"])
    assert "Üble Nachrede, Verleumdung</strong> kommen in Betracht" in page
    assert "Beleidigung</strong> kommt in Betracht" in page_of(forms=["insult"])


@pytest.mark.django_db
def test_those_on_site_are_named_first_with_whether_they_answer(town: Town) -> None:
    with as_owner():
        unit = town.units[Pillar.SUPPORT]
        unit.phone, unit.hours = "0201 123-45", "rund um die Uhr"
        unit.save()
    reported = make_report(town, facts={"forms": ["insult"], "side": "outside"})
    client = signed_in(town.one(Pillar.ASSAULT))
    page = client.get(reverse("cases:advice", args=[reported.id])).content.decode()
    section = page.partition('id="rat-contacts"')[2].partition("</section>")[0]
    assert section.index("0201 123-45") < section.index("Anzeige erstatten")
    assert "jetzt erreichbar" in section
    assert "nicht Sie als Team" in page
