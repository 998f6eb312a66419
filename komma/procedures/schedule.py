"""When each step of a procedure is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from komma.procedures.deadlines.periods import Unit, end_of_period
from komma.procedures.deadlines.working_days import Place, is_working_day, next_working_day
from komma.procedures.model import Limit, LimitUnit, Procedure, Situation, Step

CLOSING = dt.time(17, 0)  # until when a working day counts


@dataclass(frozen=True)
class Due:
    """A step that can be taken, and until when."""

    step: Step
    due_at: dt.datetime


def due_at(limit: Limit, begins: dt.datetime, place: Place) -> dt.datetime:
    """Return until when something that can begin at ``begins`` is to be done.

    Hours run on, day and night, since danger does. Everything else ends at the close of a working
    day of the place; the day of the beginning does not count.
    """
    if limit.unit == LimitUnit.HOURS:
        return _later(begins, dt.timedelta(hours=limit.length))
    if limit.unit == LimitUnit.WORKING_DAYS:
        day = begins.date()
        for _ in range(limit.length):
            day = next_working_day(day + dt.timedelta(days=1), place)
    else:
        unit = Unit.WEEKS if limit.unit == LimitUnit.WEEKS else Unit.MONTHS
        day = next_working_day(end_of_period(begins.date(), limit.length, unit), place)
    assert is_working_day(day, place)
    return dt.datetime.combine(day, CLOSING, tzinfo=begins.tzinfo)


def _later(moment: dt.datetime, time: dt.timedelta) -> dt.datetime:
    """Return the moment when a time has passed, also where clocks are changed in between."""
    if moment.tzinfo is None:
        return moment + time
    return (moment.astimezone(dt.UTC) + time).astimezone(moment.tzinfo)


def open_steps(
    procedure: Procedure,
    *,
    situation: Situation,
    begun: dt.datetime,
    done: Mapping[str, dt.datetime],
    place: Place,
) -> list[Due]:
    """Return the steps that can be taken now, the most urgent first.

    ``done``: when each finished step was done. A step waits for those named in ``after`` that apply
    to the case; it can begin when the last of them is done.
    """
    applicable = {step.id: step for step in procedure.applicable(situation)}
    found = []
    for step in applicable.values():
        before = [name for name in step.after if name in applicable]
        if step.id in done or any(name not in done for name in before):
            continue
        begins = max([begun, *(done[name] for name in before)])
        found.append(Due(step, due_at(step.limit, begins, place)))
    return sorted(found, key=lambda due: (due.due_at, due.step.id))
