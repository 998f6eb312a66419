"""Playing through procedures: everything gets done, in time where nobody dawdles."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from komma.municipalities.codes import Land
from komma.procedures import exercise
from komma.procedures.deadlines import Place
from komma.procedures.deadlines.working_days import is_working_day
from komma.procedures.model import Limit, LimitUnit, Situation
from komma.procedures.schedule import CLOSING, due_at
from komma.procedures.shipped import shipped

at = dt.datetime.fromisoformat
NW = Place("NW")
MONDAY = dt.date(2026, 3, 2)
CHOICES = [(name, level) for name in shipped() for level in range(4)]


@pytest.mark.parametrize(("name", "level"), CHOICES)
def test_who_does_everything_at_once_is_never_late(name: str, level: int) -> None:
    procedure = shipped()[name]
    game = exercise.begin(level, MONDAY, NW)
    while due := exercise.waiting(procedure, game, NW):
        game = exercise.finish(procedure, game, due[0].step.id, NW)
    assert set(game.done) == {step.id for step in procedure.applicable(Situation(level=level))}
    assert exercise.late(procedure, game, NW) == []


@pytest.mark.parametrize(("name", "level"), CHOICES)
def test_who_waits_too_long_is_told_so(name: str, level: int) -> None:
    """Negative control: after each limit has passed, everything done is late."""
    procedure = shipped()[name]
    game = exercise.begin(level, MONDAY, NW)
    while exercise.waiting(procedure, game, NW):
        for due in exercise.waiting(procedure, game, NW):
            while game.now <= due.due_at:
                game = exercise.pass_time(procedure, game, NW)
            game = exercise.finish(procedure, game, due.step.id, NW)
    assert set(exercise.late(procedure, game, NW)) == set(game.done)


@settings(max_examples=60)
@given(st.sampled_from(sorted(shipped())), st.integers(0, 3), st.data())
def test_no_order_of_moves_gets_stuck(name: str, level: int, data: st.DataObject) -> None:
    procedure = shipped()[name]
    game = exercise.begin(level, MONDAY, NW)
    for _ in range(200):
        due = exercise.waiting(procedure, game, NW)
        if not due:
            break
        before = game
        if data.draw(st.booleans()):
            game = exercise.finish(procedure, game, data.draw(st.sampled_from(due)).step.id, NW)
        else:
            game = exercise.pass_time(procedure, game, NW)
        assert game.now >= before.now
        assert exercise.load(exercise.dump(game), procedure) == game
    for _ in procedure.steps:
        for each in exercise.waiting(procedure, game, NW):
            game = exercise.finish(procedure, game, each.step.id, NW)
    assert set(game.done) == {step.id for step in procedure.applicable(Situation(level=level))}


def test_a_step_waits_for_those_before_it() -> None:
    procedure = shipped()["agg-beschwerde"]
    game = exercise.begin(0, MONDAY, NW)
    assert exercise.finish(procedure, game, "mitteilung", NW) == game
    assert [due.step.id for due in exercise.waiting(procedure, game, NW)] == ["eingang"]


def test_a_game_begins_when_people_work() -> None:
    assert exercise.begin(1, dt.date(2026, 4, 3), NW).now == at("2026-04-07 09:00")


def test_hours_run_through_the_night_and_days_do_not() -> None:
    friday = at("2026-04-02 16:00")  # the day before Good Friday
    assert due_at(Limit.parse("48 hours"), friday, NW) == at("2026-04-04 16:00")
    assert due_at(Limit.parse("1 working_days"), friday, NW) == at("2026-04-07 17:00")


@given(
    st.integers(1, 24),
    st.sampled_from(LimitUnit),
    st.datetimes(at("2000-01-01 00:00"), at("2035-01-01 00:00")),
    st.sampled_from(Land.values),
)
def test_limits_end_later_and_on_working_days(
    length: int, unit: LimitUnit, begins: dt.datetime, land: str
) -> None:
    due = due_at(Limit(length, unit), begins, Place(land))
    assert due > begins
    if unit != LimitUnit.HOURS:
        assert is_working_day(due.date(), Place(land))
        assert due.time() == CLOSING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nichts",
        "[]",
        "{}",
        '{"level": 9, "begun": "2026-03-02T09:00:00", "now": "2026-03-02T09:00:00", "done": {}}',
        '{"level": 1, "begun": "2026-03-02T09:00:00", "now": "2026-03-01T09:00:00", "done": {}}',
        '{"level": 1, "begun": "9999-12-31T09:00:00", "now": "9999-12-31T09:00:00", "done": {}}',
        '{"level": 1, "begun": "2026-03-02T09:00:00", "now": "2026-03-02T09:00:00", "done": {"x":'
        ' "2026-03-02T09:00:00"}}',
        '{"level": 1, "begun": "2026-03-02T09:00:00+01:00", "now": "2026-03-02T09:00:00",'
        ' "done": {}}',
        '{"level": 1, "begun": "2026-03-02T09:00:00", "now": "2026-03-02T09:00:00", "done": []}',
        "x" * 5000,
    ],
)
def test_what_is_no_game_is_refused(text: str) -> None:
    with pytest.raises(exercise.BrokenState):
        exercise.load(text, shipped()["uebergriff"])


def test_a_game_with_a_hundred_steps_comes_back_whole() -> None:
    """As many as a procedure may have, each with a name as the editor gives it."""
    step = shipped()["uebergriff"].step("einstufen")
    steps = tuple(replace(step, id=f"schritt-{number:08x}") for number in range(100))
    procedure = replace(shipped()["uebergriff"], steps=steps)
    game = exercise.begin(2, MONDAY, NW)
    for each in steps:
        game = exercise.finish(procedure, game, each.id, NW)
    assert exercise.load(exercise.dump(game), procedure) == game
    assert len(game.done) == 100
