"""The tasks and the running procedure of a case, opened in memory. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.cases.codes import EntryKind, Strand, TaskState
from komma.cases.deadlines import facts_of
from komma.cases.models import Entry, Task
from komma.cases.queries import CaseFile
from komma.cases.strands import StrandKeys, open_one_of_each, task_context
from komma.cases.timeline import OpenEntry, open_entries
from komma.core.vault.sealing import VaultError, unseal_json
from komma.procedures.codes import AffectedRole, Form, Wish
from komma.procedures.data import from_data
from komma.procedures.model import Limit, LimitUnit, Procedure, Situation, Step

INTERIM = "zwischenstand"  # the step that comes back: tell the reporter how things stand
# The step that classifying the case fulfils, in the shipped procedure and in versions made of it.
CLASSIFY = "einstufen"
# The step that closing the case fulfils, likewise.
CLOSE = "abschluss"
HANDED = "handed"  # what the timeline says of a task that somebody gave to somebody else
# Answers that say nothing, and so rule nothing out.
_SAYS_NOTHING = {
    AffectedRole.UNSAID,
    AffectedRole.OTHER,
    Form.OTHER,
    Form.UNKNOWN,
    Wish.OTHER,
    Wish.UNDECIDED,
}


@dataclass(frozen=True)
class Running:
    """The procedure that a case is led through, as it was when it was begun.

    ``run`` counts the procedures of the case; ``number``: version of the municipality, 0 for the
    shipped one; ``begun``: to the minute.
    """

    procedure: Procedure
    number: int
    run: int
    begun: dt.datetime


@dataclass(frozen=True)
class OpenTask:
    """A task with its words. ``readable`` is False where they cannot be opened now."""

    row: Task
    body: dict[str, Any] = field(repr=False)
    readable: bool = True

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def title(self) -> str:
        return str(self.body.get("title", ""))

    @property
    def step(self) -> str:
        """The id of the procedure's step, or an empty string for a task made by hand."""
        return str(self.body.get("step", ""))

    @property
    def run(self) -> int:
        return int(self.body.get("run", 0))

    @property
    def note(self) -> str:
        """What whoever made it by hand wrote about it."""
        return str(self.body.get("note", ""))

    @property
    def done_at(self) -> dt.datetime | None:
        """When somebody finished it, to the minute."""
        return dt.datetime.fromisoformat(self.body["at"]) if self.body.get("at") else None

    @property
    def is_open(self) -> bool:
        return self.row.state == TaskState.OPEN

    @property
    def is_finished(self) -> bool:
        return self.row.state in (TaskState.DONE, TaskState.DROPPED)

    @property
    def is_overdue(self) -> bool:
        return self.is_open and self.row.due_at < timezone.now()


def tasks_of(file: CaseFile) -> list[OpenTask]:
    """Return all tasks of a case, the most urgent first; one query."""
    rows = Task.objects.filter(case_id=file.case_id).order_by("due_at", "id")
    keys = file.strands.get(Strand.INTERNAL)
    for row in rows:
        row.case = file.case
    return [opened(row, keys) for row in rows]


def opened(row: Task, keys: StrandKeys | None) -> OpenTask:
    """Open a task with the internal strand of its case, if it is at hand."""
    try:
        if keys is None:
            return OpenTask(row, {}, readable=False)
        body = unseal_json(
            bytes(row.body),
            identity=keys.secrets[row.generation],
            context=task_context(row.case_id, row.pk),
        )
    except (VaultError, KeyError):  # one damaged task must not hide the others
        return OpenTask(row, {}, readable=False)
    return OpenTask(row, body)


def open_many(rows: Collection[Task], person: UUID, secret: str | None) -> list[OpenTask]:
    """Open tasks of many cases; with a locked vault none is readable. Two queries at most."""
    if secret is None:
        return [opened(row, None) for row in rows]
    cases = {row.case_id for row in rows}
    keys = open_one_of_each(Strand.INTERNAL, cases, person, secret)
    return [opened(row, keys[row.case_id][1] if row.case_id in keys else None) for row in rows]


def reread(file: CaseFile) -> CaseFile:
    """Return the case with the entries that have come since it was opened."""
    entries = Entry.objects.filter(case_id=file.case_id)
    return replace(file, entries=open_entries(entries, file.strands))


def running(file: CaseFile) -> Running | None:
    """Return the procedure that the case is led through, or None before one has begun."""
    found = [
        entry
        for entry in file.entries
        # A mailbox entry of that kind would be somebody else's word.
        if entry.kind == EntryKind.PROCEDURE and entry.strand == Strand.INTERNAL
    ]
    try:
        body = found[-1].body
        begun = dt.datetime.fromisoformat(body["at"])
        procedure = from_data(body["slug"], body["procedure"])
        return Running(procedure, int(body["number"]), len(found), begun)
    except (IndexError, KeyError, TypeError, ValueError):  # none, or none that can be read
        return None


def step_of(file: CaseFile, task: OpenTask) -> Step | None:
    """Return the step of the running procedure that a task is for, if it is for one."""
    run = running(file)
    if run is None or task.run != run.run:
        return None
    if task.step == INTERIM:
        return interim_step(run.procedure)
    return next((step for step in run.procedure.steps if step.id == task.step), None)


def interim_step(procedure: Procedure) -> Step:
    """Return the step that comes back for as long as the case is open."""
    role, deputy = (
        (procedure.steps[0].role, procedure.steps[0].deputy) if procedure.steps else ("", "")
    )
    return Step(
        id=INTERIM,
        phase="",
        title=_("Zwischenstand mitteilen"),
        guidance=_(
            "Schreiben Sie der meldenden Person, wie es steht, auch wenn sich noch nichts getan "
            "hat. Jede Antwort im Postfach zählt."
        ),
        role=role,
        deputy=deputy,
        limit=Limit(procedure.interim_weeks, LimitUnit.WEEKS),
        done=_("Die meldende Person hat eine Nachricht."),
    )


def handed_note(file: CaseFile, task: OpenTask) -> OpenEntry | None:
    """Return the entry with what its owner should know, from whoever handed the task over."""
    found = (
        entry
        for entry in reversed(file.entries)
        if entry.kind == EntryKind.TASK
        and entry.strand == Strand.INTERNAL
        and entry.body.get("change") == HANDED
        and _is_of(entry, task)
    )
    last = next(found, None)
    is_theirs = last is not None and last.body.get("to") == str(task.row.owner_id)
    return last if last is not None and is_theirs and last.text else None


def _is_of(entry: OpenEntry, task: OpenTask) -> bool:
    """Tell whether an entry is about a task; older ones name it only by its title."""
    named = entry.body.get("task")
    return named == str(task.id) if named else entry.body.get("title") == task.title


def can_be_taken_up(file: CaseFile, task: OpenTask) -> bool:
    """Tell whether a finished task can be opened again: by hand, or of a step that applies."""
    if not task.is_finished or task.step == INTERIM:
        return False
    if not task.step:
        return True
    step = step_of(file, task)
    return step is not None and step.when.fits(situation_of(file, file.case.level))


def situation_of(file: CaseFile, level: int | None) -> Situation:
    """Return what is known of a case, for the conditions of procedures."""
    facts = facts_of(file.case, file.entries)
    return Situation(
        level=level,
        side=file.case.side,
        affected=next(iter(_said(facts.get("affected_role"))), ""),
        forms=_said(facts.get("forms")),
        wishes=_said(facts.get("wishes")),
    )


def _said(value: Any) -> frozenset[str]:
    """Return the codes that say something; of anything else than text or texts, none."""
    codes = value if isinstance(value, list | tuple) else [value]
    return frozenset(c for c in codes if isinstance(c, str) and c and c not in _SAYS_NOTHING)


def undone(file: CaseFile) -> list[str]:
    """Return the titles of what would end undone with the case: open tasks, then further steps.

    Left out is what closing does or makes needless.
    """
    found = tasks_of(file)
    waiting = [task for task in found if task.is_open and task.step not in (INTERIM, CLOSE)]
    run = running(file)
    if run is None:
        return [task.title for task in waiting]
    begun = {
        task.step for task in found if task.run == run.run and task.row.state != TaskState.RESTING
    }
    later = [
        step.title
        for step in run.procedure.applicable(situation_of(file, file.case.level))
        if step.id not in begun and step.id != CLOSE
    ]
    return [*(task.title for task in waiting), *later]


def open_tasks(organisation_id: UUID) -> QuerySet[Task]:
    """Return the open tasks of an organisation's open cases that the acting person can open."""
    from_cases = Task.objects.filter(case__organisation_id=organisation_id)
    return from_cases.filter(state=TaskState.OPEN, case__closed_on=None).select_related("case")
