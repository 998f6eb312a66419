"""Days as people on site count them."""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from dataclasses import dataclass

from django.utils import timezone


def today() -> dt.date:
    """Return the current day in Germany (settings.TIME_ZONE)."""
    return timezone.localdate()


def years_after(day: dt.date, years: int) -> dt.date:
    """Return the same day some years later; for 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def full_hour_after(moment: dt.datetime, *, hours: int) -> dt.datetime:
    """Return the full hour not before ``moment`` + ``hours``: coarse, so that it tells little."""
    later = moment + dt.timedelta(hours=hours)
    floor = later.replace(minute=0, second=0, microsecond=0)
    return floor if floor == later else floor + dt.timedelta(hours=1)


@dataclass(frozen=True)
class Span:
    """The month or year in which a day lies that is not known itself.

    Written as ISO 8601 with reduced precision: ``2026-10`` or ``2026``.
    """

    year: int
    month: int | None = None

    @classmethod
    def fromisoformat(cls, text: str) -> Span:
        """Read a month or a year; raises ValueError."""
        match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?", text, re.ASCII)
        if match is None:
            raise ValueError("neither a month nor a year")
        found = cls(int(match[1]), int(match[2]) if match[2] else None)
        dt.date(found.year, 1 if found.month is None else found.month, 1)
        return found

    def isoformat(self) -> str:
        return f"{self.year:04d}" if self.month is None else f"{self.year:04d}-{self.month:02d}"

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month or 1, 1)

    @property
    def last(self) -> dt.date:
        month = self.month or 12
        return dt.date(self.year, month, monthrange(self.year, month)[1])


def read_when(value: object) -> dt.date | Span | None:
    """Return the day, month or year that stands in stored facts; None for anything else."""
    text = str(value or "")
    for kind in (dt.date, Span):
        try:
            return kind.fromisoformat(text)
        except ValueError:
            continue
    return None


def earliest(when: dt.date | Span) -> dt.date:
    return when.first if isinstance(when, Span) else when


def latest(when: dt.date | Span) -> dt.date:
    return when.last if isinstance(when, Span) else when
