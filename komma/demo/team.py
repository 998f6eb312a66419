"""The invented teams keep up with their procedures: what was due by now is done in time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from komma.cases.actions import opening, tasks
from komma.cases.queries import case_file
from komma.cases.rules import is_open
from komma.cases.tasks import INTERIM, OpenTask, step_of, tasks_of
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.demo import clock

if TYPE_CHECKING:
    from uuid import UUID

    from komma.cases.queries import CaseFile

MOST = 40  # tasks of one case; more are none in three months
PHONED = "Am Telefon gesagt, wie es steht."


def keep_up(case_id: UUID, person: UUID, secret: str, *, days_ago: int = 1) -> None:
    """Finish every task of a case that was due before a day, each at its time."""
    until = timezone.now() - dt.timedelta(days=days_ago)
    for number in range(MOST):
        with acting_as(person):
            file = case_file(person, secret, case_id)
            late = _oldest_due(file, until) if file else None
        if late is None:
            return
        days = max((today() - timezone.localdate(late.row.due_at)).days, 0)
        with clock.set_back(days=days, number=number), acting_as(person):
            _finish(_opened(case_id, person, secret), late)
            opening.record_opening(_opened(case_id, person, secret))


def _oldest_due(file: CaseFile, until: dt.datetime) -> OpenTask | None:
    if not is_open(file.case.status):
        return None
    late = [task for task in tasks_of(file) if task.is_open and task.row.due_at < until]
    return next(iter(late), None)


def _opened(case_id: UUID, person: UUID, secret: str) -> CaseFile:
    file = case_file(person, secret, case_id)
    if file is None:
        raise LookupError("Who leads the case holds no key of it.")
    return file


def _finish(file: CaseFile, late: OpenTask) -> None:
    step = step_of(file, late)
    if late.step == INTERIM:
        result = tasks.Result(note=PHONED, dropped=True)
    else:
        result = tasks.Result(consent=True, tell=step.tells if step else "")
    tasks.finish(file, late.id, result)
