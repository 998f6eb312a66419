"""A restore brings deleted cases back; the journal deletes them again before anybody serves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core import serializers
from django.core.files.base import ContentFile
from django.db import transaction

from komma.cases import jobs
from komma.cases.actions import removal
from komma.cases.actions.errors import Refused
from komma.cases.codes import Status
from komma.cases.models import (
    Attachment,
    Case,
    CaseExclusion,
    CaseKey,
    CaseReceipt,
    CaseStrand,
    Entry,
)
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.deletions import begin, journal
from komma.core.files.stored import sealed_storage
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.factories import as_owner, as_worker
from tests.factories.reports import Reported, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = (Case, CaseStrand, CaseKey, CaseReceipt, CaseExclusion, Entry, Attachment)
BLOB = "ab12"


@pytest.fixture(autouse=True)
def _place(settings: Any, tmp_path: Path) -> None:
    settings.KOMMA_DATA_DIR = tmp_path


@pytest.fixture
def over(town: Town) -> Reported:
    """A closed case with a file, which its holder may delete."""
    reported = make_report(town)
    with as_owner():
        Case.objects.filter(pk=reported.id).update(status=Status.CLOSED, closed_on=today())
        entry = Entry.objects.get(case_id=reported.id)
        Attachment.objects.create(
            case_id=reported.id, entry=entry, strand=entry.strand, blob=BLOB, meta=b"x"
        )
    store_file()
    return reported


def store_file() -> None:
    if not sealed_storage().exists(BLOB):
        sealed_storage().save(BLOB, ContentFile(b"sealed"))


def backup() -> str:
    with as_owner():
        rows = [row for model in TABLES for row in model.objects.order_by("pk")]
        return serializers.serialize("json", rows)


def restore(copy: str) -> None:
    """Bring back rows and file, and forget what the log has told since."""
    with as_owner():
        for row in serializers.deserialize("json", copy):
            row.save()
        AuditEntry.objects.filter(kind__startswith="case.deleted").delete()
    store_file()


def delete(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        file = case_of(holder, reported)
        removal.delete_case(file, version=file.case.version)


def replayed() -> removal.Replay:
    with as_owner():
        return removal.replay()


def present(reported: Reported) -> bool:
    with as_owner():
        return Case.objects.filter(pk=reported.id).exists()


def test_what_was_deleted_stays_deleted(town: Town, over: Reported) -> None:
    kept, copy = make_report(town), backup()
    delete(town, over)
    assert not present(over)
    restore(copy)
    assert present(over)
    assert replayed() == removal.Replay(1, 0, 0)
    assert not present(over)
    assert present(kept)
    assert not sealed_storage().exists(BLOB)
    with as_owner():
        for model in TABLES[1:]:
            assert not model._default_manager.filter(case_id=over.id).exists()
        assert AuditEntry.objects.filter(kind="case.deleted_again", case_id=over.id).exists()
    assert replayed() == removal.Replay(0, 0, 0)


def test_without_the_journal_it_would_be_back(town: Town, over: Reported, tmp_path: Path) -> None:
    copy = backup()
    delete(town, over)
    restore(copy)
    (tmp_path / journal.NAME).unlink()
    assert replayed() == removal.Replay(0, 0, 0)
    assert present(over)


def test_expired_cases_stand_in_the_journal_too(over: Reported) -> None:
    with as_owner():
        Case.objects.filter(pk=over.id).update(delete_on=today())
    with as_worker():
        assert removal.delete_expired() == 1
    assert journal.read().deleted == {over.id}


def test_without_a_journal_nothing_is_deleted(
    town: Town, over: Reported, settings: Any, tmp_path: Path
) -> None:
    settings.KOMMA_DATA_DIR = tmp_path / "missing"
    with pytest.raises(Refused, match="nichts verändert"):
        delete(town, over)
    assert present(over)
    assert sealed_storage().exists(BLOB)
    with as_owner():
        assert Attachment.objects.filter(case_id=over.id).exists()
        assert not AuditEntry.objects.filter(kind="case.deleted").exists()
        Case.objects.filter(pk=over.id).update(delete_on=today())
    with as_worker():
        assert removal.delete_expired() == 0
    assert present(over)


def test_a_deletion_that_was_rolled_back_orders_nothing(town: Town, over: Reported) -> None:
    with transaction.atomic():
        delete(town, over)
        transaction.set_rollback(True)
    assert journal.read() == journal.Journal(set(), {over.id}, 0)
    assert replayed() == removal.Replay(0, 1, 0)
    assert present(over)


def test_a_confirmation_lost_in_a_crash_is_made_up_at_night(
    town: Town, over: Reported, tmp_path: Path
) -> None:
    copy = backup()
    delete(town, over)
    (tmp_path / journal.NAME).unlink()
    begin(over.id)  # all that a crash right after the commit leaves
    with as_worker():
        jobs.delete_expired.func(0)
    assert journal.read().deleted == {over.id}
    restore(copy)
    assert replayed().deleted == 1
    assert not present(over)


def test_a_role_that_sees_no_cases_confirms_nothing(over: Reported) -> None:
    begin(over.id)
    with transaction.atomic():
        removal.tidy_journal()
    assert journal.read() == journal.Journal(set(), {over.id}, 0)
