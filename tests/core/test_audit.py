"""The audit log: appended only, chained, and silent about what a reader may not see."""

from __future__ import annotations

import threading
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from komma.core.audit.log import AuditOutsideTransactionError, record
from komma.core.audit.models import AuditEntry, AuditLink
from komma.core.audit.verify import broken_links, count_links
from tests.factories import as_owner

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def organisation() -> UUID:
    return uuid4()


@pytest.fixture
def entries(organisation: UUID) -> list[UUID]:
    made = []
    for number in range(4):
        with transaction.atomic():
            made.append(record(f"kind.{number}", organisation=organisation, person=uuid4()).pk)
    return made


def broken() -> list[str]:
    with as_owner():
        return [link.reason for link in broken_links()]


def test_an_untouched_log_verifies(entries: list[UUID]) -> None:
    assert broken() == []
    with as_owner():
        assert count_links() == len(entries)


def test_a_changed_entry_is_found(entries: list[UUID]) -> None:
    with as_owner():
        AuditEntry.objects.filter(pk=entries[1]).update(kind="harmless")
    assert broken() == ["entry changed"]


def test_a_removed_entry_is_found(entries: list[UUID]) -> None:
    with as_owner():
        AuditEntry.objects.filter(pk=entries[1]).delete()
    assert broken() == ["entry missing"]


def test_an_entry_removed_with_its_link_is_found(entries: list[UUID]) -> None:
    with as_owner():
        AuditEntry.objects.filter(pk=entries[1]).delete()
        AuditLink.objects.filter(entry_id=entries[1]).delete()
    assert broken() == ["chain broken"]


def test_the_runtime_role_can_only_append(entries: list[UUID]) -> None:
    for statement in (
        "UPDATE core_auditentry SET kind = 'x'",
        "DELETE FROM core_auditentry",
        "SELECT * FROM core_auditlink",
        "INSERT INTO core_auditlink VALUES (gen_random_uuid(), gen_random_uuid(), '2026-01', 1, '', '')",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_nobody_sees_no_entry(entries: list[UUID]) -> None:
    assert AuditEntry.objects.count() == 0
    with as_owner():
        assert AuditEntry.objects.count() == len(entries)


def test_what_a_reporter_causes_has_no_time(organisation: UUID) -> None:
    with transaction.atomic():
        assert record("case.received", organisation=organisation).at is None
        assert record("case.opened", organisation=organisation, person=uuid4()).at is not None


def test_outside_a_transaction_nothing_is_written(organisation: UUID) -> None:
    with pytest.raises(AuditOutsideTransactionError):
        record("x", organisation=organisation)


def test_parallel_entries_make_one_unbroken_chain(organisation: UUID) -> None:
    def write() -> None:
        for _ in range(10):
            with transaction.atomic():
                record("parallel", organisation=organisation, person=uuid4())
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken() == []
    with as_owner():
        positions = sorted(AuditLink.objects.values_list("position", flat=True))
    assert positions == list(range(1, 61))
