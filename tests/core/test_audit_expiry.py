"""Expired months of the audit log: entries go, the head stays, tampering still shows."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from komma.core.audit import record
from komma.core.audit.expiry import Dropped, Kept, expire
from komma.core.audit.heads import (
    Head,
    UnreadableHeadsError,
    compare,
    from_json,
    heads,
    to_json,
)
from komma.core.audit.models import AuditEntry, AuditHead, AuditLink
from komma.core.audit.verify import broken_links, count_dropped, count_links
from tests.factories import as_owner

pytestmark = pytest.mark.django_db(transaction=True)

OLD, KEPT, NOW = dt.date(2025, 10, 31), dt.date(2025, 11, 1), dt.date(2026, 11, 22)


def write(organisation: UUID, day: dt.date, number: int = 1) -> None:
    with time_machine.travel(dt.datetime.combine(day, dt.time(12), dt.UTC), tick=False):
        for _ in range(number):
            with transaction.atomic():
                record("case.opened", organisation=organisation, person=uuid4())


@pytest.fixture
def organisation() -> UUID:
    """Three entries in an expired month, two in the oldest month that stays."""
    made = uuid4()
    write(made, OLD, 3)
    write(made, KEPT, 2)
    return made


def expired(months: int = 12, *, also_broken: bool = False) -> tuple[list[Dropped], list[Kept]]:
    with time_machine.travel(dt.datetime.combine(NOW, dt.time(12), dt.UTC)), as_owner():
        return expire(months=months, also_broken=also_broken)


def broken() -> list[str]:
    with as_owner():
        return [link.reason for link in broken_links()]


def exported() -> list[Head]:
    with as_owner():
        return list(heads())


def compared(before: list[Head]) -> tuple[list[str], int]:
    with as_owner():
        comparison = compare(before)
    return [each.reason for each in comparison.breaks], comparison.unchecked


def test_only_whole_months_past_their_time_go(organisation: UUID) -> None:
    assert expired() == ([Dropped(str(organisation), "2025-10", 3)], [])
    with as_owner():
        assert {entry.day for entry in AuditEntry.objects.all()} == {KEPT}
        assert count_links() == 2
        assert count_dropped() == 3
    assert broken() == []


def test_the_head_stays_as_it_was_exported(organisation: UUID) -> None:
    before = exported()
    expired()
    assert exported() == before
    assert compared(before) == ([], 0)
    with as_owner():
        (kept,) = AuditHead.objects.all()
    assert (kept.month, kept.entries, kept.dropped_on) == ("2025-10", 3, NOW)


def test_dropping_again_changes_nothing(organisation: UUID) -> None:
    expired()
    before = exported()
    assert expired() == ([], [])
    assert exported() == before


def test_less_than_a_month_is_refused(organisation: UUID) -> None:
    with pytest.raises(ValueError, match="0"):
        expired(0)


def test_a_late_entry_continues_the_chain_from_the_head(organisation: UUID) -> None:
    expired()
    write(organisation, OLD)
    assert broken() == []
    with as_owner():
        assert AuditLink.objects.get(month="2025-10").position == 4
    expired()
    assert broken() == []
    with as_owner():
        assert count_dropped() == 4


def test_the_rest_of_a_month_whose_head_was_changed_is_found(organisation: UUID) -> None:
    expired()
    write(organisation, OLD)
    with as_owner():
        AuditHead.objects.update(hash=b"x" * 32)
    assert broken() == ["chain broken"]


def test_a_changed_head_disagrees_with_the_export(organisation: UUID) -> None:
    before = exported()
    expired()
    with as_owner():
        AuditHead.objects.update(hash=b"x" * 32)
    assert broken() == []  # by itself the chain cannot know
    assert compared(before) == (["differs from the exported head"], 0)


def test_a_removed_head_is_missed_by_the_export(organisation: UUID) -> None:
    before = exported()
    expired()
    with as_owner():
        AuditHead.objects.all().delete()
    assert compared(before) == (["shorter than the exported head"], 0)


def test_an_end_cut_off_is_found_by_the_export_only(organisation: UUID) -> None:
    before = exported()
    with as_owner():
        last = AuditLink.objects.get(month="2025-11", position=2)
        AuditEntry.objects.filter(pk=last.entry_id).delete()
        last.delete()
    assert broken() == []
    assert compared(before) == (["shorter than the exported head"], 0)


def test_growth_is_no_disagreement(organisation: UUID) -> None:
    before = exported()
    write(organisation, KEPT)
    assert compared(before) == ([], 0)


def test_an_export_from_mid_month_cannot_be_checked_after_the_month_has_gone(
    organisation: UUID,
) -> None:
    before = [head for head in exported() if head.month == "2025-10"]
    write(organisation, OLD)
    expired()
    assert compared(before) == ([], 1)


def test_a_broken_month_is_kept_as_evidence(organisation: UUID) -> None:
    with as_owner():
        first = AuditLink.objects.get(month="2025-10", position=1)
        AuditEntry.objects.filter(pk=first.entry_id).update(kind="harmless")
    assert expired() == ([], [Kept(str(organisation), "2025-10")])
    assert broken() == ["entry changed"]
    dropped, kept = expired(also_broken=True)
    assert (dropped, kept) == ([Dropped(str(organisation), "2025-10", 3)], [])
    assert broken() == []


def test_a_month_dropped_before_its_time_is_found(organisation: UUID) -> None:
    with as_owner():
        AuditLink.objects.filter(month="2025-11").delete()
        AuditEntry.objects.filter(day=KEPT).delete()
        AuditHead.objects.create(
            organisation_id=organisation,
            month="2025-11",
            entries=2,
            hash=b"x" * 32,
            dropped_on=dt.date(2025, 12, 5),
        )
    assert broken() == ["dropped before its time"]


def test_other_organisations_keep_chains_of_their_own(organisation: UUID) -> None:
    other = uuid4()
    write(other, NOW)
    expired()
    assert {(head.organisation, head.month) for head in exported()} == {
        (str(organisation), "2025-10"),
        (str(organisation), "2025-11"),
        (str(other), "2026-11"),
    }


def test_the_runtime_role_reaches_no_head(organisation: UUID) -> None:
    for statement in ("SELECT * FROM core_audithead", "DELETE FROM core_audithead"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_an_export_can_be_read_again(organisation: UUID) -> None:
    assert from_json(to_json(exported())) == exported()


@pytest.mark.parametrize("text", ["", "{}x", "[1]", '[{"month": "2025-10"}]', '["a"]', "3"])
def test_other_files_are_no_export(text: str) -> None:
    with pytest.raises(UnreadableHeadsError):
        from_json(text)
