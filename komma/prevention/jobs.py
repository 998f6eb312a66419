"""Jobs of prevention; none of them names anybody."""

from __future__ import annotations

from procrastinate.contrib.django import app

from komma.prevention import actions


@app.periodic(cron="50 2 * * *")
@app.task(name="prevention.expire", queueing_lock="prevention.expire")
def expire(timestamp: int) -> None:
    """Delete versions and records that are too old."""
    actions.expire()
