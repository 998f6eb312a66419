"""Tasks: the own list over all cases, one task of a case, the procedure of a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.cases import my_tasks
from komma.cases.actions import tasks
from komma.cases.actions.errors import Refused
from komma.cases.codes import Status
from komma.cases.exclusions import excluded_from, excluded_role
from komma.cases.forms.tasks import FinishForm, HandTaskForm, PutOffForm
from komma.cases.near import FIRST, near_deadlines
from komma.cases.presentation import names_in
from komma.cases.progress import role_without_access, step_lines, task_lines
from komma.cases.queries import CaseFile
from komma.cases.rules import is_open
from komma.cases.tasks import (
    CLASSIFY,
    CLOSE,
    INTERIM,
    OpenTask,
    can_be_taken_up,
    handed_note,
    open_many,
    running,
    step_of,
    tasks_of,
)
from komma.cases.views.access import case_page, with_case
from komma.core.templatetags.komma_ui import day_clock
from komma.core.ui.nav import Crumb
from komma.core.vault.session import take_parked_post, vault_secret
from komma.municipalities.codes import Role
from komma.municipalities.current import current_organisation, signed_in
from komma.procedures.model import Step

PAGE_SIZE = 50
EARLY = dt.timedelta(days=7)  # before a task is due: then it may be too soon to tick it off
_LISTS = (my_tasks.MINE, my_tasks.LATE, my_tasks.TEAM, my_tasks.DONE)


@require_GET
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """List one's tasks; with a locked vault without their words."""
    person, organisation = signed_in(request), current_organisation(request)
    if organisation is None:
        raise Http404
    which = request.GET.get("zeigen", my_tasks.MINE)
    if which == my_tasks.LAW:
        return _deadlines_of_law(request, organisation.pk, person)
    which = which if which in _LISTS else my_tasks.MINE
    counts = my_tasks.counts(person, organisation.pk)
    paginator = Paginator(my_tasks.listed(person, organisation.pk, which), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    secret = vault_secret(request)
    context = {
        "page": page,
        "query": request.GET,
        "lines": task_lines(open_many(list(page), person, secret), person),
        "which": which,
        "counts": counts,
        "locked": secret is None,
    }
    return render(request, "tasks/mine.html", context)


def _deadlines_of_law(request: HttpRequest, organisation_id: UUID, person: UUID) -> HttpResponse:
    """List the cases with a deadline of law that comes near; with a locked vault only how many."""
    found = near_deadlines(organisation_id)
    locked = vault_secret(request) is None
    context = {
        "near": [] if locked else found,
        "number_near": len(found),
        "within": FIRST,
        "which": my_tasks.LAW,
        "counts": my_tasks.counts(person, organisation_id),
        "locked": locked,
    }
    return render(request, "tasks/deadlines.html", context)


@require_http_methods(["GET", "POST"])
@with_case
def task(request: HttpRequest, file: CaseFile, task_id: UUID) -> HttpResponseBase:
    """Show one task, or finish it."""
    found = _one(file, task_id)
    step = step_of(file, found)
    may_tell = file.may_handle and file.case.status != Status.RECEIVED
    barred = excluded_role(file, step) if step else ""
    if request.method == "POST":
        form = FinishForm(request.POST, step=step, may_tell=may_tell, barred=bool(barred))
        if form.is_valid():
            try:
                tasks.finish(file, task_id, form.result())
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Danke. Die Aufgabe ist abgehakt."))
                return redirect("cases:case", case_id=file.case_id)
    else:
        form = FinishForm(_posted(request), step=step, may_tell=may_tell, barred=bool(barred))
    context = _task_page(file, found, step, barred) | {"form": form}
    return case_page(request, "tasks/task.html", file, context, 409 if form.errors else 200)


def _task_page(file: CaseFile, found: OpenTask, step: Step | None, barred: str) -> dict[str, Any]:
    line = task_lines([found], file.person, file)[0]
    steps_in = found.row.is_escalated and file.person == found.row.deputy_id
    is_mine = file.may_handle or steps_in or file.person == found.row.owner_id
    is_over = not is_open(file.case.status)
    rows = [
        (_("Wer"), line.whose or _("Sie")),
        (_("Bis wann"), day_clock(found.row.due_at)),
    ]
    if found.is_open and (deputy := _deputy(file, found)):
        rows.insert(1, (_("Vertretung"), deputy))
    if step is not None:
        rows.append((_("Im Verfahren zuständig"), Role(step.role).label))
    return {
        "line": line,
        "rows": rows,
        "step": step,
        "handed": _handed(file, found),
        "excluded": excluded_from(file.case_id),
        "instead": _instead(file, found),
        "barred": barred,
        "is_early": found.step != INTERIM and found.row.due_at - timezone.now() > EARLY,
        "without_access": role_without_access(file, step) if step and not barred else "",
        "may_finish": found.is_open and is_mine and not is_over,
        "may_take_up": file.may_handle and not is_over and can_be_taken_up(file, found),
        "has_others": len(file.active) > 1,
        "crumbs": _crumbs(file, found.title),
    }


def _deputy(file: CaseFile, found: OpenTask) -> str:
    """Return who steps in, and whether they already do; empty where nobody does."""
    names = {holder.person: holder.name for holder in file.active}
    name = names.get(found.row.deputy_id, "") if found.row.deputy_id else ""
    if not name or not found.row.is_escalated:
        return name
    return _("%s, springt jetzt mit ein") % name


def _handed(file: CaseFile, found: OpenTask) -> tuple[str, str] | None:
    """Return from whom the task came and what they wrote, while it is open."""
    entry = handed_note(file, found) if found.is_open else None
    if entry is None:
        return None
    name = names_in(file).get(entry.person, "") if entry.person else ""
    return name or entry.function, entry.text


def _instead(file: CaseFile, found: OpenTask) -> tuple[str, str] | None:
    """Return label and address of what fulfils a task by itself, for those who work on the case."""
    ways = {
        INTERIM: (_("Antworten"), reverse("cases:reply", args=[file.case_id])),
        CLASSIFY: (_("Gefahr einstufen"), reverse("cases:step", args=[file.case_id, "einstufen"])),
        CLOSE: (_("Fall abschließen"), reverse("cases:step", args=[file.case_id, "abschliessen"])),
    }
    return ways.get(found.step) if file.may_handle and found.is_open else None


@require_http_methods(["GET", "POST"])
@with_case
def hand_over(request: HttpRequest, file: CaseFile, task_id: UUID) -> HttpResponseBase:
    """Give a task to somebody else who can open the case."""
    found = _one(file, task_id)
    people = [
        (str(holder.person), f"{holder.name}, {holder.function}")
        for holder in file.active
        if holder.person != found.row.owner_id
    ]
    form = HandTaskForm(_posted(request), people=people)
    return _change(
        request,
        file,
        found,
        form,
        _("Aufgabe übergeben"),
        lambda data: tasks.hand_over(file, task_id, data["person"], data["reason"]),
        lambda data: _handed_words(file, data["person"]),
    )


@require_http_methods(["GET", "POST"])
@with_case
def put_off(request: HttpRequest, file: CaseFile, task_id: UUID) -> HttpResponseBase:
    """Move the day on which a task is due."""
    found = _one(file, task_id)
    return _change(
        request,
        file,
        found,
        PutOffForm(_posted(request)),
        _("Aufgabe verschieben"),
        lambda data: tasks.put_off(file, task_id, data["due_on"], data["reason"]),
        lambda data: _("Die Aufgabe ist jetzt bis %s fällig.") % f"{data['due_on']:%d.%m.%Y}",
    )


def _handed_words(file: CaseFile, person: UUID) -> str:
    if person == file.person:
        return _("Die Aufgabe liegt jetzt bei Ihnen.")
    name = next((holder.name for holder in file.active if holder.person == person), "")
    return _("Die Aufgabe liegt jetzt bei %s.") % name


@require_POST
@with_case
def take_up(request: HttpRequest, file: CaseFile, task_id: UUID) -> HttpResponseBase:
    """Open a finished task again."""
    _one(file, task_id)
    try:
        tasks.take_up(file, task_id)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Die Aufgabe ist wieder offen."))
    return redirect("cases:task", case_id=file.case_id, task_id=task_id)


@require_GET
@with_case
def procedure(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Show the procedure of a case: what is done, what is open, what comes."""
    run = running(file)
    context = {
        "run": run,
        "phases": step_lines(file, run, tasks_of(file)) if run else [],
        "may_change": file.may_handle and is_open(file.case.status),
        "crumbs": _crumbs(file, _("Verfahren")),
    }
    return case_page(request, "tasks/procedure.html", file, context)


def _change(
    request: HttpRequest,
    file: CaseFile,
    found: OpenTask,
    form: Form,
    title: str,
    act: Callable[[dict[str, Any]], None],
    done: Callable[[dict[str, Any]], str],
) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, done(form.cleaned_data))
            return redirect("cases:task", case_id=file.case_id, task_id=found.id)
    context = {
        "form": form,
        "title": title,
        "task": found,
        "crumbs": [*_crumbs(file, found.title, reverse_task(file, found)), Crumb(title)],
    }
    return case_page(request, "tasks/change.html", file, context, 409 if form.errors else 200)


def reverse_task(file: CaseFile, found: OpenTask) -> str:
    """Return the address of a task."""
    return reverse("cases:task", args=[file.case_id, found.id])


def _posted(request: HttpRequest) -> Any:
    """Return what was posted, now or while the vault was locked."""
    if request.method == "POST":
        return request.POST
    return take_parked_post(request, request.path)


def _one(file: CaseFile, task_id: UUID) -> OpenTask:
    found = next((each for each in tasks_of(file) if each.id == task_id), None)
    if found is None:
        raise Http404
    return found


def _crumbs(file: CaseFile, title: str, url: str = "") -> list[Crumb]:
    return [
        Crumb(_("Fälle"), reverse("cases:list")),
        Crumb(file.case.number, reverse("cases:case", args=[file.case_id])),
        Crumb(title, url),
    ]
