"""Hints by mail that something awaits."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from procrastinate.exceptions import AlreadyEnqueued

from komma.people import jobs
from komma.people.hints import Hint

if TYPE_CHECKING:
    from uuid import UUID

QUARTER = dt.timedelta(minutes=15)


def hint(person_id: UUID, kind: str, *, at_once: bool = False) -> None:
    """Mail the person that something awaits, without content; ``kind``: a ``Hint``.

    At the next full quarter hour, so that a mail does not tell the minute of a report
    (``at_once`` for acute danger). Several of one kind until then become one mail. Rolls back
    with the transaction. Raises ValueError for an unknown kind.
    """
    code = Hint(kind)
    moment = None if at_once else _next_quarter(timezone.now())
    lock = f"hint/{person_id}/{code}/{'now' if at_once else 'quarter'}"
    task = jobs.mail_hint.configure(schedule_at=moment, queueing_lock=lock)
    try:
        with transaction.atomic():
            task.defer(person=str(person_id), kind=code.value)
    except AlreadyEnqueued:
        return


def _next_quarter(moment: dt.datetime) -> dt.datetime:
    """Return the full quarter hour after ``moment``."""
    floor = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    return floor + QUARTER
