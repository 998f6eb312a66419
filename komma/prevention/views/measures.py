"""What is done against a danger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from komma.prevention.actions import add_measure, change_measure, remove_measure
from komma.prevention.forms import MeasureForm
from komma.prevention.queries import measure_by_id
from komma.prevention.views.access import Office, editors, page, question
from komma.prevention.views.assessments import above, own

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.prevention.models import Measure


@require_http_methods(["GET", "POST"])
@editors
def add(request: HttpRequest, office: Office, assessment_id: UUID) -> HttpResponse:
    """Add a measure."""
    assessment = own(assessment_id, office)
    form = MeasureForm(request.POST or None)
    if form.is_valid():
        add_measure(assessment=assessment, by=office.by, **form.cleaned_data)
        messages.success(request, _("Die Maßnahme ist eingetragen."))
        return redirect("prevention:assessment", assessment_id=assessment.pk)
    title = _("Maßnahme eintragen")
    return page(request, "prevention/form.html", office, title, above(assessment), form=form)


@require_http_methods(["GET", "POST"])
@editors
def change(request: HttpRequest, office: Office, measure_id: UUID) -> HttpResponse:
    """Change a measure, or note that it is done."""
    measure = _own(measure_id, office)
    initial = measure.content | {
        "kind": measure.kind,
        "due_on": measure.due_on,
        "done_on": measure.done_on,
    }
    form = MeasureForm(request.POST or None, initial=initial)
    if form.is_valid():
        change_measure(measure=measure, by=office.by, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("prevention:assessment", assessment_id=measure.assessment_id)
    return page(
        request,
        "prevention/form.html",
        office,
        _("Maßnahme"),
        above(measure.assessment),
        form=form,
        remove_url=reverse("prevention:measure_remove", args=[measure.pk]),
    )


@require_http_methods(["GET", "POST"])
@editors
def remove(request: HttpRequest, office: Office, measure_id: UUID) -> HttpResponse:
    """Ask, then remove a measure."""
    measure = _own(measure_id, office)
    if request.method == "POST":
        remove_measure(measure=measure, by=office.by)
        messages.success(request, _("Die Maßnahme ist entfernt."))
        return redirect("prevention:assessment", assessment_id=measure.assessment_id)
    return question(
        request,
        office,
        _("Maßnahme entfernen?"),
        _("Das ist für Irrtümer gedacht. Was umgesetzt ist, bleibt besser mit seinem Tag stehen."),
        _("Maßnahme entfernen"),
        reverse("prevention:measure", args=[measure.pk]),
    )


def _own(measure_id: UUID, office: Office) -> Measure:
    found = measure_by_id(measure_id, office.organisation.pk)
    if found is None:
        raise Http404
    return found
