"""Deadlines where only the month or year is known: cautious, and never too late for no reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine

from komma.cases.days import Days
from komma.cases.forms import DeadlinesForm
from komma.core.dates import Span
from tests.cases.test_case_deadlines import NOW, THREAT, TODAY, counted, form, line, rules_of


@pytest.fixture(autouse=True)
def _february() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_a_month_counts_from_its_first_day_and_says_so() -> None:
    found = counted(THREAT | {"day_from": "2026-01"})
    demand = line(found, "strafantrag")
    assert demand.deadline is not None
    assert demand.deadline.raw_end == dt.date(2026, 4, 1)
    assert demand.latest is not None
    assert demand.latest.raw_end == dt.date(2026, 4, 30)
    assert found.vague_since == dt.date(2026, 1, 1)
    assert found.day_known
    exact = counted(THREAT)
    assert exact.vague_since is None
    assert line(exact, "strafantrag").latest is None


def test_nobody_is_told_too_late_while_it_may_not_be() -> None:
    """Early November would be over on 10 February, late November would not."""
    found = counted(THREAT | {"day_from": "2025-11"})
    demand = line(found, "strafantrag")
    assert demand.may_be_over
    assert not demand.is_over
    assert found.lines[0] == demand, "nothing is more urgent"
    assert found.ends == [dt.date(2026, 2, 1), dt.date(2026, 2, 13), dt.date(2026, 2, 28)]
    day = line(counted(THREAT | {"day_from": "2025-11-01"}), "strafantrag")
    assert day.is_over, "the control: that day itself is over"
    month = line(counted(THREAT | {"day_from": "2025-10"}), "strafantrag")
    assert month.is_over, "every day of October is over"


def test_the_month_of_the_report_ends_with_the_report() -> None:
    demand = line(counted(THREAT | {"day_from": "2026-02"}), "strafantrag")
    assert demand.latest is not None
    assert demand.latest.start == TODAY, "what is reported today did not happen tomorrow"


def test_what_is_known_of_the_start_is_not_vague() -> None:
    facts = THREAT | {"day_from": "2026-01"}
    found = line(counted(facts), "unfallanzeige")
    assert found.latest is None, "it counts from the day of the report"


def test_what_somebody_learned_of_had_happened_by_then() -> None:
    recorded = Days(event=Span(2026, 1), knowledge=dt.date(2026, 1, 10))
    demand = line(counted(THREAT | {"day_from": ""}, recorded), "strafantrag")
    assert demand.deadline is not None
    assert demand.deadline.start == dt.date(2026, 1, 10)
    assert demand.latest is None, "knowledge is known, whichever day it happened on"


def test_what_courts_like_to_see_is_named_while_it_may_be_in_time() -> None:
    online = {"side": "outside", "forms": ["insult"], "day_from": "2026-01"}
    urgent = line(counted(online), "eilverfahren")
    assert urgent.may_be_over
    assert "eilverfahren" not in rules_of(counted(online | {"day_from": "2025-12"}))


def test_handlers_record_a_month_and_later_the_day() -> None:
    month = form(around="2026-01")
    assert month.is_valid()
    data = {key: value for key, value in month.cleaned_data.items() if key != "version"}
    recorded = Days(**data)
    assert recorded.as_json()["event"] == "2026-01"
    assert counted(THREAT | {"day_from": ""}, recorded).vague_since == dt.date(2026, 1, 1)
    known = Days.of_entry(recorded.as_json(), now=TODAY)
    shown = DeadlinesForm(known=known).initial
    assert (shown["event"], shown["around"]) == (None, "2026-01")
    found = counted(THREAT | {"day_from": ""}, recorded, Days(event=dt.date(2026, 1, 20)))
    assert found.vague_since is None
    wrong = form(around="2026-02", knowledge="31.1.2026")
    assert not wrong.is_valid()
    assert "vor dem Vorfall (Februar 2026)" in " ".join(wrong.errors["knowledge"])
