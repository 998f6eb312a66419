"""Opening a case leaves a trace: for the log, for the reporter, and for one's own list."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from komma.cases.actions.access import hand_back
from komma.cases.actions.entries import audited, demand_newest, locked, save
from komma.cases.actions.keys import rotate
from komma.cases.actions.reminders import watch_anew
from komma.cases.codes import Strand
from komma.cases.deadlines import of_case
from komma.cases.models import ReadMark, ReporterView
from komma.cases.queries import CaseFile
from komma.cases.search import Found
from komma.core import audit
from komma.core.dates import today


def record_opening(file: CaseFile) -> None:
    """Note that the reader has opened the case, once a day, and read all of it."""
    if _note_opening(file, file.case.last_sequence):
        watch_anew(file.case.pk, lambda: of_case(file.case, file.entries))


def record_downloaded(file: CaseFile) -> None:
    """Note that a file left the platform, which opens the case; which one is sealed."""
    _note_opening(file, 0)
    audited("case.downloaded", file.case, file)


def _note_opening(file: CaseFile, read: int) -> bool:
    """Note an opening, and tell whether it is the reader's first one of the day.

    ``read``: up to which entry the reader has read now.
    """
    case, day = file.case, today()
    mark = ReadMark.objects.filter(case=case, person_id=file.person).first()
    read = max(read, mark.sequence if mark else 0)
    if mark is None or mark.opened_on != day:
        ReporterView.objects.bulk_create(
            [ReporterView(case=case, function=file.function, day=day)], ignore_conflicts=True
        )
        audited("case.opened", case, file)
    if mark is None:
        ReadMark.objects.bulk_create(
            [ReadMark(case=case, person_id=file.person, sequence=read, opened_on=day)],
            ignore_conflicts=True,
        )
    elif (mark.sequence, mark.opened_on) != (read, day):
        ReadMark.objects.filter(pk=mark.pk).update(sequence=read, opened_on=day)
    return mark is None or mark.opened_on != day


def record_found(person: UUID, found: Sequence[Found]) -> None:
    """Note that the results of a search on this page were shown; nothing counts as read."""
    day = today()
    cases = [result.case for result in found]
    marks = {
        mark.case_id: mark for mark in ReadMark.objects.filter(case__in=cases, person_id=person)
    }
    fresh = [r for r in found if r.case.pk not in marks or marks[r.case.pk].opened_on != day]
    ReporterView.objects.bulk_create(
        [ReporterView(case=r.case, function=r.function, day=day) for r in fresh],
        ignore_conflicts=True,
    )
    ReadMark.objects.filter(pk__in=[m.pk for m in marks.values()]).update(opened_on=day)
    new = [ReadMark(case=c, person_id=person, opened_on=day) for c in cases if c.pk not in marks]
    ReadMark.objects.bulk_create(new, ignore_conflicts=True)
    for result in fresh:
        audit.record(
            "case.opened",
            organisation=result.case.organisation_id,
            case=result.case.pk,
            person=person,
            function=result.function,
        )


@transaction.atomic
def renew_keys(file: CaseFile) -> None:
    """Make the new keys that are due since somebody lost access; only a handler can.

    Where it was the one who led the case, it waits to be taken over again, and the reporter reads
    that. Raises `Refused` where others have just changed the keys, or nobody would be left.
    """
    if not (file.case.rotation_due and file.may_handle and Strand.PROTECTION in file.strands):
        return
    case = locked(file.case_id)
    if case.rotation_due:
        demand_newest(case, file)
        renewed = rotate(case, file)
        case.rotation_due = False
        case.save(update_fields=["rotation_due"])
        audited("case.keys_renewed", case, file)
        if renewed.lead_has_left:
            hand_back(case, renewed)
            save(case)
