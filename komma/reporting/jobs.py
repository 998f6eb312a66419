"""Jobs of reporting."""

from __future__ import annotations

from procrastinate.contrib.django import app

from komma.reporting import actions


@app.periodic(cron="*/15 * * * *")
@app.task(name="reporting.delete_expired", queueing_lock="reporting.delete_expired")
def delete_expired(timestamp: int) -> None:
    """Delete drafts and receipts whose time is over."""
    actions.delete_expired()
