"""Jobs of the account administration."""

from __future__ import annotations

import datetime as dt

from procrastinate.contrib.django import app

from komma.core.dates import today
from komma.municipalities.actions import absence, drill

ABSENCES_KEPT = dt.timedelta(days=30)


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
