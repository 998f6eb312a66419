"""The rules of deadlines: each with source, validity and the day it was last checked."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from komma.municipalities.codes import Land, Pillar
from komma.procedures.deadlines import (
    Facts,
    Place,
    all_rules,
    catalogue,
    deadlines,
    due_for_checking,
    gaps,
    orphaned,
    rules_for,
)
from komma.procedures.deadlines.catalogue import CHECK_EVERY, BrokenCatalogue, Rule, parse
from komma.procedures.deadlines.working_days import local_holidays
from tests.factories.clients import signed_in
from tests.factories.towns import Town

GOOD = """
[[rule]]
id = "probe"
title = "Probe"
legal_basis = "§ 1"
about = "Nur ein Beispiel."
length = 3
unit = "months"
start = "event"
shift = true
source = "https://www.gesetze-im-internet.de/"
valid_from = 2020-01-01
last_checked = 2026-01-01
"""


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: f"{rule.id} {sorted(rule.lands)}")
def test_every_rule_says_where_it_comes_from(rule: Rule) -> None:
    assert rule.source.startswith("https://")
    assert rule.legal_basis
    assert rule.valid_from <= rule.last_checked <= dt.date(2100, 1, 1)


def test_local_holidays_say_where_they_come_from() -> None:
    assert all(local.source and local.last_checked for local in local_holidays())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('source = "https://www.gesetze-im-internet.de/"\n', ""),
        ('source = "https://www.gesetze-im-internet.de/"', 'source = "gehört"'),
        ("last_checked = 2026-01-01\n", ""),
        ("valid_from = 2020-01-01\n", ""),
        ('unit = "months"', 'unit = "moons"'),
        ('start = "event"', 'start = "someday"'),
        ("length = 3", "length = 0"),
        ('legal_basis = "§ 1"', 'legal_basis = " "'),
        ("shift = true", 'shift = true\nlands = ["XX"]'),
        ("shift = true", "shift = true\nvalid_until = 2019-01-01"),
    ],
)
def test_a_rule_that_cannot_be_used_is_named(old: str, new: str) -> None:
    assert len(parse(GOOD)[0]) == 1, "without the fault it is read"
    assert old in GOOD
    with pytest.raises(BrokenCatalogue, match="probe"):
        parse(GOOD.replace(old, new))


def test_two_rules_never_hold_for_the_same_day_and_land() -> None:
    ended = GOOD.replace("shift = true", "shift = true\nvalid_until = 2024-12-31")
    later = GOOD.replace("2020-01-01", "2025-01-01")
    assert len(parse(ended + later)[0]) == 2
    with pytest.raises(BrokenCatalogue, match="two rules"):
        parse(GOOD + later)
    lands = [GOOD.replace("shift = true", f'shift = true\nlands = ["{x}"]') for x in ("BY", "BE")]
    assert len(parse("".join(lands))[0]) == 2


def test_a_rule_holds_for_what_happened_within_its_validity() -> None:
    ids = {rule.id for rule in rules_for("NW", dt.date(2020, 1, 1))}
    assert "strafantrag" in ids
    assert "plattform_beschwerde" not in ids, "the DSA did not apply yet"


@pytest.mark.parametrize("land", Land.values)
def test_a_land_without_its_own_rule_says_so(land: str) -> None:
    day = dt.date(2026, 1, 15)
    has_own = "dienstunfall" in {rule.id for rule in rules_for(land, day)}
    missing = {matter.id for matter in gaps(land, day)}
    assert has_own is (land in {"BY", "BB", "HH", "NI", "SN"})
    assert ("dienstunfall" in missing) is not has_own


@pytest.mark.django_db
def test_the_page_names_the_laender_without_a_checked_rule(town: Town) -> None:
    page = signed_in(town.one(Pillar.COORDINATION)).get("/verfahren/fristen/").content.decode()
    named = page.split("Für diese Länder ist noch keine Regel geprüft:")[1].split("</p>")[0]
    assert "Thüringen" in named
    assert "Bayern" not in named


def test_an_accident_in_saxony_is_told_within_a_year() -> None:
    """Two years, as elsewhere, would be too late there."""
    day = dt.date(2026, 1, 15)
    found = {
        land: deadline.raw_end
        for land in ("SN", "BY")
        for deadline in deadlines(Facts(day, day), Place(land))
        if deadline.rule.id == "dienstunfall"
    }
    assert found == {"SN": dt.date(2027, 1, 15), "BY": dt.date(2028, 1, 15)}


def test_rules_come_up_for_checking() -> None:
    newest = max(rule.last_checked for rule in all_rules())
    assert due_for_checking(newest) == []
    assert len(due_for_checking(newest + CHECK_EVERY + dt.timedelta(days=1))) == len(all_rules())


@pytest.mark.django_db
def test_a_rule_that_ended_is_a_gap_unless_another_follows(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, matters = catalogue._catalogue()
    (demand,) = (rule for rule in rules if rule.id == "strafantrag")
    rest = tuple(rule for rule in rules if rule.id != "strafantrag")
    old = dataclasses.replace(demand, valid_until=dt.date(2026, 6, 30))
    new = dataclasses.replace(demand, valid_from=dt.date(2026, 7, 1))
    client = signed_in(town.one(Pillar.COORDINATION))
    for entered, is_gap in ((old,), True), ((old, new), False):
        monkeypatch.setattr(catalogue, "_catalogue", lambda e=entered: ((*rest, *e), matters))
        today = dt.date(2026, 7, 1)
        assert [rule.id for rule in orphaned(today)] == (["strafantrag"] if is_gap else [])
        page = client.get("/verfahren/fristen/").content.decode()
        assert ("gilt keine Regel mehr" in page) is is_gap
        late = today + CHECK_EVERY + dt.timedelta(days=200)
        assert old not in due_for_checking(late), "nobody compares what is no law any more"
