"""By when something is due, on the overview and in "Mein Tag"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention import actions
from komma.prevention.queries import due, records_of, upcoming
from komma.prevention.rules import a_year_after, next_due, week_of
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.towns import Town
from tests.prevention.conftest import STATEMENT, begin

pytestmark = pytest.mark.django_db

NOW = dt.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(dt.datetime(2026, 5, 20, 10, tzinfo=dt.UTC), tick=False) as moved:
        yield moved


def record(town: Town, kind: str, day: dt.date, place: UUID | None = None) -> None:
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        actions.add_record(
            organisation_id=town.municipality.pk,
            kind=kind,
            held_on=day,
            place=place,
            topic="Alarm",
            people=9,
            led_by="Leitung",
            findings="",
            by=by,
        )


def lines(town: Town) -> list[tuple[str, dt.date]]:
    with acting_as(town.one(Pillar.COORDINATION).id):
        return [(line.title, line.day) for line in upcoming(town.municipality.pk)]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (dt.date(2026, 3, 1), dt.date(2027, 3, 1)),
        (dt.date(2028, 2, 29), dt.date(2029, 2, 28)),
        (dt.date(2026, 12, 31), dt.date(2027, 12, 31)),
    ],
)
def test_a_year_later(day: dt.date, expected: dt.date) -> None:
    assert a_year_after(day) == expected
    assert next_due("instruction", day) == expected


def test_an_exercise_is_held_in_each_calendar_year() -> None:
    for day in (dt.date(2026, 1, 1), dt.date(2026, 12, 31)):
        assert next_due("exercise", day) == dt.date(2027, 12, 31)


def test_weeks_begin_on_monday() -> None:
    assert week_of(dt.date(2026, 5, 17)) == dt.date(2026, 5, 11)
    assert week_of(dt.date(2026, 5, 18)) == dt.date(2026, 5, 18)


def test_nothing_is_due_where_nothing_has_begun(town: Town) -> None:
    assert lines(town) == []


def test_each_part_has_its_day(town: Town) -> None:
    begun = begin(town)
    name = begun.building.content["name"]
    # Measured from 40 days before now, the day that ``begin`` gives to what has happened.
    assert lines(town) == [
        (f"Notfallordner prüfen: {name}", dt.date(2026, 6, 17)),
        ("Maßnahme gegen eine Gefährdung umsetzen", dt.date(2026, 8, 18)),
        ("Gefährdungen prüfen", dt.date(2027, 4, 10)),
        (f"Unterweisung: {name}", dt.date(2027, 4, 10)),
    ]


def test_what_was_held_for_all_counts_for_each_place(town: Town) -> None:
    record(town, "instruction", dt.date(2026, 1, 10))
    assert lines(town) == [("Unterweisung", dt.date(2027, 1, 10))]
    unit = town.units[Pillar.OTHER]
    record(town, "instruction", dt.date(2025, 3, 1), unit.pk)
    assert lines(town) == [(f"Unterweisung: {unit.name}", dt.date(2027, 1, 10))]
    record(town, "instruction", dt.date(2026, 2, 1), unit.pk)
    assert lines(town) == [(f"Unterweisung: {unit.name}", dt.date(2027, 2, 1))]


def test_a_place_that_is_gone_is_due_no_more(town: Town) -> None:
    begun = begin(town)
    by = town.one(Pillar.COORDINATION).id
    record(town, "exercise", dt.date(2026, 1, 1), begun.building.pk)
    with acting_as(by):
        actions.remove_building(building=begun.building, by=by)
        assert len(records_of(town.municipality.pk)) == 2
    assert not [title for title, _day in lines(town) if ":" in title]


def test_my_day_names_what_is_due_within_a_month(town: Town) -> None:
    begin(town)
    record(town, "instruction", dt.date(2025, 1, 1), town.units[Pillar.OTHER].pk)
    for pillar in (Pillar.COORDINATION, Pillar.LEADERSHIP):
        page = signed_in(town.one(pillar)).get("/start/").content.decode()
        assert "bis 17.06.2026" in page
        assert "bis 01.01.2026" in page
        assert "Maßnahme gegen eine Gefährdung" not in page
    assert "Notfallordner" not in signed_in(town.one(Pillar.OTHER)).get("/start/").content.decode()


def test_costs_six_queries_at_most(town: Town) -> None:
    begin(town)
    with acting_as(town.one(Pillar.COORDINATION).id), CaptureQueriesContext(connection) as caught:
        assert due(town.municipality.pk, NOW)
    assert len(caught) <= 6


class TestExpiry:
    def expire(self) -> int:
        with as_worker():
            return actions.expire()

    def test_old_versions_and_records_go_the_newest_stay(
        self, town: Town, clock: time_machine.Traveller
    ) -> None:
        begun = begin(town)
        by, organisation = town.one(Pillar.COORDINATION).id, town.municipality.pk
        clock.move_to(dt.datetime(2026, 6, 20, 10, tzinfo=dt.UTC))
        record(town, "instruction", dt.date(2026, 6, 20), begun.building.pk)
        with acting_as(by):
            draft = actions.save_paper(
                organisation_id=organisation, slug=STATEMENT, text="neu", seen="", by=by
            )
            actions.put_in_force(
                organisation_id=organisation,
                slug=STATEMENT,
                in_force_on=dt.date(2026, 6, 20),
                signed_by="Leitung",
                seen=actions.mark_of(draft),
                by=by,
            )
        clock.move_to(dt.datetime(2029, 6, 1, 10, tzinfo=dt.UTC))
        assert self.expire() == 1  # the record of April 2026
        clock.move_to(dt.datetime(2029, 7, 1, 10, tzinfo=dt.UTC))
        assert self.expire() == 1  # the statement, replaced on 20 June 2026
        clock.move_to(dt.datetime(2040, 1, 1, 10, tzinfo=dt.UTC))
        assert self.expire() == 0
        with as_owner():
            assert len(records_of(organisation)) == 1
