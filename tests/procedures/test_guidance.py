"""What somebody can do now: from checked items only, safety first, short, nothing vital cut."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from komma.cases.facts import Channel
from komma.municipalities.codes import Pillar
from komma.procedures.codes import AffectedRole, Form, Side
from komma.procedures.deadlines import all_rules
from komma.procedures.deadlines.catalogue import CHECK_EVERY, BrokenCatalogue
from komma.procedures.guidance import (
    Advice,
    Kind,
    Offence,
    Topic,
    all_advice,
    all_offences,
    compose,
    due_for_checking,
)
from komma.procedures.guidance.catalogue import parse_advice, parse_offences
from komma.procedures.guidance.compose import MOST_ITEMS, MOST_OFFENCES
from komma.procedures.incidents import Incident
from tests.factories.clients import signed_in
from tests.factories.towns import Town

ITEMS: list[Advice | Offence] = [*all_advice(), *all_offences()]

GOOD_OFFENCE = """
[[offence]]
id = "probe"
paragraph = "§ 1 StGB"
name = "Probe"
kind = "absolute"
who = "Sie selbst."
superior = false
source = "https://www.gesetze-im-internet.de/"
valid_from = 2020-01-01
last_checked = 2026-01-01
"""
GOOD_ADVICE = """
[[advice]]
id = "probe"
topic = "safety"
text = "Gehen Sie."
basis = "§ 1"
source = "https://www.gesetze-im-internet.de/"
last_checked = 2026-01-01
"""


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_every_item_has_a_source_and_a_date(item: Advice | Offence) -> None:
    assert item.source.startswith("https://")
    assert dt.date(2020, 1, 1) < item.last_checked <= dt.date(2100, 1, 1)


@pytest.mark.parametrize("offence", all_offences(), ids=lambda offence: offence.id)
def test_offences_point_to_the_text_of_the_law(offence: Offence) -> None:
    assert offence.source.startswith("https://www.gesetze-im-internet.de/")
    assert offence.valid_from <= offence.last_checked


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('source = "https://www.gesetze-im-internet.de/"\n', ""),
        ('source = "https://www.gesetze-im-internet.de/"', 'source = "gehört"'),
        ("last_checked = 2026-01-01\n", ""),
        ("last_checked = 2026-01-01", 'last_checked = "neulich"'),
    ],
)
@pytest.mark.parametrize("kind", ["offence", "advice"])
def test_an_item_without_source_or_date_is_refused(kind: str, old: str, new: str) -> None:
    parse, text = {
        "offence": (parse_offences, GOOD_OFFENCE),
        "advice": (parse_advice, GOOD_ADVICE),
    }[kind]
    assert len(parse(text)) == 1, "without the fault it is read"  # type: ignore[operator]
    with pytest.raises(BrokenCatalogue, match="probe"):
        parse(text.replace(old, new))  # type: ignore[operator]


@pytest.mark.parametrize(
    "text",
    [
        GOOD_OFFENCE.replace("absolute", "depends"),
        GOOD_OFFENCE.replace("absolute", "sometimes"),
        GOOD_OFFENCE + '[[offence.when]]\nforms = ["teleport"]\n',
        GOOD_OFFENCE + '[[offence.when]]\nweather = ["rain"]\n',
        GOOD_OFFENCE * 2,
    ],
)
def test_a_broken_offence_is_named(text: str) -> None:
    with pytest.raises(BrokenCatalogue, match="probe"):
        parse_offences(text)


def test_channels_are_those_of_a_report() -> None:
    used = {channel for item in ITEMS for each in item.when for channel in each.channels}
    assert used
    assert used <= set(Channel.values)


def test_due_after_half_a_year_with_the_oldest_first() -> None:
    newest = max(item.last_checked for item in ITEMS)
    assert due_for_checking(newest) == []
    due = due_for_checking(newest + CHECK_EVERY + dt.timedelta(days=1))
    assert len(due) == len(ITEMS)


def test_the_demand_for_prosecution_is_counted_for_every_offence_that_needs_one() -> None:
    needed = {
        form
        for offence in all_offences()
        if offence.kind != Kind.EX_OFFICIO
        for condition in offence.when
        for form in condition.forms
    }
    (rule,) = (rule for rule in all_rules() if rule.id == "strafantrag")
    assert rule.when[0].forms == needed


# --- Composing


def ids(**facts: object) -> set[str]:
    found = compose(Incident.of(facts))
    named = {offence.id for section in found.sections for offence in section.offences}
    return named | {item.id for section in found.sections for item in section.items}


VITAL = {"notruf", "behalten", "nie_aufnehmen", "nie_speichern", "normal"}
SITUATIONS = st.builds(
    Incident,
    forms=st.frozensets(st.sampled_from(Form.values)),
    channels=st.frozensets(st.sampled_from(Channel.values)),
    side=st.sampled_from(["", *Side.values]),
    role=st.sampled_from(["", *AffectedRole.values]),
    in_danger=st.booleans(),
)


@given(SITUATIONS)
def test_always_in_order_short_and_once_with_what_is_vital(incident: Incident) -> None:
    found = compose(incident).sections
    topics = [section.topic for section in found]
    assert topics == sorted(topics, key=list(Topic).index)
    assert topics[0] == Topic.SAFETY
    assert found[0].items[0].id == "notruf"
    texts = [item.text for section in found for item in section.items]
    assert len(texts) == len(set(texts))
    assert all(len(section.items) <= MOST_ITEMS for section in found)
    assert all(len(section.offences) <= MOST_OFFENCES for section in found)
    assert {item.id for section in found for item in section.items} >= VITAL


@given(SITUATIONS)
def test_rights_that_could_be_lost_are_never_cut(incident: Incident) -> None:
    """Everything of these topics that is meant for the incident is shown, save for the platform."""
    from komma.procedures.guidance.catalogue import advice_for

    shown = {item.id for section in compose(incident).sections for item in section.items}
    meant = {
        item.id
        for item in advice_for(incident)
        if item.topic in (Topic.DEADLINES, Topic.SAFETY, Topic.ACCIDENT, Topic.REGISTRATION)
    }
    assert meant - shown <= {"plattform"}


def test_unknown_facts_stay_general_and_leave_no_right_out() -> None:
    found = ids()
    assert found >= {"antrag", "agg_anspruch", "agg_beschwerde", "politik_widerspruch", "unfall"}
    assert found >= {"rat_selbst", "auskunftssperre", "achtundvierzig", "wer_entscheidet"}
    assert not any(section.offences for section in compose(Incident()).sections)
    assert found == ids(forms=["unknown", "other"], side="unknown", affected_role="unsaid")


def test_inside_harassment_is_told_of_the_agg_and_outside_threat_of_criminal_law() -> None:
    inside = ids(forms=["sexual"], side="inside", affected_role="office")
    assert inside >= {"agg_anspruch", "agg_beschwerde", "ads", "im_haus"}
    assert "auskunftssperre" not in inside
    outside = ids(forms=["threat"], side="outside", affected_role="office")
    assert outside >= {"bedrohung", "antrag", "anzeige", "auskunftssperre"}
    assert not outside & {"agg_anspruch", "agg_beschwerde", "im_haus"}


def test_discrimination_alone_names_no_offence() -> None:
    found = compose(Incident.of({"forms": ["discrimination"], "side": "inside"}))
    assert not any(section.topic == Topic.OFFENCES for section in found.sections)


def test_council_members_file_themselves_and_are_warned_of_the_objection() -> None:
    council = ids(forms=["insult"], side="outside", affected_role="council")
    assert council >= {"rat_selbst", "politik_widerspruch", "politik"}
    assert "vorgesetzte" not in council
    office = ids(forms=["insult"], side="outside", affected_role="office")
    assert "vorgesetzte" in office
    assert not office & {"rat_selbst", "politik", "politik_widerspruch"}


def test_an_objection_is_said_to_be_final() -> None:
    texts = {item.id: item.text for item in all_advice()}
    assert "nie zurücknehmen" in texts["politik_widerspruch"]
    assert "nicht an: Machen Sie beides" in texts["agg_beschwerde"]
    assert "Rufen Sie die Polizei" in texts["nie_speichern"]


def test_nothing_uncertain_is_claimed_of_the_register_block() -> None:
    """Two or four years: not verified, so no number of years stands there."""
    (text,) = (item.text for item in all_advice() if item.id == "auskunftssperre")
    assert "Jahr" not in text


def test_accidents_by_task() -> None:
    assert "dienstunfall" not in ids(forms=["injury"], affected_role="volunteer")
    assert "ehrenamt" in ids(forms=["injury"], affected_role="volunteer")
    assert ids(forms=["injury"], affected_role="field") >= {"unfall", "dienstunfall"}
    assert not ids(forms=["flood"], affected_role="field") & {"unfall", "dienstunfall"}


def test_offences_are_considered_and_never_judged() -> None:
    words = " ".join(f"{each.name} {each.remark}" for each in all_offences())
    assert "strafbar gemacht" not in words
    assert "Täter" not in words + " ".join(item.text for item in all_advice())


def test_a_receipt_tells_a_few_things_at_once() -> None:
    at_once = [item.id for item in compose(Incident.of({"forms": ["suspicious_post"]})).at_once]
    assert at_once[:2] == ["notruf", "post"]
    assert len(at_once) <= 6


@pytest.mark.parametrize(("danger", "told"), [("yes", True), ("unsure", True), ("no", False)])
def test_present_danger_has_its_own_words(danger: str, told: bool) -> None:
    assert ("gefahr" in ids(danger=danger)) is told


# --- The page for members


@pytest.mark.django_db
def test_the_page_of_rules_tells_what_is_due_for_checking(town: Town) -> None:
    client = signed_in(town.one(Pillar.ASSAULT))
    newest = max(item.last_checked for item in ITEMS)
    moment = dt.datetime.combine(newest, dt.time(9), dt.UTC)
    with time_machine.travel(moment):
        page = client.get("/verfahren/fristen/").content.decode()
    assert "Bedrohung" in page
    assert "§\N{NO-BREAK SPACE}241 StGB" in page
    assert "Alle Straftaten und Hinweise sind im letzten halben Jahr" in page
    with time_machine.travel(moment + CHECK_EVERY + dt.timedelta(days=1)):
        client = signed_in(town.one(Pillar.ASSAULT))
        page = client.get("/verfahren/fristen/").content.decode()
    assert page.count("bitte prüfen</strong>") >= len(ITEMS)
    assert "Nehmen Sie niemanden heimlich auf." in page


def test_what_is_for_certain_roles_comes_after_what_is_for_everybody() -> None:
    def deadlines_of(role: str) -> list[str]:
        found = compose(
            Incident.of({"forms": ["insult"], "side": "outside", "affected_role": role})
        )
        return [i.id for s in found.sections if s.topic == Topic.DEADLINES for i in s.items]

    assert deadlines_of("")[0] == "antrag"
    assert "politik_widerspruch" in deadlines_of("")
    assert deadlines_of("council")[0] == "politik_widerspruch", "the control: meant for them"
