"""Jobs of the account administration."""

from __future__ import annotations

from procrastinate.contrib.django import app

from komma.municipalities.actions import drill


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
