"""The calendar of absences: one's own with that of the unit, and all for the administration."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from komma.municipalities.actions import Days, Refused, record_absence, remove_absence
from komma.municipalities.current import current_organisation, signed_in
from komma.municipalities.forms import AbsenceForm, MemberAbsenceForm
from komma.municipalities.queries import (
    absence_by_id,
    colleagues_of,
    coming_absences,
    members_of,
)
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Absence, Organisation


@login_required
@require_http_methods(["GET", "POST"])
def own(request: HttpRequest) -> HttpResponse:
    """Enter when one is away, and see when the others of one's units are."""
    person, organisation = signed_in(request), _current(request)
    form = AbsenceForm(request.POST or None)
    if form.is_valid() and _recorded(request, form, person, organisation, by=person):
        return redirect("own:absence")
    shown = colleagues_of(person, organisation.pk)
    absences = [each for each in coming_absences(organisation.pk) if each.person_id in shown]
    context = {
        "organisation": organisation,
        "form": form,
        "mine": [each for each in absences if each.person_id == person],
        "others": [each for each in absences if each.person_id != person],
    }
    return render(request, "municipalities/absence.html", context)


@login_required
@require_POST
def remove_own(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """Take one's own absence back."""
    person = signed_in(request)
    absence = _found(absence_id, _current(request))
    if absence.person_id != person:
        raise Http404
    remove_absence(absence=absence, by=person)
    messages.success(request, _("Die Abwesenheit ist entfernt."))
    return redirect("own:absence")


@require_http_methods(["GET", "POST"])
@administration
def calendar(request: HttpRequest, office: Office) -> HttpResponse:
    """Show who is away when, and enter it for somebody who cannot."""
    organisation = office.organisation
    units: dict[UUID, list[str]] = {}
    names: dict[UUID, str] = {}
    for membership in members_of(organisation.pk):
        units.setdefault(membership.person_id, []).append(membership.unit.name)
        names[membership.person_id] = membership.person.name or membership.person.email
    form = MemberAbsenceForm(request.POST or None, people=names)
    if form.is_valid() and _recorded(
        request, form, form.cleaned_data["person"], organisation, by=office.by
    ):
        return redirect("municipalities:absences", slug=organisation.slug)
    absences = [
        (each, ", ".join(dict.fromkeys(units.get(each.person_id, []))))
        for each in coming_absences(organisation.pk)
    ]
    context = {"organisation": organisation, "form": form, "absences": absences}
    return render(request, "municipalities/absences.html", context)


@require_POST
@administration
def remove(request: HttpRequest, office: Office, absence_id: UUID) -> HttpResponse:
    """Take an absence of somebody back."""
    remove_absence(absence=_found(absence_id, office.organisation), by=office.by)
    messages.success(request, _("Die Abwesenheit ist entfernt."))
    return redirect("municipalities:absences", slug=office.organisation.slug)


def _recorded(
    request: HttpRequest, form: AbsenceForm, person: UUID, organisation: Organisation, *, by: UUID
) -> bool:
    """Record what was entered; a refusal is shown with everything typed."""
    given: dict[str, Any] = form.cleaned_data
    days = Days(given["first"], given["last"])
    try:
        record_absence(person_id=person, organisation_id=organisation.pk, days=days, by=by)
    except Refused as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, _("Eingetragen."))
    return True


def _current(request: HttpRequest) -> Organisation:
    organisation = current_organisation(request)
    if organisation is None:
        raise Http404
    return organisation


def _found(absence_id: UUID, organisation: Organisation) -> Absence:
    absence = absence_by_id(absence_id, organisation.pk)
    if absence is None:
        raise Http404
    return absence
