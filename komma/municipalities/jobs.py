"""Jobs of municipalities; none of them names a case or a person."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from procrastinate.contrib.django import app

from komma.core.dates import today
from komma.municipalities.actions import absence, agreements, drill, watch

ABSENCES_KEPT = dt.timedelta(days=30)
# One at a time, so that a change is noted and told once.
_LOCK = "municipalities.watch"


@app.periodic(cron="*/15 * * * *")
@app.task(name="municipalities.tidy_drills", queueing_lock="municipalities.tidy_drills")
def tidy_drills(timestamp: int) -> None:
    """Delete what is over of drills."""
    drill.tidy_drills()


@app.periodic(cron="0 7 1 * *")
@app.task(name="municipalities.remind_of_drills", queueing_lock="municipalities.remind_of_drills")
def remind_of_drills(timestamp: int) -> None:
    """Hint once a month where the yearly drill is overdue."""
    drill.remind_of_drills()


@app.periodic(cron="45 2 * * *")
@app.task(name="municipalities.forget_absences", queueing_lock="municipalities.forget_absences")
def forget_absences(timestamp: int) -> None:
    """Delete absences 30 days after their end."""
    absence.forget_past(today() - ABSENCES_KEPT)


@app.periodic(cron="*/15 * * * *")
@app.task(
    name="municipalities.watch_intakes", lock=_LOCK, queueing_lock="municipalities.watch_intakes"
)
def watch_intakes(timestamp: int) -> None:
    """Note which intakes have closed or opened again, and alarm."""
    watch.watch_intakes()


@app.task(name="municipalities.watch_now", lock=_LOCK, queueing_lock="municipalities.watch_now")
def watch_now() -> None:
    """The same right after a change."""
    watch.watch_intakes()


@app.periodic(cron="20 2 * * *")
@app.task(
    name="municipalities.expire_events", lock=_LOCK, queueing_lock="municipalities.expire_events"
)
def expire_events(timestamp: int) -> None:
    """Delete openings and closings of three years ago."""
    watch.expire_events()


@app.task(name="municipalities.tell_administrations")
def tell_administrations(organisations: list[str]) -> None:
    """Hint to account administrations that there is something new."""
    agreements.hint_administrations([UUID(each) for each in organisations])


@app.periodic(cron="30 6 * * *")
@app.task(
    name="municipalities.remind_of_agreements",
    queueing_lock="municipalities.remind_of_agreements",
)
def remind_of_agreements(timestamp: int) -> None:
    """Hint 30 days before an agreement ends."""
    agreements.remind_of_ends()
