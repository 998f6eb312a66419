"""A signed-in employee reports: nothing kept joins the account to the report.

Twenty employees sign in, work, and report in another order from the same browsers. Afterwards
the whole database is read as its owner: no row of an account shares a transaction with a row of
a report, no order of account rows (by transaction, place on disk or key) follows the order of
the reports, and no moment is kept beside a report.
"""

from __future__ import annotations

import logging
import random
from collections import defaultdict
from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.db import connection, models, transaction

from komma.core.audit import record
from komma.core.sessions.models import SealedSession
from komma.municipalities.codes import Pillar
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.people import Account, make_account
from tests.factories.reports import make_report
from tests.factories.towns import make_member
from tests.factories.visitors import send_short_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db(transaction=True)

EMPLOYEES = 20
REPORT_APPS = ("cases_", "reporting_")
# A savepoint takes a transaction number of its own, next to that of its transaction.
NEAR = 8


@pytest.fixture
def employees(town: Town) -> list[Account]:
    """Staff who are not themselves receivers of reports."""
    made = []
    with as_owner():
        for number in range(EMPLOYEES):
            account = make_account(email=f"angestellt{number:02}@musterstadt.example")
            make_member(town.units[Pillar.OTHER], account)
            made.append(account)
    return made


def everything() -> dict[str, list[tuple[int, tuple[int, int], str]]]:
    """Read every table as its owner: transaction, place on disk and the row as text."""
    found = {}
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                "SELECT t.xmin::text::bigint, (t.ctid::text::point)[0], (t.ctid::text::point)[1],"
                f' row_to_json(t)::text FROM "{table}" AS t ORDER BY t.ctid'
            )
            found[table] = [(x, (int(page), int(item)), text) for x, page, item, text in cursor]
    return found


def orders_of(
    rows: dict[str, list[tuple[int, tuple[int, int], str]]], marks: list[str]
) -> dict[str, list[int]]:
    """Return for each table in which order the accounts appear, by transaction and by place."""
    orders = {}
    for table, content in rows.items():
        for way, key in (("xmin", 0), ("ctid", 1), ("key", 2)):
            seen: dict[int, object] = {}
            for row in content:
                for number, mark in enumerate(marks):
                    if mark in row[2]:
                        seen[number] = row[key]
            if len(seen) == len(marks):
                orders[f"{table} by {way}"] = sorted(seen, key=lambda number: seen[number])
    return orders


def near_reports(rows: dict[str, list[tuple[int, tuple[int, int], str]]]) -> set[int]:
    """Return the transaction numbers of reports and those right beside them."""
    numbers = {x for table in rows if table.startswith(REPORT_APPS) for x, _, _ in rows[table]}
    return {number + step for number in numbers for step in range(-NEAR, NEAR + 1)}


def pass_some_transactions() -> None:
    """Put other people's transactions between what the test does before and after."""
    for _ in range(2 * NEAR):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")


def report_as(
    employees: list[Account], town: Town, after: Callable[[Client], None] | None = None
) -> list[int]:
    """Sign everybody in, let them work, then report in a random order; return that order."""
    clients = [signed_in(account) for account in employees]
    for client in clients:
        assert client.get("/start/").status_code == 200
    pass_some_transactions()
    order = random.Random(7).sample(range(len(employees)), len(employees))
    for number in order:
        send_short_report(town.municipality.slug, f"Bericht {number:02}", clients[number])
        if after is not None:
            after(clients[number])
    return order


def joined_orders(employees: list[Account], order: list[int]) -> list[str]:
    marks = [str(account.id) for account in employees]
    return [name for name, found in orders_of(everything(), marks).items() if found == order]


def test_no_order_in_the_database_follows_the_reports(town: Town, employees: list[Account]) -> None:
    order = report_as(employees, town)
    marks = [str(account.id) for account in employees]
    orders = orders_of(everything(), marks)
    assert any(name.startswith("core_sealedsession") for name in orders), "nothing was compared"
    assert joined_orders(employees, order) == []


def test_a_touched_session_would_follow_the_reports(town: Town, employees: list[Account]) -> None:
    """Negative control: saving the session while reporting joins all twenty."""

    def touch(client: Client) -> None:
        client.session.save()

    order = report_as(employees, town, after=touch)
    assert "core_sealedsession by xmin" in joined_orders(employees, order)


def test_no_account_row_shares_a_transaction_with_a_report(
    town: Town, employees: list[Account]
) -> None:
    report_as(employees, town)
    by_transaction: dict[int, set[str]] = defaultdict(set)
    marks = {str(account.id) for account in employees} | {
        account.person.email for account in employees
    }
    rows = everything()
    reports = near_reports(rows)
    assert len(reports) >= EMPLOYEES
    for table, content in rows.items():
        for x, _, text in content:
            if any(mark in text for mark in marks):
                by_transaction[x].add(table)
    assert {x: tables for x, tables in by_transaction.items() if x in reports} == {}


def test_a_naive_audit_of_the_reporter_would_share_it(town: Town, employees: list[Account]) -> None:
    """Negative control: writing the account in the transaction of a report is found by xmin."""
    with transaction.atomic():
        make_report(town)
        record("naive", organisation=town.municipality.pk, person=employees[0].id)
    rows = everything()
    reports = near_reports(rows)
    shared = [
        text
        for x, _, text in rows["core_auditentry"]
        if x in reports and str(employees[0].id) in text
    ]
    assert len(shared) == 1


def test_reports_carry_no_moment(town: Town, employees: list[Account]) -> None:
    """Beside a report there are days, and one full hour of a draft; nothing finer."""
    finer = [
        f"{model._meta.label}.{field.name}"
        for label in ("cases", "reporting")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if isinstance(field, (models.DateTimeField, models.TimeField))
    ]
    assert finer == [
        "cases.EmergencyUse.started_at",  # two people on duty, and gone after an hour
        "cases.Task.due_at",  # full hours, from when staff take a case over; none beside a report
        "cases.Task.remind_at",
        "reporting.Draft.expires_at",
        "reporting.PendingReceipt.expires_at",
    ]
    report_as(employees, town)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cases_task")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM core_auditentry WHERE kind = 'case.received'")
        assert cursor.fetchone() == (EMPLOYEES,)
        cursor.execute(
            "SELECT count(*) FROM core_auditentry"
            " WHERE kind = 'case.received' AND (at IS NOT NULL OR person_id IS NOT NULL)"
        )
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        assert cursor.fetchone() == (0,), "a job of its own would carry the moment of the report"


def test_reporting_leaves_the_sessions_as_they_were(town: Town, employees: list[Account]) -> None:
    client = signed_in(employees[0])
    client.get("/start/")
    with as_owner():
        before = list(SealedSession.objects.order_by("pk").values())
    send_short_report(town.municipality.slug, "Ein Bericht", client)
    with as_owner():
        assert list(SealedSession.objects.order_by("pk").values()) == before


def test_the_log_names_neither_account_nor_town(
    town: Town, employees: list[Account], caplog: pytest.LogCaptureFixture
) -> None:
    client = signed_in(employees[0])
    with caplog.at_level(logging.DEBUG):
        send_short_report(town.municipality.slug, "Ein Bericht mit Wasserzeichen", client)
    text = caplog.text
    for word in ("Wasserzeichen", str(employees[0].id), employees[0].person.email):
        assert word not in text
