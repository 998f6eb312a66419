"""Jobs of the core."""

from __future__ import annotations

from procrastinate.contrib.django import app

from komma.core.sessions.ending import delete_ended


@app.periodic(cron="15 2 * * *")
@app.task(name="core.delete_ended_sessions", queueing_lock="core.delete_ended_sessions")
def delete_ended_sessions(timestamp: int) -> None:
    """Delete sessions that have ended: who signed in, and with what, is not kept."""
    delete_ended()
