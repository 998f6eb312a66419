"""How tasks and the running procedure read on pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.cases.codes import TaskState
from komma.cases.queries import CaseFile
from komma.cases.rules import is_open
from komma.cases.tasks import INTERIM, OpenTask, Running, situation_of
from komma.core.dates import today
from komma.municipalities.codes import Role
from komma.municipalities.queries import grantable
from komma.procedures.model import Phase, Step
from komma.procedures.wording import limit_text


@dataclass(frozen=True)
class TaskLine:
    """A task as it reads. ``kind``: of the badge; ``whose``: empty for one's own.

    Of a finished task the function of whoever did it.
    """

    task: OpenTask
    title: str
    url: str
    status: str
    kind: str
    whose: str


@dataclass(frozen=True)
class StepLine:
    """A step of the running procedure: ``task`` once there is one."""

    number: int
    step: Step
    status: str
    kind: str
    task: TaskLine | None
    role: str
    limit: str


@dataclass(frozen=True)
class Progress:
    """What a case page shows of its tasks."""

    open: list[TaskLine]
    done: int
    total: int
    is_through: bool


def task_lines(
    found: Iterable[OpenTask], person: UUID, file: CaseFile | None = None
) -> list[TaskLine]:
    """Return tasks as they read to somebody; names come from the case, or from the rows."""
    names = {holder.person: holder.name for holder in file.active} if file else None
    return [_line(task, person, names) for task in found]


def _line(task: OpenTask, person: UUID, names: dict[UUID, str] | None) -> TaskLine:
    owner = task.row.owner_id
    name = names.get(owner) if names is not None else task.row.owner.name
    if task.is_finished:
        owner = UUID(task.body["by"]) if task.body.get("by") else owner
        name = str(task.body.get("function") or name)
    status, kind = _status(task)
    return TaskLine(
        task=task,
        title=task.title or _("Aufgabe in Fall %s") % task.row.case.number,
        url=reverse("cases:task", args=[task.row.case_id, task.id]),
        status=status,
        kind=kind,
        whose="" if owner == person else name or _("niemand mit Zugang"),
    )


def _status(task: OpenTask) -> tuple[str, str]:
    if task.is_open and not is_open(task.row.case.status):
        return _("mit dem Abschluss entfallen"), "neutral"
    if not task.is_open:
        kinds = {TaskState.DONE: "success"}
        state = TaskState(task.row.state)
        return str(state.label), kinds.get(state, "neutral")
    if task.is_overdue:
        return _("überfällig"), "danger"
    if timezone.localdate(task.row.due_at) == today():
        return _("heute"), "warning"
    return _("offen"), "info"


def progress(file: CaseFile, run: Running | None, tasks: list[OpenTask]) -> Progress:
    """Return what is open in a case, and how far the procedure is."""
    waiting = [task for task in tasks if task.is_open and is_open(file.case.status)]
    if run is None:
        return Progress(task_lines(waiting, file.person, file), 0, 0, is_through=False)
    applicable = {step.id for step in run.procedure.applicable(situation_of(file, file.case.level))}
    mine = {task.step: task for task in tasks if task.run == run.run and task.step in applicable}
    done = sum(task.is_finished for task in mine.values())
    return Progress(
        task_lines(waiting, file.person, file),
        done,
        len(applicable),
        is_through=done == len(applicable),
    )


def step_lines(
    file: CaseFile, run: Running, tasks: list[OpenTask]
) -> list[tuple[Phase, list[StepLine]]]:
    """Return the steps of the running procedure by phase, those that do not apply included."""
    situation = situation_of(file, file.case.level)
    mine = {t.step: t for t in tasks if t.run == run.run and t.step != INTERIM}
    lines = [
        _step_line(number, step, mine.get(step.id), file, applies=step.when.fits(situation))
        for number, step in enumerate(run.procedure.steps, start=1)
    ]
    return [
        (phase, [line for line in lines if line.step.phase == phase.id])
        for phase in run.procedure.phases
    ]


def _step_line(
    number: int, step: Step, task: OpenTask | None, file: CaseFile, *, applies: bool
) -> StepLine:
    role = str(Role(step.role).label)
    if task is not None and task.row.state != TaskState.RESTING:
        line = task_lines([task], file.person, file)[0]
        return StepLine(number, step, line.status, line.kind, line, role, limit_text(step.limit))
    later = _("kommt später") if is_open(file.case.status) else _("mit dem Abschluss entfallen")
    status = later if applies else _("gilt hier nicht")
    return StepLine(number, step, status, "neutral", None, role, limit_text(step.limit))


def role_without_access(file: CaseFile, step: Step) -> str:
    """Return the role of a step where nobody with it can open the case, else an empty string.

    Then whoever has the task arranges the step: a procedure never widens the circle of readers.
    """
    people = {each.person: each.roles for each in grantable(file.case.organisation_id)}
    holding = (people.get(holder.person, frozenset()) for holder in file.active)
    return "" if any(step.role in roles for roles in holding) else str(Role(step.role).label)
