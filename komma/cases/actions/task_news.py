"""Reminders of tasks, and deputies who step in where one is late."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from komma.people.actions import hint
from komma.people.hints import Hint


@transaction.atomic
def tend() -> int:
    """Hint to those whose tasks come due or are late, without content; return to how many people.

    For the worker. What has been told is marked in the same transaction as the mails are queued,
    so none is lost and none is sent twice (komma_tend_tasks in migrations/sql/0004_tasks.sql).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_tend_tasks(%s)", [timezone.now()])
        people = {person for (person,) in cursor.fetchall()}
    for person in people:
        hint(person, Hint.DUE, at_once=True)
    return len(people)
