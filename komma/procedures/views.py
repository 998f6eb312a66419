"""Procedures to read, to print and to train with; and the catalogue of deadlines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.core.dates import today
from komma.municipalities.codes import Land, Role
from komma.municipalities.current import current_organisation, signed_in
from komma.municipalities.queries import roles_held
from komma.procedures import exercise
from komma.procedures.checks import Fault, problems
from komma.procedures.deadlines import Place, all_rules, due_for_checking
from komma.procedures.diagram import draw
from komma.procedures.forms import LevelForm, StartForm
from komma.procedures.model import Situation
from komma.procedures.shipped import shipped

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation
    from komma.procedures.model import Procedure, Step

_DEFAULT_LAND = Land.NW  # for training only, where no municipality is chosen


@require_GET
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """List the procedures."""
    _organisation(request)
    return render(request, "procedures/list.html", {"procedures": shipped().values()})


@require_GET
@login_required
def procedure(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one procedure, step by step and as a drawing, for all levels or one."""
    organisation, found = _organisation(request), _procedure(slug)
    form = LevelForm(request.GET)
    level = form.level()
    steps = found.applicable(Situation(level=level))
    context = _reading(found, steps) | {
        "form": form,
        "level": level,
        "diagram": draw(steps),
        "empty_roles": _empty_roles(found, organisation),
    }
    return render(request, "procedures/procedure.html", context)


@require_GET
@login_required
def who_does_what(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page to print: who does what, for one level."""
    organisation, found = _organisation(request), _procedure(slug)
    level = LevelForm(request.GET).level()
    context = _reading(found, found.applicable(Situation(level=level))) | {
        "level": level,
        "organisation": organisation,
        "today": today(),
    }
    return render(request, "procedures/who_does_what.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def play(request: HttpRequest, slug: str) -> HttpResponse:
    """Play through a procedure with an invented case; nothing is stored."""
    organisation, found = _organisation(request), _procedure(slug)
    place = Place(organisation.land or _DEFAULT_LAND)
    game = _move(request, found, place)
    if game is None:
        return render(
            request, "procedures/play.html", {"procedure": found, "start_form": StartForm()}
        )
    due = exercise.waiting(found, game, place)
    context = {
        "procedure": found,
        "game": game,
        "state": exercise.dump(game),
        "waiting": [(each, _role(each.step.role), _role(each.step.deputy)) for each in due],
        "done": [(found.step(name), at) for name, at in game.done.items()],
        "late": [found.step(name) for name in exercise.late(found, game, place)],
        "overdue": {each.step.id for each in due if each.due_at < game.now},
        "total": len(found.applicable(game.situation)),
    }
    return render(request, "procedures/play.html", context)


@require_GET
@login_required
def rules(request: HttpRequest) -> HttpResponse:
    """Show every rule of deadlines with its source, and which are due for checking."""
    _organisation(request)
    due = {(rule.id, rule.valid_from, rule.lands) for rule in due_for_checking(today())}
    rows = [
        (
            rule,
            [Land(land).label for land in sorted(rule.lands)],
            (rule.id, rule.valid_from, rule.lands) in due,
        )
        for rule in all_rules()
    ]
    return render(request, "procedures/rules.html", {"rows": rows, "number_due": len(due)})


def _organisation(request: HttpRequest) -> Organisation:
    """Return for whom somebody acts; without any membership these pages do not exist."""
    signed_in(request)
    organisation = current_organisation(request)
    if organisation is None:
        raise Http404
    return organisation


def _procedure(slug: str) -> Procedure:
    found = shipped().get(slug)
    if found is None:
        raise Http404
    return found


def _role(code: str) -> str:
    return str(Role(code).label)


def _reading(found: Procedure, steps: list[Step]) -> dict[str, object]:
    numbers = {step.id: number for number, step in enumerate(steps, start=1)}
    return {
        "procedure": found,
        "phases": [
            (
                phase,
                [
                    (numbers[step.id], step, _role(step.role), _role(step.deputy))
                    for step in steps
                    if step.phase == phase.id
                ],
            )
            for phase in found.phases
        ],
    }


def _empty_roles(found: Procedure, organisation: Organisation) -> list[str]:
    """Return the roles of the procedure that nobody of the organisation has."""
    held = roles_held(organisation.pk)
    if not any(each.fault == Fault.EMPTY_ROLE for each in problems(found, held=held)):
        return []
    needed = {role for step in found.steps for role in (step.role, step.deputy)}
    return sorted(_role(role) for role in needed - held)


def _move(request: HttpRequest, found: Procedure, place: Place) -> exercise.Exercise | None:
    """Return the game after this request, or None before it has begun."""
    if request.method != "POST":
        return None
    if "state" not in request.POST:
        form = StartForm(request.POST)
        return (
            exercise.begin(int(form.cleaned_data["stufe"]), today(), place)
            if form.is_valid()
            else None
        )
    try:
        game = exercise.load(request.POST["state"], found)
    except exercise.BrokenState:
        messages.error(
            request, _("Dieses Spiel lässt sich nicht fortsetzen. Bitte beginnen Sie neu.")
        )
        return None
    if "done" in request.POST:
        return exercise.finish(found, game, request.POST["done"], place)
    return exercise.pass_time(found, game, place)
