"""Opening a case leaves a trace: for the log, for the reporter, and for one's own list."""

from __future__ import annotations

from django.db import transaction

from komma.cases.actions.entries import audited, locked
from komma.cases.actions.keys import rotate
from komma.cases.models import ReadMark, ReporterView
from komma.cases.queries import CaseFile
from komma.core.dates import today


def record_opening(file: CaseFile, *, read: bool = True) -> None:
    """Note that the reader has opened the case, once a day, and (``read``) read all of it."""
    case, day = file.case, today()
    mark = ReadMark.objects.filter(case=case, person_id=file.person).first()
    if mark is None or mark.opened_on != day:
        ReporterView.objects.bulk_create(
            [ReporterView(case=case, function=file.function, day=day)], ignore_conflicts=True
        )
        audited("case.opened", case, file)
    sequence = case.last_sequence if read else (mark.sequence if mark else 0)
    if mark is None:
        ReadMark.objects.bulk_create(
            [ReadMark(case=case, person_id=file.person, sequence=sequence, opened_on=day)],
            ignore_conflicts=True,
        )
    elif (mark.sequence, mark.opened_on) != (sequence, day):
        ReadMark.objects.filter(pk=mark.pk).update(sequence=sequence, opened_on=day)


@transaction.atomic
def renew_keys(file: CaseFile) -> None:
    """Make the new keys that are due since somebody lost access; only a handler can."""
    if not (file.case.rotation_due and file.may_handle):
        return
    case = locked(file.case_id)
    if case.rotation_due:
        rotate(case, file)
        case.rotation_due = False
        case.save(update_fields=["rotation_due"])
        audited("case.keys_renewed", case, file)
