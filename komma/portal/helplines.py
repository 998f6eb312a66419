"""Helplines that are open to everybody; facts with their source and the day they were checked."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import holidays

_DATA = Path(__file__).parent / "data" / "helplines.json"
_MIDNIGHT = "24:00"
_LOOK_AHEAD = 14  # days; longer than any row of holidays


class Opening(NamedTuple):
    """Hours on some days of the week: ISO numbers (Monday is 1); ``until`` None is midnight."""

    days: frozenset[int]
    begins: dt.time
    until: dt.time | None


@dataclass(frozen=True)
class Helpline:
    """A telephone number, when somebody answers, and for what; in German.

    ``on_holidays``: also on those that all Länder share.
    """

    name: str
    number: str
    hours: str
    about: str
    source: str
    entered_on: dt.date
    opening: tuple[Opening, ...]
    on_holidays: bool

    @property
    def dial(self) -> str:
        """The number for a ``tel:`` link (RFC 3966): digits only."""
        return "".join(filter(str.isdigit, self.number))

    @property
    def is_always_open(self) -> bool:
        """Whether somebody answers around the clock."""
        return self.on_holidays and any(
            len(each.days) == 7 and each.begins == dt.time.min and each.until is None
            for each in self.opening
        )


class Reach(NamedTuple):
    """Whether a helpline answers at a moment; ``until`` or ``again_at``: when that changes.

    ``until`` is None for a line that never closes; ``again_at`` is None for one that is open.
    """

    line: Helpline
    is_open: bool
    until: dt.time | None
    again_at: dt.datetime | None


@cache
def helplines() -> tuple[Helpline, ...]:
    """Return the helplines in the order in which they are shown."""
    rows = json.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(
        Helpline(
            **row
            | {
                "entered_on": dt.date.fromisoformat(row["entered_on"]),
                "opening": tuple(_opening(**each) for each in row["opening"]),
            }
        )
        for row in rows
    )


def reachable(now: dt.datetime) -> list[Reach]:
    """Return the helplines with whether they answer at ``now`` (German local time).

    Open ones first, the specialised before those that never close; then by when they open.
    """
    found = [_reach(line, now) for line in helplines()]
    return sorted(
        found,
        key=lambda each: (not each.is_open, each.line.is_always_open, each.again_at or now),
    )


def _opening(**row: str) -> Opening:
    until = row["until"]
    return Opening(
        frozenset(map(int, row["days"])),
        dt.time.fromisoformat(row["from"]),
        None if until == _MIDNIGHT else dt.time.fromisoformat(until),
    )


def _reach(line: Helpline, now: dt.datetime) -> Reach:
    for each in _on(line, now.date()):
        if each.begins <= now.time() and (each.until is None or now.time() < each.until):
            return Reach(line, True, None if line.is_always_open else each.until, None)
    return Reach(line, False, None, _next_opening(line, now))


def _next_opening(line: Helpline, now: dt.datetime) -> dt.datetime | None:
    for ahead in range(_LOOK_AHEAD):
        day = now.date() + dt.timedelta(days=ahead)
        for each in sorted(_on(line, day), key=lambda opening: opening.begins):
            begins = dt.datetime.combine(day, each.begins, tzinfo=now.tzinfo)
            if begins > now:
                return begins
    return None


def _on(line: Helpline, day: dt.date) -> list[Opening]:
    if day in holidays.country_holidays("DE", years=day.year) and not line.on_holidays:
        return []
    return [each for each in line.opening if day.isoweekday() in each.days]
