"""Deadlines of law that come near in the open cases of somebody."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from uuid import UUID

from komma.cases.codes import OPEN_STATUSES
from komma.cases.listing import listed
from komma.cases.models import Case, DeadlineWatch
from komma.cases.watching import THRESHOLDS, open_watch
from komma.core.dates import today
from komma.core.vault.envelope import VaultError

FIRST, SOON, URGENT = THRESHOLDS  # days before the end

logger = logging.getLogger("komma.cases")


@dataclass(frozen=True)
class Near:
    """The next end in a case, by the calendar alone and hence never too late."""

    case: Case
    end: dt.date

    @property
    def days_left(self) -> int:
        return (self.end - today()).days

    @property
    def is_urgent(self) -> bool:
        return self.days_left <= URGENT


def near_deadlines(organisation_id: UUID, within: int = FIRST) -> list[Near]:
    """Return the next end of each open case with one in so many days, the nearest first.

    Of the cases that the acting person can open, in one query. The end tells the day of the
    incident, so that pages show it with an open vault only.
    """
    cases = listed(organisation_id).filter(status__in=OPEN_STATUSES)
    found = []
    for row in DeadlineWatch.objects.filter(case__in=cases).select_related("case"):
        end = _next_end(row, today() + dt.timedelta(days=within))
        if end is not None:
            found.append(Near(row.case, end))
    return sorted(found, key=lambda near: (near.end, near.case.number))


def _next_end(row: DeadlineWatch, until: dt.date) -> dt.date | None:
    try:
        watch = open_watch(row.pk, bytes(row.sealed))
    except (VaultError, ValueError):  # one that is damaged must not hide the others
        logger.error("a watch over deadlines cannot be opened")
        return None
    return min((end for end in watch if today() <= end <= until), default=None)
