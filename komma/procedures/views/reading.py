"""Procedures to read and to print, as they are in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.core.dates import today
from komma.municipalities.queries import people_by_role, roles_held
from komma.procedures.checks import Fault, problems
from komma.procedures.forms import LevelForm
from komma.procedures.model import Situation
from komma.procedures.queries import InForce, draft, drafts, in_force, level_table
from komma.procedures.views.access import Reader, members, members_page, names_of_accounts
from komma.procedures.views.showing import reading
from komma.procedures.wording import role_label

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation
    from komma.procedures.model import Procedure


@require_GET
@members
def overview(request: HttpRequest, reader: Reader) -> HttpResponse:
    """List the procedures, and to those who write them the drafts."""
    known = in_force(reader.organisation.pk)
    context = {
        "found": known.values(),
        "drafts": drafts(reader.organisation.pk) if reader.may_edit else {},
        "known": known.keys(),
        "may_edit": reader.may_edit,
    }
    return render(request, "procedures/list.html", context)


@require_GET
@members
def procedure(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Show one procedure, step by step and as a drawing, for all levels or one."""
    held = held_or_404(reader.organisation, slug)
    levels = level_table(reader.organisation.pk)
    form = LevelForm(request.GET, procedure=held.procedure, levels=levels)
    level = form.level()
    context = reading(held.procedure, held.procedure.applicable(Situation(level=level))) | {
        "form": form,
        "level": level,
        "held": held,
        "may_edit": reader.may_edit,
        "has_draft": reader.may_edit and draft(reader.organisation.pk, slug) is not None,
    }
    context |= _missing(held.procedure, reader)
    return render(request, "procedures/procedure.html", context)


@require_GET
@members
def who_does_what(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Show the page to print: who does what, for one level."""
    held = held_or_404(reader.organisation, slug)
    levels = level_table(reader.organisation.pk)
    level = LevelForm(request.GET, procedure=held.procedure, levels=levels).level()
    context = reading(held.procedure, held.procedure.applicable(Situation(level=level))) | {
        "row": None if level is None else levels[level],
        "held": held,
        "organisation": reader.organisation,
        "today": today(),
    }
    return render(request, "procedures/who_does_what.html", context)


def held_or_404(organisation: Organisation, slug: str) -> InForce:
    """Return a procedure in force; raises Http404 where there is none."""
    found = in_force(organisation.pk).get(slug)
    if found is None:
        raise Http404
    return found


def _missing(found: Procedure, reader: Reader) -> dict[str, object]:
    """Return which roles of the procedure nobody has, and who can change that."""
    organisation = reader.organisation.pk
    found_problems = problems(found, held=roles_held(organisation))
    empty = [each.role for each in found_problems if each.fault == Fault.EMPTY_ROLE]
    if not empty:
        return {}
    people = people_by_role(organisation)
    return {
        "empty_roles": sorted(map(role_label, empty)),
        "accounts": names_of_accounts(people),
        "members_page": members_page(reader, people),
    }
