"""Tasks of a case: made by hand, finished, handed over, put off, taken up again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.entries import append, audited, by_staff, locked_for, note_down
from komma.cases.actions.errors import Refused, demand, demand_handling
from komma.cases.actions.procedure import advance, coarse, reminder, renewed, store
from komma.cases.codes import EntryKind, Status, Strand, TaskState
from komma.cases.models import Case, Task
from komma.cases.queries import CaseFile
from komma.cases.strands import task_context
from komma.cases.tasks import HANDED, INTERIM, OpenTask, can_be_taken_up, opened, step_of, tasks_of
from komma.core.dates import today, years_after
from komma.core.vault.sealing import seal_json
from komma.people.actions import hint
from komma.people.hints import Hint
from komma.procedures.schedule import CLOSING

YEARS_AHEAD = 2  # no task is due later
_FIELDS = ("title", "step", "run", "note")


@dataclass(frozen=True)
class Result:
    """How a task ended. ``dropped``: it was not needed, ``note`` says why.

    ``consent``: the affected person agrees, where the step asks for it. ``tell``: what the reporter
    reads in the mailbox, empty for nothing.
    """

    note: str = field(default="", repr=False)
    dropped: bool = False
    consent: bool = False
    tell: str = field(default="", repr=False)


@transaction.atomic
def add(file: CaseFile, *, title: str, note: str, owner: UUID, due_on: dt.date) -> UUID:
    """Make a task by hand, due at the close of a day; tell its owner without content."""
    case = _locked_open(file)
    _demand_day(due_on)
    _demand_access(file, owner)
    due, now = _close_of(due_on), timezone.localtime()
    task = Task(
        id=uuid4(), case=case, owner_id=owner, due_at=due, remind_at=reminder(now, max(due, now))
    )
    store(task, file.strands[Strand.INTERNAL], {"title": title, "note": note})
    note_down(case, file, EntryKind.TASK, note, title=title, change="added", to=str(owner))
    _tell(file, owner)
    _save(case, file, "task.added")
    return task.pk


@transaction.atomic
def finish(file: CaseFile, task_id: UUID, result: Result) -> None:
    """Finish a task; what comes next in the procedure becomes due.

    Raises `Refused` where the step needs the affected person's consent that is not confirmed, and
    for whoever neither works on the case nor has the task.
    """
    case = _locked_open(file)
    task = _one(file, task_id)
    demand(task.is_open, _("Diese Aufgabe ist nicht mehr offen."))
    _demand_mine(file, task)
    if result.tell:
        demand_handling(file)
    step = step_of(file, task)
    demand(
        result.dropped or task.step != INTERIM,
        _("Schreiben Sie der meldenden Person; dann ist die Aufgabe von selbst abgehakt."),
    )
    demand(
        result.dropped or not (step and step.consent) or result.consent,
        _(
            "Dieser Schritt braucht das Einverständnis der betroffenen Person. Liegt es nicht vor, "
            "wählen Sie „entfällt“ und schreiben Sie kurz, warum."
        ),
    )
    demand(not result.dropped or result.note, _("Bitte schreiben Sie kurz, warum sie entfällt."))
    state = TaskState.DROPPED if result.dropped else TaskState.DONE
    body = by_staff(file, EntryKind.TASK, result.note, change=state.value, title=task.title)
    append(case, file.strands[Strand.INTERNAL], body)
    _close(file, task, state, body["at"])
    if result.tell and case.status != Status.RECEIVED:
        append(case, file.mailbox, by_staff(file, EntryKind.PROGRESS, result.tell))
        case.news_for_reporter = True
        done_along(file, INTERIM)
    advance(case, file)
    _save(case, file, "task.finished")


@transaction.atomic
def hand_over(file: CaseFile, task_id: UUID, to: UUID, note: str) -> None:
    """Give a task to somebody else who can open the case; they are told without content."""
    case = _locked_open(file)
    task = _one(file, task_id)
    demand(task.is_open, _("Diese Aufgabe ist nicht mehr offen."))
    _demand_mine(file, task)
    _demand_access(file, to)
    demand(to != task.row.owner_id, _("Diese Person hat die Aufgabe schon."))
    # Whoever hands on stays the one to ask: they step in where it is forgotten.
    Task.objects.filter(pk=task.id).update(owner_id=to, deputy_id=task.row.owner_id)
    note_down(
        case,
        file,
        EntryKind.TASK,
        note,
        title=task.title,
        change=HANDED,
        to=str(to),
        task=str(task.id),
    )
    _tell(file, to)
    _save(case, file, "task.handed_over")


@transaction.atomic
def put_off(file: CaseFile, task_id: UUID, due_on: dt.date, reason: str) -> None:
    """Move the day a task is due, with a reason; reminders begin anew."""
    case = _locked_open(file)
    task = _one(file, task_id)
    demand(task.is_open, _("Diese Aufgabe ist nicht mehr offen."))
    demand_handling(file)
    _demand_day(due_on)
    due, now = _close_of(due_on), timezone.localtime()
    Task.objects.filter(pk=task.id).update(
        due_at=due, remind_at=reminder(now, max(due, now)), is_escalated=False
    )
    note_down(case, file, EntryKind.TASK, reason, title=task.title, change="put_off")
    _save(case, file, "task.put_off")


@transaction.atomic
def take_up(file: CaseFile, task_id: UUID) -> None:
    """Open a finished task again; steps that came after it rest until it is done."""
    case = _locked_open(file)
    task = _one(file, task_id)
    demand(task.is_finished, _("Diese Aufgabe ist schon offen."))
    demand_handling(file)
    demand(
        can_be_taken_up(file, task),
        _("Dieser Schritt gilt für den Fall nicht mehr. Legen Sie eine Aufgabe von Hand an."),
    )
    owner = task.row.owner_id
    if not any(holder.person == owner for holder in file.active):
        owner = file.person
    now = timezone.localtime()
    due = renewed(file, task, now)
    body = {name: task.body[name] for name in _FIELDS if name in task.body}
    Task.objects.filter(pk=task.id).update(
        state=TaskState.OPEN,
        finished_on=None,
        owner_id=owner,
        deputy_id=None if task.row.deputy_id == owner else task.row.deputy_id,
        is_escalated=False,
        due_at=due,
        remind_at=reminder(now, due),
        **_sealed(file, task, body),
    )
    note_down(case, file, EntryKind.TASK, "", title=task.title, change="taken_up")
    advance(case, file)
    _save(case, file, "task.taken_up")


def done_along(file: CaseFile, step: str) -> bool:
    """Count what was done elsewhere in the case as its task; tell whether there was one.

    An answer is the interim notice that is due, a classification the step that asks for it. For a
    locked case; the caller brings the procedure up to date.
    """
    waiting = [task for task in tasks_of(file) if task.step == step and task.is_open]
    at = timezone.now().replace(second=0, microsecond=0).isoformat()
    for task in waiting:
        _close(file, task, TaskState.DONE, at)
    return bool(waiting)


def _close(file: CaseFile, task: OpenTask, state: TaskState, at: str) -> None:
    body = {**task.body, "at": at, "by": str(file.person), "function": file.function}
    Task.objects.filter(pk=task.id).update(
        state=state, finished_on=today(), remind_at=None, **_sealed(file, task, body)
    )


def _sealed(file: CaseFile, task: OpenTask, body: dict[str, Any]) -> dict[str, Any]:
    keys = file.strands[Strand.INTERNAL]
    context = task_context(file.case_id, task.id)
    return {
        "generation": keys.generation,
        "body": seal_json(body, to=[keys.public], context=context),
    }


def _locked_open(file: CaseFile) -> Case:
    case = locked_for(file)
    demand(rules.is_open(case.status), _("Der Fall ist abgeschlossen."))
    return case


def _one(file: CaseFile, task_id: UUID) -> OpenTask:
    row = Task.objects.filter(pk=task_id, case_id=file.case_id).first()
    if row is None:
        raise Refused(_("Diese Aufgabe gibt es nicht mehr."))
    return opened(row, file.strands.get(Strand.INTERNAL))


def _demand_mine(file: CaseFile, task: OpenTask) -> None:
    """Whoever works on the case does any of its tasks; who only reads it does their own.

    As a deputy only once a task is late.
    """
    steps_in = task.row.is_escalated and file.person == task.row.deputy_id
    if file.person != task.row.owner_id and not steps_in:
        demand_handling(file)


def _demand_day(due_on: dt.date) -> None:
    demand(due_on >= today(), _("Bitte wählen Sie heute oder einen späteren Tag."))
    last = years_after(today(), YEARS_AHEAD)
    demand(due_on <= last, _("Bitte wählen Sie einen Tag bis zum %s.") % f"{last:%d.%m.%Y}")


def _demand_access(file: CaseFile, person: UUID) -> None:
    demand(
        any(holder.person == person and holder.public for holder in file.active),
        _("Diese Person kann den Fall nicht öffnen. Geben Sie ihr zuerst Zugang."),
    )


def _close_of(day: dt.date) -> dt.datetime:
    """Return the close of a day; of today's, once it has passed, midnight: nothing is born late."""
    close = dt.datetime.combine(day, CLOSING, tzinfo=timezone.get_current_timezone())
    midnight = close.replace(hour=0) + dt.timedelta(days=1)
    return coarse(close if close > timezone.now() else midnight)


def _tell(file: CaseFile, person: UUID) -> None:
    if person != file.person:
        hint(person, Hint.NEWS)


def _save(case: Case, file: CaseFile, kind: str) -> None:
    case.save(update_fields=["last_sequence", "news_for_reporter", "awaits_answer"])
    audited(kind, case, file)
