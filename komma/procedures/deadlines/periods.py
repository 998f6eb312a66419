"""How periods of law are counted (§§ 187 (1), 188 BGB; likewise § 43 StPO, § 26 SGB X)."""

from __future__ import annotations

import calendar
import datetime as dt
from enum import StrEnum


class Unit(StrEnum):
    """Units in which periods of law are counted."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


def end_of_period(start: dt.date, length: int, unit: Unit) -> dt.date:
    """Return the last day of a period; the day of the event, ``start``, does not count.

    Months and years end on the day with the same number, or on the last day of a month that lacks
    it (§ 188 (2) and (3) BGB). Never chain them: 31 January plus one month twice is not plus two.
    """
    if unit == Unit.DAYS:
        return start + dt.timedelta(days=length)
    if unit == Unit.WEEKS:
        return start + dt.timedelta(weeks=length)
    return _months_later(start, length * 12 if unit == Unit.YEARS else length)


def _months_later(day: dt.date, months: int) -> dt.date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    last = calendar.monthrange(year, month)[1]
    return dt.date(year, month, min(day.day, last))
