"""The Planspiel, with the procedure in force or with a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from komma.core.dates import today
from komma.municipalities.codes import Land
from komma.procedures import exercise
from komma.procedures.checks import has_circle
from komma.procedures.deadlines import Place
from komma.procedures.forms import StartForm
from komma.procedures.queries import draft, level_table
from komma.procedures.views.access import Reader, coordination, members
from komma.procedures.views.reading import held_or_404
from komma.procedures.wording import deputy_label, role_label

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.procedures.model import Procedure

_DEFAULT_LAND = Land.NW  # for training only, where the organisation is in none


@require_http_methods(["GET", "POST"])
@members
def play(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Play through a procedure with an invented case; nothing is stored."""
    found = held_or_404(reader.organisation, slug).procedure
    return _game(request, reader, found, reverse("procedures:procedure", args=[slug]))


@require_http_methods(["GET", "POST"])
@coordination
def play_draft(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Play through a draft before it is published."""
    found = draft(reader.organisation.pk, slug)
    if found is None:
        raise Http404
    back = reverse("procedures:edit", args=[slug])
    if has_circle(found.procedure):
        messages.warning(
            request, _("Im Entwurf warten Schritte im Kreis aufeinander. Lösen Sie das zuerst.")
        )
        return redirect(back)
    return _game(request, reader, found.procedure, back, is_draft=True)


def _game(
    request: HttpRequest, reader: Reader, found: Procedure, back: str, *, is_draft: bool = False
) -> HttpResponse:
    place = Place(reader.organisation.land or _DEFAULT_LAND)
    start = StartForm(
        request.POST if request.method == "POST" and "state" not in request.POST else None,
        procedure=found,
        levels=level_table(reader.organisation.pk),
    )
    game = _move(request, found, place, start)
    context = {"procedure": found, "back": back, "is_draft": is_draft}
    if game is None:
        return render(request, "procedures/play.html", context | {"start_form": start})
    due = exercise.waiting(found, game, place)
    context |= {
        "game": game,
        "state": exercise.dump(game),
        "waiting": [(each, role_label(each.step.role), deputy_label(each.step)) for each in due],
        "done": [(found.step(name), at) for name, at in game.done.items()],
        "late": [found.step(name) for name in exercise.late(found, game, place)],
        "overdue": {each.step.id for each in due if each.due_at < game.now},
        "total": len(found.applicable(game.situation)),
    }
    return render(request, "procedures/play.html", context)


def _move(
    request: HttpRequest, found: Procedure, place: Place, start: StartForm
) -> exercise.Exercise | None:
    """Return the game after this request, or None before it has begun."""
    if request.method != "POST":
        return None
    if "state" not in request.POST:
        is_chosen = start.is_bound and start.is_valid()
        return exercise.begin(start.level(), today(), place) if is_chosen else None
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
