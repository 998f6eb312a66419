"""Fifty reports at the same moment: each keeps its receipt, its number and its words."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from komma.cases.models import Case
from tests.factories import as_owner
from tests.factories.visitors import open_mailbox, send_short_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.towns import Town

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

REPORTS = 50


def all_at_once(work: Callable[[int, threading.Barrier], None], count: int = REPORTS) -> list[str]:
    """Run the work in as many threads, released together; return what went wrong."""
    barrier = threading.Barrier(count)
    errors: list[str] = []

    def run(number: int) -> None:
        try:
            work(number, barrier)
        except Exception as error:
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_fifty_reports_make_fifty_cases_that_open(town: Town) -> None:
    codes: dict[int, str] = {}

    def report(number: int, barrier: threading.Barrier) -> None:
        barrier.wait(60)
        codes[number] = send_short_report(town.municipality.slug, f"Vorfall Nummer {number}.")

    assert all_at_once(report) == []
    assert len(set(codes.values())) == REPORTS
    with as_owner():
        assert len(set(Case.objects.values_list("number", flat=True))) == REPORTS
    for number, code in codes.items():
        assert f"Vorfall Nummer {number}." in open_mailbox(code)


def test_a_counter_read_and_raised_without_a_lock_loses_reports(db: None) -> None:
    """Negative control: the way of counting that lost reports elsewhere does lose them here."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE naive_counter AS SELECT 0 AS last")
    drawn: list[int] = []

    def draw(_number: int, barrier: threading.Barrier) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT last FROM naive_counter")
            (last,) = cursor.fetchone()
            barrier.wait(60)
            cursor.execute("UPDATE naive_counter SET last = %s", [last + 1])
        drawn.append(last + 1)

    try:
        assert all_at_once(draw, count=8) == []
        assert len(set(drawn)) < len(drawn)
    finally:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute("DROP TABLE naive_counter")
