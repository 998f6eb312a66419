"""Working days of a place: a period that would end on another day ends on the next (§ 193 BGB)."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import holidays

from komma.municipalities.codes import Land

_SATURDAY = 5
# Feast days that some municipalities of a Land have, by the start of their official key.
_LOCAL = Path(__file__).with_name("local_holidays.toml")


@dataclass(frozen=True)
class Place:
    """Where a declaration is due: a Land, and if known a municipality by its official key."""

    land: str
    ags: str = ""

    def __post_init__(self) -> None:
        """Refuse a Land that does not exist; raises ValueError."""
        Land(self.land)


@dataclass(frozen=True)
class LocalHolidays:
    """A kind of holidays that counts in some municipalities only; see the data file."""

    keys: tuple[str, ...]
    subdivision: str
    category: str
    source: str
    last_checked: dt.date


def is_working_day(day: dt.date, place: Place) -> bool:
    """Tell whether the day is neither Saturday, Sunday nor a general holiday of the place."""
    return day.weekday() < _SATURDAY and day not in _holidays(place, day.year)


def next_working_day(day: dt.date, place: Place) -> dt.date:
    """Return the day itself, or the first working day after it."""
    while not is_working_day(day, place):
        day += dt.timedelta(days=1)
    return day


def previous_working_day(day: dt.date, place: Place) -> dt.date:
    """Return the day itself, or the last working day before it."""
    while not is_working_day(day, place):
        day -= dt.timedelta(days=1)
    return day


def has_unknown_holidays(place: Place) -> bool:
    """Tell whether the place may have a holiday of its own that is not counted.

    That gives the earlier and hence the cautious day. Without an official key every Land that has
    holidays of some municipalities may be meant.
    """
    if place.ags:
        return place.ags.startswith(_unknown(place.land)) and not _local(place)
    some = any(local.subdivision == place.land for local in local_holidays())
    return some or bool(_unknown(place.land))


@cache
def local_holidays() -> tuple[LocalHolidays, ...]:
    """Return what the data file says; raises KeyError for an entry without source."""
    return tuple(
        LocalHolidays(
            tuple(entry["keys"]),
            entry["subdivision"],
            entry["category"],
            entry["source"],
            entry["last_checked"],
        )
        for entry in _data()["local"]
    )


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(_LOCAL.read_text(encoding="utf-8"))


def _unknown(land: str) -> tuple[str, ...]:
    return tuple(
        key for entry in _data()["unknown"] if entry["land"] == land for key in entry["keys"]
    )


def _local(place: Place) -> list[LocalHolidays]:
    return [
        local for local in local_holidays() if place.ags and place.ags.startswith(tuple(local.keys))
    ]


@cache
def _holidays(place: Place, year: int) -> frozenset[dt.date]:
    found = set(holidays.country_holidays("DE", subdiv=place.land, years=year))
    for local in _local(place):
        found |= set(
            holidays.country_holidays(
                "DE", subdiv=local.subdivision, years=year, categories=(local.category,)
            )
        )
    return frozenset(found)
