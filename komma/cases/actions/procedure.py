"""A case is led through a procedure: its steps become tasks when they can be taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from komma.cases import rules
from komma.cases.actions.entries import append, audited, by_staff, locked_at, note_down, save
from komma.cases.actions.errors import demand, demand_handling
from komma.cases.actions.owners import Team, team_of
from komma.cases.codes import EntryKind, Status, Strand, TaskState
from komma.cases.models import Case, Task
from komma.cases.queries import CaseFile
from komma.cases.silence import promised_weeks
from komma.cases.strands import StrandKeys, task_context
from komma.cases.tasks import (
    INTERIM,
    OpenTask,
    Running,
    interim_step,
    reread,
    running,
    situation_of,
    step_of,
    tasks_of,
)
from komma.core.dates import full_hour_after
from komma.core.vault.sealing import seal_json
from komma.core.vault.server import server_mac
from komma.municipalities.codes import Land
from komma.municipalities.queries import municipality_by_id
from komma.people.actions import hint
from komma.people.hints import Hint
from komma.procedures.data import to_data
from komma.procedures.deadlines import Place
from komma.procedures.model import Limit, LimitUnit, Step, suggest
from komma.procedures.queries import InForce, in_force
from komma.procedures.schedule import due_at, open_steps

# A reminder comes a day before, of short tasks at half time.
_AHEAD = dt.timedelta(days=1)
_FEW_HOLIDAYS = Land.SH  # for a body without a Land: the earlier day is the cautious one


def begin_suggested(case: Case, file: CaseFile) -> int:
    """Begin the procedure that fits a locked case best, unless one of its unit's runs.

    For who takes it over. Returns how often the reporter hears of the progress, in weeks; 0: never.
    """
    run = running(file)
    if run is not None and file.case.unit.pillar in run.procedure.pillars:
        advance(case, file)
        return run.procedure.interim_weeks
    known = in_force(case.organisation_id)
    procedures = [each.procedure for each in known.values()]
    found = suggest(procedures, file.case.unit.pillar, situation_of(file, case.level))
    if found is None:
        return 0
    _begin(case, file, known[found.id], "")
    return found.interim_weeks


@transaction.atomic
def begin(file: CaseFile, slug: str, reason: str, *, version: int) -> None:
    """Lead the case through another procedure from now on, as it is in force today.

    What is open of the former one rests and what is done stays in the file. Raises `Refused` for
    a procedure that the unit does not use.
    """
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.is_open(case.status), _("Der Fall ist abgeschlossen."))
    chosen = in_force(case.organisation_id).get(slug)
    demand(
        chosen is not None and file.case.unit.pillar in chosen.procedure.pillars,
        _("Dieses Verfahren gibt es für solche Fälle nicht. Bitte wählen Sie ein anderes."),
    )
    assert chosen is not None
    _begin(case, file, chosen, reason)
    case.version += 1
    save(case)
    audited("case.procedure_begun", case, file)


def _begin(case: Case, file: CaseFile, chosen: InForce, reason: str) -> None:
    note_down(
        case,
        file,
        EntryKind.PROCEDURE,
        reason,
        slug=chosen.procedure.id,
        number=chosen.number,
        procedure=to_data(chosen.procedure),
    )
    if case.status != Status.RECEIVED:  # else taking over tells it
        _tell_how_often(case, file, chosen.procedure.interim_weeks)
    advance(case, file)


def _tell_how_often(case: Case, file: CaseFile, weeks: int) -> None:
    """Renew the promise of news where the procedure that begins keeps another one."""
    if weeks == promised_weeks(file.entries):
        return
    text = (
        ngettext(
            "Sie hören jetzt mindestens jede Woche, wie es steht.",
            "Sie hören jetzt mindestens alle %d Wochen, wie es steht.",
            weeks,
        )
        % weeks
        if weeks
        else _("Sie hören von uns, sobald es Neues gibt. Fragen können Sie hier jederzeit.")
    )
    append(case, file.mailbox, by_staff(file, EntryKind.PROGRESS, text, interim_weeks=weeks))
    case.news_for_reporter = True


def advance(case: Case, file: CaseFile) -> None:
    """Bring the tasks of a locked case up to date with its procedure; the caller saves the case.

    Steps that can be taken become open tasks; those that do not apply as the case stands now rest,
    and come back if they do again. What is done is never undone.
    """
    current = reread(file)  # what this transaction has added counts too
    run = running(current)
    if run is None or not rules.is_open(case.status):
        return
    known = {task.id: task for task in tasks_of(file)}
    place = place_of(file)
    wanted = _wanted(case, current, run, known.values(), place)
    team = team_of(current)
    for task_id, step in wanted.items():
        if task_id not in known:
            add_task(case, file, team, step, run=run.run, place=place, task_id=task_id)
        elif known[task_id].row.state == TaskState.RESTING:
            _wake(known[task_id].row, step, current, team, place)
    for task in known.values():
        if task.step and task.is_open and task.id not in wanted:
            Task.objects.filter(pk=task.id).update(state=TaskState.RESTING, remind_at=None)


def _wanted(
    case: Case, file: CaseFile, run: Running, known: Iterable[OpenTask], place: Place
) -> dict[UUID, Step]:
    """Return the steps that can be taken now, by the id of their task."""
    mine = [task for task in known if task.run == run.run]
    done = {task.step: task.done_at or run.begun for task in mine if task.is_finished}
    due = open_steps(
        run.procedure,
        situation=situation_of(file, case.level),
        begun=run.begun,
        done=done,
        place=place,
    )
    wanted = {task_id(case.pk, run.run, each.step.id): each.step for each in due}
    if run.procedure.interim_weeks:
        told = sum(task.step == INTERIM and task.is_finished for task in mine)
        wanted[task_id(case.pk, run.run, INTERIM, told)] = interim_step(run.procedure)
    return wanted


def add_task(
    case: Case,
    file: CaseFile,
    team: Team,
    step: Step,
    *,
    run: int,
    place: Place,
    task_id: UUID,
) -> None:
    """Make the task of a step; its time runs from now, since now it can be taken."""
    owner = team.owner(step.role)
    begins = timezone.localtime()
    due = coarse(due_at(step.limit, begins, place))
    store(
        Task(
            id=task_id,
            case=case,
            owner_id=owner,
            deputy_id=team.deputy(step.deputy, owner),
            due_at=due,
            remind_at=reminder(begins, due),
        ),
        file.strands[Strand.INTERNAL],
        {"title": step.title, "step": step.id, "run": run},
    )
    _tell(file, owner)


def store(task: Task, keys: StrandKeys, body: Mapping[str, Any]) -> None:
    """Seal what a task says to the internal strand, and insert it."""
    task.generation = keys.generation
    task.body = seal_json(body, to=[keys.public], context=task_context(task.case_id, task.pk))
    task.save(force_insert=True)


def _wake(row: Task, step: Step, file: CaseFile, team: Team, place: Place) -> None:
    """Open a resting task again, with whom it was; a time that is over begins anew."""
    now = timezone.localtime()
    due = row.due_at if row.due_at > now else coarse(due_at(step.limit, now, place))
    there = {holder.person for holder in team.holders} - team.away
    owner = row.owner_id if row.owner_id in there else team.owner(step.role)
    deputy = row.deputy_id if row.deputy_id in there - {owner} else team.deputy(step.deputy, owner)
    Task.objects.filter(pk=row.pk).update(
        state=TaskState.OPEN,
        due_at=due,
        remind_at=reminder(now, due),
        is_escalated=False,
        owner_id=owner,
        deputy_id=deputy,
    )
    _tell(file, owner)


def renewed(file: CaseFile, task: OpenTask, now: dt.datetime) -> dt.datetime:
    """Return until when a task is to be done that is open again: a time that is over begins anew.

    Tasks by hand get until the close of the next working day.
    """
    if task.row.due_at > now:
        return task.row.due_at
    step = step_of(file, task)
    limit = step.limit if step else Limit(1, LimitUnit.WORKING_DAYS)
    return coarse(due_at(limit, now, place_of(file)))


def renew_late(file: CaseFile) -> None:
    """Let the time of what is late begin anew, as a closed case is taken up again."""
    now = timezone.localtime()
    for task in tasks_of(file):
        if task.is_overdue:
            due = renewed(file, task, now)
            Task.objects.filter(pk=task.id).update(
                due_at=due, remind_at=reminder(now, due), is_escalated=False
            )


def _tell(file: CaseFile, owner: UUID) -> None:
    """Hint to whoever gets a task by what somebody else did."""
    if owner != file.person:
        hint(owner, Hint.NEWS)


def task_id(case: UUID, run: int, step: str, again: int = 0) -> UUID:
    """Return the id of a step's task: two who act at once make it once.

    A keyed hash, so that the id does not tell the step.
    """
    return UUID(bytes=server_mac("task", case, str(run), step, str(again))[:16], version=4)


def coarse(moment: dt.datetime) -> dt.datetime:
    """Return the full hour not before: what stands in the clear is no finer than needed."""
    return full_hour_after(moment, hours=0)


def reminder(begins: dt.datetime, due: dt.datetime) -> dt.datetime:
    """Return when to remind of a task: a full hour before it is due, also of short ones."""
    due = timezone.localtime(due)  # a day before by the clock on the wall
    moment = due - min(_AHEAD, (due - begins) / 2)
    return moment.replace(minute=0, second=0, microsecond=0)


def place_of(file: CaseFile) -> Place:
    """Return where working days are counted: the seat of whoever handles the case."""
    organisation = file.case.organisation
    town = municipality_by_id(organisation.pk)
    land = organisation.land or file.case.concerns.land or _FEW_HOLIDAYS
    return Place(land, town.ags if town else "")
