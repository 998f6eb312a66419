"""The deadlines of a case: from its sealed facts, as corrected by handlers, for each who may act."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from komma.cases.actions.deadlines import record_days
from komma.cases.actions.errors import Refused, Stale
from komma.cases.days import Days
from komma.cases.deadlines import CaseDeadlines, Line, count, of_case
from komma.cases.forms import DeadlinesForm
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from komma.procedures.deadlines import Place
from komma.procedures.deadlines import catalogue as rules_catalogue
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town

NOW = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
TODAY = dt.date(2026, 2, 10)
NW = Place("NW")
THREAT = {
    "description": "Er drohte.",
    "side": "outside",
    "forms": ["threat"],
    "affected_role": "office",
    "day_from": "2026-01-15",
}


@pytest.fixture(autouse=True)
def _february() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def counted(facts: dict[str, Any], *corrections: Days, place: Place | None = NW) -> CaseDeadlines:
    recorded = [each.as_json() for each in corrections]
    return count(facts, recorded, place=place, received_on=TODAY)


def line(found: CaseDeadlines, rule: str, whose: str = "") -> Line:
    (one,) = (each for each in found.lines if each.rule.id == rule and each.whose == whose)
    return one


def rules_of(found: CaseDeadlines) -> set[str]:
    return {each.rule.id for each in found.lines}


# --- Counting


def test_raw_and_shifted_day_are_both_told() -> None:
    found = line(counted(THREAT | {"day_from": "2025-11-30"}), "strafantrag")
    assert found.deadline is not None
    assert found.deadline.raw_end == dt.date(2026, 2, 28)
    assert found.deadline.end == dt.date(2026, 3, 2)
    assert found.is_shifted
    assert found.days_left == 20


def test_only_what_makes_sense_is_counted() -> None:
    assert rules_of(counted(THREAT)) == {"strafantrag", "unfallanzeige"}
    inside = THREAT | {"side": "inside", "forms": ["discrimination"]}
    assert rules_of(counted(inside)) == {"agg_anspruch"}
    online = {"side": "outside", "forms": ["insult"], "channels": ["social"]}
    online |= {"affected_role": "council", "day_from": "2026-01-15"}
    assert rules_of(counted(online)) == {"strafantrag", "plattform_beschwerde", "eilverfahren"}


def test_where_the_form_is_unknown_the_demand_is_still_counted() -> None:
    assert rules_of(counted({"side": "outside", "day_from": "2026-01-15"})) == {"strafantrag"}
    assert rules_of(counted({"day_from": "2026-01-15"})) == {"strafantrag", "agg_anspruch"}


def test_an_unknown_perpetrator_means_not_begun_with_the_cautious_day() -> None:
    known = line(counted(THREAT), "strafantrag")
    found = line(counted(THREAT | {"causer": "anonymous"}), "strafantrag")
    assert found.deadline is not None
    assert known.deadline is not None
    assert not found.deadline.has_begun
    assert found.deadline.end == known.deadline.end
    assert found.reminds
    named = line(
        counted(THREAT | {"causer": "unknown", "causer_names": "Herr Beispiel"}), "strafantrag"
    )
    assert named.deadline is not None
    assert named.deadline.has_begun


def test_the_accident_counts_from_the_day_the_employer_learned_of_it() -> None:
    found = line(counted(THREAT), "unfallanzeige")
    assert found.deadline is not None
    assert found.deadline.start == TODAY


@pytest.mark.parametrize("day", [None, "", "im März", "2026-13-01", "1989-12-31", "2026-02-11"])
def test_a_day_that_cannot_be_counted_from_gives_the_length_only(day: str | None) -> None:
    found = counted(THREAT | {"day_from": day})
    assert not found.day_known
    assert rules_of(found) == {"strafantrag", "unfallanzeige"}
    demand = line(found, "strafantrag")
    assert demand.deadline is None
    assert not demand.is_over
    accident = line(found, "unfallanzeige").deadline
    assert accident is not None, "the employer learned of it by the report, whatever the day was"
    assert accident.start == TODAY
    assert found.ends == [accident.raw_end]


def test_days_that_are_known_count_without_the_day_of_the_event() -> None:
    facts = THREAT | {"day_from": "", "channels": ["social"]}
    recorded = Days(
        knowledge=dt.date(2026, 2, 1), employer=dt.date(2026, 2, 3), decision=dt.date(2026, 2, 5)
    )
    found = counted(facts, recorded)
    starts = {each.rule.id: each.deadline.start for each in found.lines if each.deadline}
    assert starts == {
        "strafantrag": dt.date(2026, 2, 1),
        "unfallanzeige": dt.date(2026, 2, 3),
        "plattform_beschwerde": dt.date(2026, 2, 5),
    }
    unknown = counted(facts, Days(knowledge=dt.date(2026, 2, 1), person_known=False))
    assert line(unknown, "strafantrag").deadline is None


def test_when_the_employer_learned_of_it_can_be_recorded() -> None:
    recorded = Days(event=dt.date(2026, 1, 15), employer=dt.date(2026, 1, 20))
    found = line(counted(THREAT, recorded), "unfallanzeige")
    assert found.deadline is not None
    assert found.deadline.raw_end == dt.date(2026, 1, 23)
    assert found.is_over
    assert "nachgeholt" in found.rule.afterwards


def test_a_day_that_was_recorded_counts_whatever_the_report_told() -> None:
    short = {"description": "Er schlug zu.", "day_from": ""}
    recorded = Days(employer=dt.date(2026, 2, 9))
    for days in (recorded, replace(recorded, event=dt.date(2026, 2, 1))):
        found = line(counted(short, days), "unfallanzeige")
        assert found.deadline is not None
        assert found.deadline.start == dt.date(2026, 2, 9)
    assert "unfallanzeige" not in rules_of(counted(THREAT | {"forms": ["insult"]}))


@pytest.mark.parametrize(
    ("facts", "known"),
    [
        ({}, "?"),
        ({"causer": "anonymous"}, "0"),
        ({"causer": "unknown"}, "0"),
        ({"causer": "citizen"}, "1"),
        ({"causer_names": "Herr Beispiel"}, "1"),
    ],
)
def test_whether_it_is_known_who_did_it_is_taken_from_the_report(
    facts: dict[str, str], known: str
) -> None:
    days = Days.of_report(facts, now=TODAY)
    assert DeadlinesForm(known=days).initial["person_known"] == known


def test_not_knowing_whether_it_is_known_counts_as_if_it_were() -> None:
    """The cautious reading: a period that may run is shown as running."""
    given = form(person_known="?")
    assert given.is_valid()
    assert given.cleaned_data["person_known"] is None
    found = line(
        counted(THREAT, Days(event=dt.date(2026, 1, 15), person_known=None)), "strafantrag"
    )
    assert found.has_begun


def test_civil_claims_of_everyday_life_are_shown_where_they_can_be_meant() -> None:
    outside = THREAT | {"forms": ["discrimination"]}
    assert "agg_zivil" not in rules_of(counted(outside))
    assert "agg_zivil" in rules_of(counted(outside | {"channels": ["private"]}))
    assert "agg_zivil" in rules_of(counted(outside | {"affected_role": "council"}))


def test_rules_that_were_no_law_yet_are_named() -> None:
    old = counted(THREAT | {"side": "inside", "day_from": "2001-05-04"})
    assert "agg_anspruch" in {rule.id for rule in old.early}
    assert counted(THREAT).early == ()


def test_without_a_land_nothing_is_counted_and_it_says_so() -> None:
    found = counted(THREAT, place=None)
    assert not found.place_known
    assert not found.lines


def test_a_land_without_its_own_rule_says_so() -> None:
    facts = THREAT | {"forms": ["injury"]}
    assert [matter.id for matter in counted(facts).gaps] == ["dienstunfall"]
    bavaria = counted(facts, place=Place("BY"))
    assert bavaria.gaps == ()
    assert "dienstunfall" in rules_of(bavaria)
    assert counted(THREAT | {"forms": ["insult"]}).gaps == (), "only where it can matter"


def test_a_rule_that_has_ended_is_kept_for_old_cases_and_flagged_for_new_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules, matters = rules_catalogue._catalogue()
    ended = tuple(
        rule
        if rule.id != "strafantrag"
        else type(rule)(**{**vars(rule), "valid_until": dt.date(2026, 1, 20)})
        for rule in rules
    )
    monkeypatch.setattr(rules_catalogue, "_catalogue", lambda: (ended, matters))
    old = counted(THREAT)
    assert line(old, "strafantrag").outdated
    assert old.ended == ()
    new = counted(THREAT | {"day_from": "2026-01-21"})
    assert "strafantrag" not in rules_of(new)
    assert [rule.id for rule in new.ended] == ["strafantrag"]


def test_a_period_that_does_not_move_names_the_working_day_before() -> None:
    """15 January 2028 is a Saturday; on it, nobody is told yet that it is too late."""
    facts = THREAT | {"forms": ["injury"]}
    accident = line(counted(facts, place=Place("BY")), "dienstunfall").deadline
    assert accident is not None
    assert accident.raw_end == dt.date(2028, 1, 15)
    assert accident.end == dt.date(2028, 1, 14)
    assert accident.end in counted(facts, place=Place("BY")).ends
    for day, is_over in ((15, False), (16, True)):
        with time_machine.travel(dt.datetime(2028, 1, day, 12, tzinfo=dt.UTC), tick=False):
            found = count(facts, (), place=Place("BY"), received_on=TODAY)
            assert line(found, "dienstunfall").is_over is is_over


def test_what_is_over_comes_last_and_is_not_reminded_of() -> None:
    found = counted(THREAT | {"day_from": "2025-10-01"})
    assert found.lines[-1].rule.id == "strafantrag"
    assert found.lines[-1].is_over


def test_what_is_no_period_of_law_is_not_shown_once_it_is_over() -> None:
    online = {"side": "outside", "forms": ["insult"], "day_from": "2026-01-15"}
    assert "eilverfahren" in rules_of(counted(online))
    assert "eilverfahren" not in rules_of(counted(online | {"day_from": "2026-01-01"}))


# --- Corrections: per entitled person, the newest counts


def test_each_entitled_person_has_a_deadline_of_their_own() -> None:
    superior = Days("Dienstvorgesetzte", event=dt.date(2026, 1, 15), knowledge=dt.date(2026, 2, 2))
    found = counted(THREAT, superior)
    own, theirs = line(found, "strafantrag"), line(found, "strafantrag", "Dienstvorgesetzte")
    assert own.deadline is not None
    assert theirs.deadline is not None
    assert own.deadline.raw_end == dt.date(2026, 4, 15)
    assert theirs.deadline.raw_end == dt.date(2026, 5, 2)
    assert {each.rule.id for each in found.lines if each.whose} == {"strafantrag"}


def test_the_newest_correction_counts_and_opens_what_waits_for_a_claim() -> None:
    inside = THREAT | {"side": "inside", "forms": ["discrimination"]}
    first = Days(event=dt.date(2026, 1, 1))
    second = Days(event=dt.date(2026, 1, 5), claim=dt.date(2026, 2, 1))
    found = counted(inside, first, second)
    claim = line(found, "agg_klage").deadline
    assert claim is not None
    assert claim.raw_end == dt.date(2026, 5, 1)
    agg = line(found, "agg_anspruch").deadline
    assert agg is not None
    assert agg.start == dt.date(2026, 1, 5)


def form(**data: str) -> DeadlinesForm:
    return DeadlinesForm({"version": "0", "person_known": "1"} | data, known=Days())


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({"event": "11.2.2026"}, "event", "liegt in der Zukunft"),
        ({"event": "31.12.1989"}, "event", "liegt vor 1990"),
        ({"event": "Februar 2026"}, "event", "Tag, Monat und Jahr"),
        ({"event": "2026"}, "event", "lassen Sie das Feld leer"),
        ({"event": "31.2.2026"}, "event", "lesen wir nicht als Datum"),
        ({"event": "2.2.2026", "knowledge": "1.2.2026"}, "knowledge", "vor dem Vorfall (02.02"),
        ({"event": "2.2.2026", "claim": "1.2.2026"}, "claim", "vor dem Vorfall"),
        ({"event": "2.2.2026", "employer": "1.2.2026"}, "employer", "vor dem Vorfall"),
        ({"person_known": ""}, "person_known", "eine der drei Antworten"),
    ],
)
def test_bad_input_is_told_in_plain_words(data: dict[str, str], field: str, words: str) -> None:
    found = form(**data)
    assert not found.is_valid()
    assert words in " ".join(found.errors[field])


def test_nothing_known_is_allowed() -> None:
    assert form().is_valid()
    assert form(knowledge="2.2.2026").is_valid()
    assert form(event="2.2.2026", knowledge="2.2.2026").is_valid()


# --- In the case and in the mailbox


@pytest.fixture
def threatened(town: Town) -> Reported:
    return make_report(town, facts=THREAT)


def client_of(town: Town) -> Client:
    return signed_in(town.one(Pillar.ASSAULT))


def step(reported: Reported) -> str:
    return reverse("cases:step", args=[reported.id, "fristen"])


@pytest.mark.django_db
def test_a_handler_records_days_and_both_sides_read_them(town: Town, threatened: Reported) -> None:
    client = client_of(town)
    page = client.get(step(threatened)).content.decode()
    assert "2026-01-15" in page, "what counts until now stands in the form"
    data = {"version": "0", "whose": "Dienstvorgesetzte", "event": "15.1.2026"}
    data |= {"knowledge": "2.2.2026", "person_known": "1"}
    assert client.post(step(threatened), data).status_code == 302
    page = client.get(reverse("cases:case", args=[threatened.id])).content.decode()
    for words in (
        "bis Mittwoch, 15. April 2026",
        "Für: Dienstvorgesetzte.",
        "bis Montag, 4. Mai 2026",
        "Nach dem Kalender Samstag, 2. Mai 2026",
        "§\N{NO-BREAK SPACE}77b StGB",
        "zuletzt geprüft am",
        "Orientierung, keine Rechtsberatung. Bitte prüfen lassen.",
    ):
        assert words in page, words
    printed = client.get(reverse("cases:print", args=[threatened.id])).content.decode()
    assert "bis Montag, 4. Mai 2026" in printed
    with transaction.atomic():
        box = box_of(threatened)
        assert "Für: Dienstvorgesetzte" in box.entries[-1].text
        assert line(of_case(box.case, box.entries), "strafantrag", "Dienstvorgesetzte")
        use_receipt("")


@pytest.mark.django_db
def test_a_mistake_keeps_what_was_typed(town: Town, threatened: Reported) -> None:
    data = {"version": "0", "whose": "Rat", "event": "1.1.2030", "person_known": "0"}
    page = client_of(town).post(step(threatened), data).content.decode()
    assert "liegt in der Zukunft" in page
    assert 'value="Rat"' in page


@pytest.mark.django_db
def test_days_are_recorded_on_a_version_and_by_handlers_only(
    town: Town, threatened: Reported
) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        file = case_of(holder, threatened)
        record_days(file, Days(event=dt.date(2026, 1, 2)), version=0)
        with pytest.raises(Stale):
            record_days(file, Days(event=dt.date(2026, 1, 3)), version=0)
        reader = type(file)(**{**vars(file), "roles": frozenset()})
        with pytest.raises(Refused):
            record_days(reader, Days(), version=1)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["fristen", "was-tun"])
def test_nobody_else_reaches_the_pages(
    town: Town, other_town: Town, threatened: Reported, slug: str
) -> None:
    address = f"/faelle/{threatened.id}/{slug}/"
    assert client_of(town).get(address).status_code == 200
    assert signed_in(town.one(Pillar.COMPLAINT)).get(address).status_code == 404
    assert signed_in(other_town.one(Pillar.ASSAULT)).get(address).status_code == 404
    assert Client().get(address).headers["Location"].startswith("/anmelden/")


@pytest.mark.django_db
def test_handlers_read_the_advice_which_counts_as_opening(town: Town, threatened: Reported) -> None:
    page = client_of(town).get(reverse("cases:advice", args=[threatened.id])).content.decode()
    assert "Bedrohung" in page
    assert "kommt in Betracht" in page
    assert "bis Mittwoch, 15. April 2026" in page
    with transaction.atomic():
        assert [each.function for each in box_of(threatened).openings] == ["Fallführung 1"]
        use_receipt("")


@pytest.mark.django_db
def test_the_case_links_to_the_advice(town: Town, threatened: Reported) -> None:
    page = client_of(town).get(reverse("cases:case", args=[threatened.id])).content.decode()
    assert reverse("cases:advice", args=[threatened.id]) in page
    assert step(threatened) in page


@pytest.mark.django_db
def test_the_recorded_days_are_nowhere_in_the_clear(town: Town, threatened: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        days = Days("Dienstvorgesetzte", event=dt.date(2026, 1, 2), knowledge=dt.date(2026, 1, 20))
        record_days(case_of(holder, threatened), days, version=0)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM cases_entry e")
        raw = " ".join(text for (text,) in cursor.fetchall())
    assert "age-encryption" in raw or "\\\\x6167652d" in raw
    for secret in ("Dienstvorgesetzte", "2026-01-20", b"Dienstvorgesetzte".hex()):
        assert secret not in raw
