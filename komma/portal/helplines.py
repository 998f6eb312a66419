"""Helplines that are open to everybody; facts with their source and the day they were checked."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import holidays

from komma.municipalities.contacts import dial
from komma.municipalities.hours import Opening, Standing, standing

_DATA = Path(__file__).parent / "data" / "helplines.json"
_MIDNIGHT = "24:00"


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
        """The number for a ``tel:`` link."""
        return dial(self.number)

    @property
    def is_always_open(self) -> bool:
        """Whether somebody answers around the clock."""
        return self.on_holidays and any(each.is_always for each in self.opening)


class Reach(NamedTuple):
    """A helpline, and whether somebody answers there now."""

    line: Helpline
    now: Standing


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
    found = [Reach(line, _standing(line, now)) for line in helplines()]
    return sorted(
        found,
        key=lambda each: (
            each.now.is_closed,
            each.line.is_always_open,
            each.now.again_at or now,
        ),
    )


def _opening(**row: str) -> Opening:
    until = row["until"]
    return Opening(
        frozenset(map(int, row["days"])),
        dt.time.fromisoformat(row["from"]),
        None if until == _MIDNIGHT else dt.time.fromisoformat(until),
    )


def _standing(line: Helpline, now: dt.datetime) -> Standing:
    def is_closed(day: dt.date) -> bool:
        free = holidays.country_holidays("DE", years=day.year)
        return not line.on_holidays and day in free

    return standing(line.opening, now, is_closed)
