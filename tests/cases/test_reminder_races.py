"""A reminder while its case is being deleted, and a batch of reminders that fails."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import OperationalError, connection

from komma.cases.actions import reminders, removal
from komma.cases.models import Case, CaseReceipt
from tests.factories import as_owner, as_worker
from tests.factories.reports import make_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from uuid import UUID

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 20  # seconds
BLOCKED = 0.5
EVENT = dt.date(2026, 1, 15)
DAY = dt.datetime(2026, 3, 16, 9, tzinfo=dt.UTC)  # 30 days before the end
FACTS = {"description": "Er drohte.", "side": "outside", "forms": ["insult"]}
FACTS |= {"affected_role": "council", "day_from": EVENT.isoformat()}


def expiring(town: Town) -> UUID:
    """Return a case that is reminded of and deleted on the same day."""
    with time_machine.travel(dt.datetime.combine(EVENT, dt.time(9), dt.UTC), tick=False):
        reported = make_report(town, facts=FACTS, notify="wer@web.example")
    with as_owner():
        Case.objects.filter(pk=reported.id).update(delete_on=EVENT)
    return reported.id


def run(task: Callable[[], object]) -> threading.Thread:
    def as_job() -> None:
        try:
            with as_worker():
                task()
        finally:
            connection.close()

    thread = threading.Thread(target=as_job)
    thread.start()
    return thread


def remind_during_deletion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delete while reminders hold the watch and have not come to the receipt yet."""
    holding, tell = threading.Event(), reminders._tell
    deletion: list[threading.Thread] = []

    def late(cases: Iterable[UUID]) -> None:
        holding.set()
        started.wait(WAIT)
        deletion[0].join(BLOCKED)  # it waits for the watch now
        tell(cases)

    started = threading.Event()
    monkeypatch.setattr(reminders, "_tell", late)
    with time_machine.travel(DAY):
        reminding = run(reminders.remind)
        assert holding.wait(WAIT)
        deletion.append(run(removal.delete_expired))
        started.set()
        for thread in (reminding, deletion[0]):
            thread.join(WAIT)
            assert not thread.is_alive()


def test_a_deletion_waits_for_a_reminder(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    case = expiring(town)
    with caplog.at_level(logging.ERROR, "komma.cases"):
        remind_during_deletion(monkeypatch)
    assert caplog.messages == []
    with as_owner():
        assert not Case.objects.filter(pk=case).exists()


def test_without_the_order_one_of_both_fails(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Negative control: they wait for each other until PostgreSQL ends one of them."""
    expiring(town)
    with watch_last(), caplog.at_level(logging.ERROR, "komma.cases"):
        remind_during_deletion(monkeypatch)
    assert [message.endswith("OperationalError") for message in caplog.messages] == [True]


@contextmanager
def watch_last() -> Iterator[None]:
    """Let the watch go after everything else, as the last thing but the case."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef('komma_delete_case'::regproc),"
            " pg_get_functiondef('komma_delete_case_rows'::regproc)"
        )
        (first, rest) = cursor.fetchone()
        watch, case = "DELETE FROM cases_deadlinewatch WHERE case_id = of_case;", " FOR UPDATE;"
        last = "DELETE FROM cases_case WHERE id = of_case;"
        assert first.count(watch) == first.count(case) == rest.count(last) == 1
        cursor.execute(first.replace(watch, "").replace(case, ";"))
        cursor.execute(rest.replace(last, watch + last))
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(first)
            cursor.execute(rest)


@pytest.fixture
def _first_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every batch hold one case, and the first one fail in the database."""
    monkeypatch.setattr(reminders, "AT_ONCE", 1)
    tell, told = reminders._tell, []

    def failing(cases: Iterable[UUID]) -> None:
        told.append(cases)
        if len(told) == 1:
            raise OperationalError("deadlock detected")
        tell(cases)

    monkeypatch.setattr(reminders, "_tell", failing)


def due_for_mail() -> int:
    with as_owner():
        return CaseReceipt.objects.filter(mail_tries__gt=0).count()


@pytest.mark.usefixtures("_first_fails")
def test_a_batch_that_fails_loses_no_other_and_comes_the_next_day(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        expiring(town)
    with time_machine.travel(DAY, tick=False), as_worker():
        assert reminders.remind()
    assert due_for_mail() == 2
    assert "a batch of reminders failed: OperationalError" in caplog.messages
    with time_machine.travel(DAY + dt.timedelta(days=1), tick=False), as_worker():
        reminders.remind()
    assert due_for_mail() == 3


@pytest.mark.usefixtures("_first_fails")
def test_in_one_transaction_all_would_be_lost(town: Town) -> None:
    """Negative control: what a failing batch would do to the others without its own."""
    for _ in range(3):
        expiring(town)

    def all_at_once() -> Any:
        watched = reminders.DeadlineWatch.objects.all()
        ids = list(watched.values_list("pk", flat=True))
        for each in ids:
            reminders._remind(watched, [each])

    with (
        time_machine.travel(DAY, tick=False),
        pytest.raises(OperationalError),
        as_worker(),
    ):
        all_at_once()
    assert due_for_mail() == 0
