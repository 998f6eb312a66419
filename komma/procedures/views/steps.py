"""The forms of a draft: its texts, its cases, its steps and phases."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from komma.procedures.actions import (
    Refused,
    remove_phase,
    remove_step,
    save_phase,
    save_procedure_head,
    save_step,
)
from komma.procedures.compare import Change, compare, step_changes
from komma.procedures.edits import without_step
from komma.procedures.forms import PhaseForm, ScopeForm, StepForm, TextsForm
from komma.procedures.model import Phase
from komma.procedures.queries import draft, level_table
from komma.procedures.views.access import Reader, coordination
from komma.procedures.views.editing import draft_or_404, on_draft, to_draft
from komma.procedures.views.questions import Question, ask

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.procedures.model import Procedure, Step

_NAME_BYTES = 4


@require_http_methods(["GET", "POST"])
@coordination
def texts(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Title, description, case to train with, source."""
    question = Question(
        slug=slug,
        title=_("Beschreibung ändern"),
        form=lambda data, procedure: TextsForm(data, initial=TextsForm.initial_of(procedure)),
        save=lambda on, form: save_procedure_head(on, **form.fields_of_procedure()),
        theirs=_head_changes,
        done=_("Die Beschreibung ist gespeichert."),
        anchor="angaben",
    )
    return ask(request, reader, question)


@require_http_methods(["GET", "POST"])
@coordination
def scope(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Which units use the procedure, for which of their cases."""
    levels = level_table(reader.organisation.pk)
    question = Question(
        slug=slug,
        title=_("Wofür es gilt"),
        form=lambda data, procedure: ScopeForm(
            data, initial=ScopeForm.initial_of(procedure), levels=levels
        ),
        save=lambda on, form: save_procedure_head(on, **form.fields_of_procedure()),
        theirs=_head_changes,
        done=_("Gespeichert, wofür das Verfahren gilt."),
        anchor="angaben",
        template="procedures/edit/scope.html",
    )
    return ask(request, reader, question)


@require_http_methods(["GET", "POST"])
@coordination
def step(request: HttpRequest, reader: Reader, slug: str, step_id: str) -> HttpResponse:
    """Change one step."""
    found = draft(reader.organisation.pk, slug)
    if request.method == "GET" and found and _find(found.procedure, step_id) is None:
        raise Http404
    return ask(request, reader, _step_question(reader, slug, step_id, _("Schritt ändern")))


@require_http_methods(["GET", "POST"])
@coordination
def add_step(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Add a step; its name is made before, so that a form sent twice adds one."""
    name = _name(request, "schritt")
    phase = {"phase": request.GET.get("abschnitt", "")}
    question = _step_question(reader, slug, name, _("Neuer Schritt"), phase)
    return ask(request, reader, question)


@require_http_methods(["GET", "POST"])
@coordination
def drop_step(request: HttpRequest, reader: Reader, slug: str, step_id: str) -> HttpResponse:
    """Ask, then remove a step."""
    if request.method == "POST":
        try:
            remove_step(on_draft(request, reader, slug), step_id)
        except Refused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Der Schritt ist aus dem Entwurf entfernt."))
        return to_draft(slug)
    found = draft_or_404(reader, slug)
    gone = _find(found.procedure, step_id)
    if gone is None:
        raise Http404
    after = compare(found.procedure, without_step(found.procedure, step_id))
    context = {"draft": found, "slug": slug, "step": gone, "others": after.changed}
    return render(request, "procedures/edit/drop_step.html", context)


@require_http_methods(["GET", "POST"])
@coordination
def phase(request: HttpRequest, reader: Reader, slug: str, phase_id: str) -> HttpResponse:
    """Rename a phase."""
    found = draft(reader.organisation.pk, slug)
    known = {each.id for each in found.procedure.phases} if found else set()
    if request.method == "GET" and found and phase_id not in known:
        raise Http404
    return ask(request, reader, _phase_question(slug, phase_id, _("Abschnitt umbenennen")))


@require_http_methods(["GET", "POST"])
@coordination
def add_phase(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Add a phase at the end."""
    name = _name(request, "abschnitt")
    return ask(request, reader, _phase_question(slug, name, _("Neuer Abschnitt")))


@require_http_methods(["POST"])
@coordination
def drop_phase(request: HttpRequest, reader: Reader, slug: str, phase_id: str) -> HttpResponse:
    """Remove an empty phase: nothing is lost with it."""
    try:
        remove_phase(on_draft(request, reader, slug), phase_id)
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Der Abschnitt ist entfernt."))
    return to_draft(slug)


def _step_question(
    reader: Reader, slug: str, step_id: str, title: str, initial: dict[str, Any] | None = None
) -> Question[StepForm]:
    levels = level_table(reader.organisation.pk)

    def form(data: Any, procedure: Procedure) -> StepForm:
        former = _find(procedure, step_id)
        begins = StepForm.initial_of(former) if former else initial
        return StepForm(data, initial=begins, procedure=procedure, step_id=step_id, levels=levels)

    def theirs(form: StepForm, procedure: Procedure) -> list[Change] | None:
        now = _find(procedure, step_id)
        return None if now is None else step_changes(form.step(), now, procedure)

    return Question(
        slug=slug,
        title=title,
        form=form,
        save=lambda on, form: save_step(on, form.step()),
        theirs=theirs,
        is_there=lambda procedure: _find(procedure, step_id) is not None,
        done=_("Der Schritt ist gespeichert."),
        anchor=f"schritt-{step_id}",
        template="procedures/edit/step.html",
        more={"name": step_id},
    )


def _phase_question(slug: str, phase_id: str, title: str) -> Question[PhaseForm]:
    def form(data: Any, procedure: Procedure) -> PhaseForm:
        former = next((each for each in procedure.phases if each.id == phase_id), None)
        return PhaseForm(data, initial={"title": former.title if former else ""})

    def theirs(form: PhaseForm, procedure: Procedure) -> list[Change] | None:
        titles = [each.title for each in procedure.phases if each.id == phase_id]
        typed = form.cleaned_data["title"]
        if not titles:
            return None
        return [Change(_("Name"), typed, titles[0])] if titles[0] != typed else []

    return Question(
        slug=slug,
        title=title,
        form=form,
        save=lambda on, form: save_phase(on, Phase(phase_id, form.cleaned_data["title"])),
        theirs=theirs,
        is_there=lambda procedure: phase_id in {each.id for each in procedure.phases},
        done=_("Der Abschnitt ist gespeichert."),
        anchor=f"abschnitt-{phase_id}",
        more={"name": phase_id},
    )


def _head_changes(form: TextsForm | ScopeForm, procedure: Procedure) -> list[Change]:
    typed = replace(procedure, **form.fields_of_procedure())
    return compare(typed, procedure).head


def _name(request: HttpRequest, kind: str) -> str:
    """Return the name that the form of something new carries, a random one at first."""
    posted = request.POST.get("name", "")
    is_ours = re.fullmatch(rf"{kind}-[0-9a-f]{{{2 * _NAME_BYTES}}}", posted)
    return posted if is_ours else f"{kind}-{secrets.token_hex(_NAME_BYTES)}"


def _find(procedure: Procedure, step_id: str) -> Step | None:
    return next((each for each in procedure.steps if each.id == step_id), None)
