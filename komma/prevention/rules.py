"""Pure rules of prevention: who may edit, and when something is due again."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from komma.core.dates import years_after
from komma.prevention.codes import EDITORS, RecordKind

if TYPE_CHECKING:
    from collections.abc import Iterable

REVIEWED_WITHIN = dt.timedelta(weeks=6)
FIRST_CHECK = dt.timedelta(weeks=4)
SOON = dt.timedelta(days=30)


def may_edit(roles: Iterable[str]) -> bool:
    """Tell whether one of the roles keeps prevention; all others of the organisation read."""
    return not EDITORS.isdisjoint(roles)


def a_year_after(day: dt.date) -> dt.date:
    """Return the same day of the next year; for 29 February the 28th."""
    return years_after(day, 1)


def next_due(kind: str, held_on: dt.date) -> dt.date:
    """Return by when it is held again.

    An instruction at least once a year (DGUV Vorschrift 1 § 4 Abs. 1), an exercise in each calendar
    year (after the model of the Bavarian RBehS).
    """
    if kind == RecordKind.EXERCISE:
        return dt.date(held_on.year + 1, 12, 31)
    return a_year_after(held_on)


def week_of(day: dt.date) -> dt.date:
    """Return the Monday of the week: coarse, so that it leads to no incident."""
    return day - dt.timedelta(days=day.weekday())
