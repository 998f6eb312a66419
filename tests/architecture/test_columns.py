"""What may stand in the clear about a case, column by column.

A new column of a case-related app fails here until somebody decides: sealed, or on this list
with a reason. The list follows the security design: number, municipality, unit, inside/outside,
status, level, days, keys and counters; nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

if TYPE_CHECKING:
    from collections.abc import Iterator

CASE_APPS = ("cases", "reporting")

IN_THE_CLEAR = {
    "cases.Case.number": "random",
    "cases.Case.side": "decides the procedure",
    "cases.Case.status": "casework",
    "cases.Case.level": "casework",
    "cases.Case.received_on": "a day",
    "cases.Case.answer_due_on": "a day",
    "cases.Case.awaits_answer": "mark",
    "cases.Case.closed_on": "a day",
    "cases.Case.delete_on": "a day",
    "cases.Case.last_sequence": "counter",
    "cases.Case.news_for_holders": "mark",
    "cases.Case.news_for_reporter": "mark",
    "cases.Case.version": "counter",
    "cases.Case.rotation_due": "state of the keys",
    "cases.Case.deputies_untold": "mark",
    "cases.Case.held": "came in a flood",
    "cases.Case.group_kind": "incident or series, names nobody",
    "cases.Case.review_asked": "mark",
    "cases.PastHolder.pillar": "side on which a member of staff worked",
    "cases.HandOver.state": "casework",
    "cases.HandOver.offered_on": "a day",
    "cases.HandOver.decided_on": "a day",
    "cases.HandOver.with_emergency": "state of the keys",
    "cases.HandOverKey.strand": "kind of key",
    "cases.HandOverKey.generation": "counter",
    "cases.HandOverKey.function": "function of a member of staff, shown to the reporter",
    "cases.HandOverKey.public": "public key",
    "cases.HandOverKey.is_reserve": "state of a key",
    "cases.EmergencyUse.started_at": "two members of staff at work; kept for an hour",
    "cases.CaseStrand.strand": "kind of key",
    "cases.CaseStrand.generation": "counter",
    "cases.CaseStrand.public": "public key",
    "cases.CaseKey.strand": "kind of key",
    "cases.CaseKey.generation": "counter",
    "cases.CaseKey.function": "function of a member of staff, shown to the reporter",
    "cases.CaseKey.public": "public key",
    "cases.CaseKey.is_reserve": "state of a key",
    "cases.CaseReceipt.lookup": "derived from the receipt and the pepper",
    "cases.CaseReceipt.public": "public key",
    "cases.CaseReceipt.mail_tries": "counter",
    "cases.CaseEmergency.strand": "kind of key",
    "cases.CaseEmergency.generation": "counter",
    "cases.Entry.strand": "kind of key",
    "cases.Entry.generation": "counter",
    "cases.Entry.sequence": "counter",
    "cases.Entry.day": "a day",
    "cases.Attachment.strand": "kind of key",
    "cases.Attachment.generation": "counter",
    "cases.Attachment.blob": "random name",
    "cases.ReadMark.sequence": "counter",
    "cases.ReadMark.opened_on": "a day",
    "cases.ReporterView.function": "function of a member of staff, shown to the reporter",
    "cases.ReporterView.day": "a day",
    "cases.Task.state": "casework",
    "cases.Task.due_at": "a full hour or closing time, counted from the work on the case",
    "cases.Task.remind_at": "the same",
    "cases.Task.is_escalated": "casework",
    "cases.Task.finished_on": "a day",
    "cases.Task.generation": "counter",
    "cases.CalendarFeed.made_on": "a day",
    "reporting.Draft.lookup": "derived from a cookie and the pepper",
    "reporting.Draft.public": "public key",
    "reporting.Draft.expires_at": "a full hour",
    "reporting.DraftFile.blob": "random name",
    "reporting.PendingReceipt.lookup": "derived from a cookie and the pepper",
    "reporting.PendingReceipt.expires_at": "at most thirty minutes",
}
SEALED = {
    "cases.CaseStrand.previous_sealed",
    "cases.CaseKey.sealed",
    "cases.CaseReceipt.mac",
    "cases.CaseReceipt.sealed",
    "cases.CaseReceipt.notify_sealed",
    "cases.CaseExclusion.tag",
    "cases.CaseEmergency.sealed",
    "cases.EmergencyUse.half",
    "cases.DeadlineWatch.sealed",
    "cases.Entry.body",
    "cases.HandOver.brief",
    "cases.HandOverKey.sealed",
    "cases.Attachment.meta",
    "cases.Task.body",
    "cases.CalendarFeed.token_hash",
    "reporting.Draft.secret",
    "reporting.Draft.answers",
    "reporting.DraftFile.meta",
    "reporting.PendingReceipt.sealed",
}


def columns() -> Iterator[tuple[str, models.Field]]:
    for label in CASE_APPS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_concrete_fields:
                yield f"{label}.{model.__name__}.{field.name}", field


def test_no_undeclared_column_in_the_clear() -> None:
    undeclared = [
        name
        for name, field in columns()
        if not field.is_relation
        and not isinstance(field, (models.UUIDField, models.BinaryField))
        and name not in IN_THE_CLEAR
    ]
    assert undeclared == []


def test_sealed_columns_hold_bytes_and_are_declared() -> None:
    binary = {name for name, field in columns() if isinstance(field, models.BinaryField)}
    assert binary == SEALED


def test_no_column_can_hold_free_text() -> None:
    free = [
        name
        for name, field in columns()
        if isinstance(field, (models.TextField, models.JSONField, ArrayField))
    ]
    assert free == []


@pytest.mark.parametrize("kind", [models.TextField, models.CharField])
def test_the_walk_would_notice_a_new_column(kind: type[models.Field]) -> None:
    """Negative control: a forgotten text column is reported."""
    field = kind(max_length=10)
    from komma.cases.models import Case

    field.contribute_to_class(Case, "motive")
    try:
        assert any(name == "cases.Case.motive" for name, _ in columns())
        assert "cases.Case.motive" not in IN_THE_CLEAR
    finally:
        Case._meta.local_fields.remove(field)
        Case._meta._expire_cache()
        apps.clear_cache()


def test_what_reporters_cause_has_no_time_in_its_key() -> None:
    """UUIDv7 carries the millisecond; rows that a reporter causes take version 4."""
    for label in CASE_APPS:
        for model in apps.get_app_config(label).get_models():
            key = model._meta.pk
            if isinstance(key, models.UUIDField):
                assert key.get_default().version == 4, model


def test_no_serial_keys() -> None:
    """Gaps and order of serial numbers would show what a reader may not see."""
    serial = [
        model._meta.label
        for config in apps.get_app_configs()
        if config.name.startswith("komma.")
        for model in config.get_models()
        if isinstance(model._meta.pk, (models.AutoField, models.BigAutoField))
    ]
    assert serial == []
