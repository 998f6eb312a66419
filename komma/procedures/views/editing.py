"""The page of a draft: what stands in it, what speaks against it, and the way to each change."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.municipalities.queries import people_by_role
from komma.procedures.actions import (
    OnDraft,
    Refused,
    begin_draft,
    discard_draft,
    move_phase,
    move_step,
)
from komma.procedures.checks import Fault, problems
from komma.procedures.compare import compare, head_texts
from komma.procedures.forms import LevelForm
from komma.procedures.model import Situation
from komma.procedures.queries import Draft, draft, in_force, level_table
from komma.procedures.views.access import (
    Reader,
    coordination,
    members_page,
    names_of,
    names_of_accounts,
)
from komma.procedures.views.showing import reading
from komma.procedures.wording import finding_texts

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

    from komma.procedures.model import Procedure, Step

_UP, _DOWN = -1, 1
_MOVES = {"up": (move_step, _UP), "down": (move_step, _DOWN)}
_PEOPLE = {Fault.EMPTY_ROLE, Fault.ONE_PERSON}  # solved by taking somebody in
_PHASE_MOVES = {"phase_up": (move_phase, _UP), "phase_down": (move_phase, _DOWN)}


class Finding(NamedTuple):
    """Something that speaks against publishing: what, what to do, and where.

    ``members``: where the reader can take somebody in, empty for those who cannot.
    """

    what: str
    advice: str
    steps: list[Step]
    members: str = ""


@require_http_methods(["GET", "POST"])
@coordination
def edit(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Show the draft, or offer to begin one."""
    organisation = reader.organisation.pk
    if request.method == "POST":
        try:
            begin_draft(organisation_id=organisation, slug=slug, by=reader.by)
        except Refused as error:
            messages.info(request, str(error))
        return to_draft(slug)
    found = draft(organisation, slug)
    held = in_force(organisation).get(slug)
    if found is None and held is None:
        raise Http404
    if found is None:
        return render(request, "procedures/edit/begin.html", {"held": held, "slug": slug})
    context = reading(found.procedure, found.procedure.steps) | {
        "draft": found,
        "slug": slug,
        "held": held,
        "editor": names_of([found.edited_by]).get(found.edited_by, ""),
        "head": list(head_texts(found.procedure).items()),
        "findings": findings(found.procedure, reader),
    }
    return render(request, "procedures/edit/draft.html", context)


@require_POST
@coordination
def order(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Move a step or a phase up or down by one place."""
    for button, (action, by) in (_MOVES | _PHASE_MOVES).items():
        name = request.POST.get(button)
        if name is None:
            continue
        try:
            action(on_draft(request, reader, slug), name, by)
        except Refused as error:
            messages.warning(request, str(error))
        kind = "abschnitt" if button in _PHASE_MOVES else "schritt"
        return redirect(f"{reverse('procedures:edit', args=[slug])}#{kind}-{name}")
    return to_draft(slug)


@require_http_methods(["GET", "POST"])
@coordination
def discard(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Ask, then discard the draft."""
    found = draft_or_404(reader, slug)
    if request.method == "POST":
        mark = request.POST.get("mark", "")
        try:
            discard_draft(
                organisation_id=reader.organisation.pk, slug=slug, mark=mark, by=reader.by
            )
        except Refused as error:
            messages.warning(
                request, _("Der Entwurf ist nicht verworfen. %(why)s") % {"why": error}
            )
            return to_draft(slug)
        messages.success(request, _("Der Entwurf ist verworfen. Was gilt, gilt weiter."))
        return redirect("procedures:list")
    editor = names_of([found.edited_by]).get(found.edited_by, "")
    context = {"draft": found, "slug": slug, "editor": editor}
    return render(request, "procedures/edit/discard.html", context)


@require_GET
@coordination
def preview(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Show the draft as members will read it, for all levels or one."""
    found = draft_or_404(reader, slug)
    levels = level_table(reader.organisation.pk)
    form = LevelForm(request.GET, procedure=found.procedure, levels=levels)
    situation = Situation(level=form.level())
    context = reading(found.procedure, found.procedure.applicable(situation))
    context |= {"form": form, "slug": slug}
    return render(request, "procedures/edit/preview.html", context)


@require_GET
@coordination
def comparison(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Show what the draft changes of the version in force."""
    found = draft_or_404(reader, slug)
    held = in_force(reader.organisation.pk).get(slug)
    context = {
        "draft": found,
        "slug": slug,
        "held": held,
        "comparison": compare(held.procedure, found.procedure) if held else None,
    }
    return render(request, "procedures/edit/comparison.html", context)


def findings(procedure: Procedure, reader: Reader) -> list[Finding]:
    """Return what speaks against publishing, in words."""
    people = people_by_role(reader.organisation.pk)
    found = problems(procedure, people=people)
    are_missing = any(each.fault in _PEOPLE for each in found)
    names = names_of_accounts(people) if are_missing else []
    members = members_page(reader, people)
    return [
        Finding(
            *finding_texts(each, names),
            [step for step in procedure.steps if step.id in each.steps],
            members if each.fault in _PEOPLE else "",
        )
        for each in found
    ]


def draft_or_404(reader: Reader, slug: str) -> Draft:
    """Return the draft; raises Http404 where there is none."""
    found = draft(reader.organisation.pk, slug)
    if found is None:
        raise Http404
    return found


def on_draft(request: HttpRequest, reader: Reader, slug: str) -> OnDraft:
    """Return what a posted change was decided on."""
    return OnDraft(reader.organisation.pk, slug, request.POST.get("mark", ""), reader.by)


def to_draft(slug: str) -> HttpResponseRedirect:
    """Lead back to the page of the draft."""
    return redirect("procedures:edit", slug=slug)
