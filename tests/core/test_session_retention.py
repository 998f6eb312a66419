"""Ended sessions go; the worker that deletes them reads nothing of them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from komma.core.jobs import delete_ended_sessions
from komma.core.sessions.models import SealedSession
from tests.factories import as_owner, as_worker

pytestmark = pytest.mark.django_db


def make_session(key: str, *, hours: int) -> None:
    SealedSession.objects.create(
        session_key=key * 64,
        session_data="",
        expire_date=timezone.now() + dt.timedelta(hours=hours),
    )


def test_the_worker_deletes_ended_sessions_only() -> None:
    make_session("a", hours=-1)
    make_session("b", hours=1)
    with as_worker():
        delete_ended_sessions(timestamp=0)
    with as_owner():
        assert list(SealedSession.objects.values_list("pk", flat=True)) == ["b" * 64]


@pytest.mark.parametrize("column", ["session_key", "session_data", "person_id", "device"])
def test_the_worker_reads_no_session(column: str) -> None:
    with (
        as_worker(),
        connection.cursor() as cursor,
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        cursor.execute(f"SELECT {column} FROM core_sealedsession")
