"""When deadlines end: examples from the law, properties, and a slow oracle that counts days."""

from __future__ import annotations

import calendar
import datetime as dt
from functools import cache

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.municipalities.codes import Land
from komma.procedures.deadlines import (
    Deadline,
    Facts,
    Place,
    Unit,
    deadlines,
    end_of_period,
    next_working_day,
)
from komma.procedures.deadlines.working_days import has_unknown_holidays, is_working_day

DAYS = st.dates(dt.date(1995, 1, 1), dt.date(2035, 12, 31))
LANDS = st.sampled_from(Land.values)
AUGSBURG, MUNICH, NUREMBERG = "09761000", "09162000", "09564000"
EICHSFELD = "16061045"


def end(day: str, length: int, unit: Unit, land: str) -> str:
    raw = end_of_period(dt.date.fromisoformat(day), length, unit)
    return next_working_day(raw, Place(land)).isoformat()


@pytest.mark.parametrize(
    ("day", "length", "unit", "land", "expected"),
    [
        ("2026-01-15", 3, Unit.MONTHS, "NW", "2026-04-15"),
        ("2025-11-30", 3, Unit.MONTHS, "NW", "2026-03-02"),  # no 30 February; 28 is a Saturday
        ("2027-11-30", 3, Unit.MONTHS, "HE", "2028-02-29"),  # leap year
        ("2026-01-03", 3, Unit.MONTHS, "TH", "2026-04-07"),  # Good Friday to Easter Monday
        ("2025-12-31", 2, Unit.MONTHS, "BE", "2026-03-02"),
        ("2026-04-02", 3, Unit.DAYS, "NW", "2026-04-07"),  # Easter Sunday
        ("2024-02-29", 2, Unit.YEARS, "BY", "2026-03-02"),  # 28 February 2026 is a Saturday
        ("2026-01-01", 4, Unit.WEEKS, "BY", "2026-01-29"),
    ],
)
def test_examples(day: str, length: int, unit: Unit, land: str, expected: str) -> None:
    assert end(day, length, unit, land) == expected


def test_months_are_not_chained() -> None:
    start = dt.date(2026, 1, 31)
    once = end_of_period(end_of_period(start, 1, Unit.MONTHS), 1, Unit.MONTHS)
    assert end_of_period(start, 2, Unit.MONTHS) == dt.date(2026, 3, 31)
    assert once == dt.date(2026, 3, 28), "what chaining would give"


@pytest.mark.parametrize(
    ("day", "place", "works"),
    [
        ("2025-08-08", Place("BY", AUGSBURG), False),  # the peace festival of Augsburg, a Friday
        ("2025-08-08", Place("BY", MUNICH), True),
        ("2025-08-15", Place("BY", AUGSBURG), False),
        ("2025-08-15", Place("BY", MUNICH), False),
        ("2025-08-15", Place("BY", NUREMBERG), True),
        ("2025-08-15", Place("BY"), True),  # unknown place: the earlier day is the cautious one
        ("2025-08-15", Place("SL"), False),
        ("2026-06-04", Place("TH", "16061045"), False),  # Corpus Christi in the Eichsfeld
        ("2026-06-04", Place("TH", "16053000"), True),
        ("2026-11-18", Place("SN"), False),  # day of repentance
        ("2025-05-08", Place("BE"), False),  # once, 80 years after the war
        ("2026-09-21", Place("TH"), True),
    ],
)
def test_holidays_of_a_place(day: str, place: Place, works: bool) -> None:
    assert is_working_day(dt.date.fromisoformat(day), place) is works


def test_says_where_holidays_of_municipalities_are_not_counted() -> None:
    assert has_unknown_holidays(Place("BY"))
    assert not has_unknown_holidays(Place("BY", AUGSBURG))
    assert not has_unknown_holidays(Place("NW"))
    assert has_unknown_holidays(Place("SN")), "Corpus Christi in Sorbian places"
    assert has_unknown_holidays(Place("SN", "14625010"))
    assert not has_unknown_holidays(Place("SN", "14612000")), "Dresden has none of its own"
    assert not has_unknown_holidays(Place("TH", "16053000")), "nor has Jena"
    assert has_unknown_holidays(Place("TH", "16064019"))
    assert not has_unknown_holidays(Place("TH", EICHSFELD))


def oracle(start: dt.date, length: int, unit: Unit, place: Place) -> dt.date:
    """Count day by day, without any arithmetic of months; then on to the next working day.

    Months: the same number in a later month, or that month's last day; years: twelve of them.
    """
    months = {Unit.MONTHS: length, Unit.YEARS: 12 * length}.get(unit)
    days = {Unit.DAYS: length, Unit.WEEKS: 7 * length}.get(unit)
    day, passed = start, 0
    while passed < (months or days or 0):
        day += dt.timedelta(days=1)
        wanted = min(start.day, calendar.monthrange(day.year, day.month)[1])
        is_month = day.day == wanted and (day.year, day.month) != (start.year, start.month)
        passed += is_month if months else 1
    while day.isoweekday() > 5 or day in feasts(place, day.year):
        day += dt.timedelta(days=1)
    return day


@cache
def feasts(place: Place, year: int) -> set[dt.date]:
    """Return the holidays of a place, written down here a second time."""
    found = set(holidays.country_holidays("DE", subdiv=place.land, years=year))
    if place.ags in (AUGSBURG, MUNICH):
        found.add(dt.date(year, 8, 15))
    if place.ags == AUGSBURG:
        found.add(dt.date(year, 8, 8))
    if place.ags == EICHSFELD:  # Corpus Christi, a Thursday: eleven days after Whit Sunday
        found.add(easter(year) + dt.timedelta(days=60))
    return found


def easter(year: int) -> dt.date:
    """Return Easter Sunday: two days after Good Friday."""
    german = holidays.country_holidays("DE", years=year)
    return next(day for day in german if german[day] == "Karfreitag") + dt.timedelta(days=2)


PLACES = st.one_of(
    st.builds(Place, LANDS),
    st.sampled_from(
        [Place("BY", AUGSBURG), Place("BY", MUNICH), Place("BY", NUREMBERG), Place("TH", EICHSFELD)]
    ),
)


@given(DAYS, st.integers(1, 24), st.sampled_from(Unit), PLACES)
def test_equals_counting_day_by_day(start: dt.date, length: int, unit: Unit, place: Place) -> None:
    length = min(length, 5) if unit == Unit.YEARS else length
    raw = end_of_period(start, length, unit)
    assert next_working_day(raw, place) == oracle(start, length, unit, place)


@given(st.integers(1995, 2035), st.sampled_from([AUGSBURG, MUNICH, NUREMBERG]))
def test_a_feast_of_one_municipality_moves_the_end_there_only(year: int, ags: str) -> None:
    """8 August is a holiday in Augsburg; a period of a week that ends on it shows the difference."""
    end = next_working_day(dt.date(year, 8, 8), Place("BY", ags))
    is_weekday = dt.date(year, 8, 8).isoweekday() <= 5
    assert (end == dt.date(year, 8, 8)) is (is_weekday and ags != AUGSBURG)


@given(DAYS, st.integers(1, 24), st.sampled_from(Unit), PLACES)
def test_never_ends_where_nobody_works_and_never_early(
    start: dt.date, length: int, unit: Unit, place: Place
) -> None:
    raw = end_of_period(start, length, unit)
    shifted = next_working_day(raw, place)
    assert raw > start
    assert is_working_day(shifted, place)
    assert 0 <= (shifted - raw).days <= 5
    between = (raw + dt.timedelta(days=n) for n in range((shifted - raw).days))
    assert not any(is_working_day(day, place) for day in between)


@given(DAYS, DAYS, st.integers(1, 24), st.sampled_from(Unit), PLACES)
def test_who_starts_later_ends_no_earlier(
    one: dt.date, other: dt.date, length: int, unit: Unit, place: Place
) -> None:
    first, second = sorted((one, other))
    ends = [next_working_day(end_of_period(day, length, unit), place) for day in (first, second)]
    assert ends[0] <= ends[1]


@given(DAYS, DAYS, PLACES)
def test_no_rule_ends_where_nobody_works_and_each_is_monotone(
    one: dt.date, other: dt.date, place: Place
) -> None:
    """Also those that do not move to the next working day: they name the one before."""
    first, second = sorted((one, other))
    ends = []
    for day in (first, second):
        found = deadlines(Facts(day, day), place)
        assert all(is_working_day(each.end, place) for each in found)
        for each in found:
            moved = (each.end - each.raw_end).days
            assert 0 <= moved <= 5 if each.rule.shift else -5 <= moved <= 0
        ends.append({(each.rule.id, each.rule.valid_from): each.end for each in found})
    both = ends[0].keys() & ends[1].keys()
    assert all(ends[0][rule] <= ends[1][rule] for rule in both)


def by_id(facts: Facts, place: Place) -> dict[str, Deadline]:
    return {each.rule.id: each for each in deadlines(facts, place)}


def test_each_period_counts_from_its_own_day() -> None:
    facts = Facts(
        event=dt.date(2026, 1, 15),
        knowledge=dt.date(2026, 2, 2),
        claim=dt.date(2026, 3, 3),
        decision=dt.date(2026, 3, 10),
    )
    found = by_id(facts, Place("NW"))
    assert found["strafantrag"].raw_end == dt.date(2026, 5, 2)
    assert found["strafantrag"].end == dt.date(2026, 5, 4)
    assert found["agg_zivil"].start == facts.event
    assert found["agg_anspruch"].start == facts.knowledge
    assert found["agg_klage"].end == dt.date(2026, 6, 3)
    assert found["plattform_beschwerde"].end == dt.date(2026, 9, 10)
    assert all(each.has_begun for each in found.values())


def test_an_unknown_perpetrator_gives_the_cautious_day_and_says_so() -> None:
    known = Facts(dt.date(2026, 1, 15), dt.date(2026, 1, 15))
    unknown = Facts(dt.date(2026, 1, 15), dt.date(2026, 1, 15), person_known=False)
    deadline = by_id(unknown, Place("TH"))["strafantrag"]
    assert not deadline.has_begun
    assert deadline.end == by_id(known, Place("TH"))["strafantrag"].end


def test_an_accident_counts_from_the_day_the_employer_learned_of_it() -> None:
    facts = Facts(dt.date(2026, 1, 15), dt.date(2026, 1, 15), employer=dt.date(2026, 1, 19))
    assert by_id(facts, Place("NW"))["unfallanzeige"].raw_end == dt.date(2026, 1, 22)
    alone = Facts(dt.date(2026, 1, 15), dt.date(2026, 1, 15))
    assert by_id(alone, Place("NW"))["unfallanzeige"].start == dt.date(2026, 1, 15)


def test_knowledge_never_comes_before_the_event() -> None:
    with pytest.raises(ValueError, match="before"):
        Facts(event=dt.date(2026, 1, 2), knowledge=dt.date(2026, 1, 1))


def test_a_land_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="XX"):
        Place("XX")
