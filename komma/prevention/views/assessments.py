"""Risk assessments, their measures and reviews."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.core.dates import today
from komma.prevention.actions import (
    change_assessment,
    create_assessment,
    remove_assessment,
    require_review,
    review_assessment,
)
from komma.prevention.forms import AssessmentForm, DescriptionForm, ReviewForm
from komma.prevention.queries import (
    assessment_by_id,
    assessments_of,
    measures_in_order,
    review_request,
)
from komma.prevention.rules import REVIEWED_WITHIN
from komma.prevention.views.access import Office, editors, members, page, question
from komma.procedures.queries import level_table

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.prevention.models import Assessment, Measure, ReviewRequest


class Row(NamedTuple):
    """An assessment with its measures in the order S, T, O, P."""

    assessment: Assessment
    measures: list[Measure]
    is_overdue: bool
    level: str


@require_GET
@members
def listing(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the assessments, those to be reviewed first leading."""
    return page(
        request,
        "prevention/assessments.html",
        office,
        _("Gefährdungsbeurteilung"),
        **_rows(office),
    )


@require_GET
@members
def printed(request: HttpRequest, office: Office) -> HttpResponse:
    """Show all assessments to print."""
    context = {"organisation": office.organisation, "today": today(), **_rows(office)}
    return render(request, "prevention/assessments_print.html", context)


def _rows(office: Office) -> dict[str, object]:
    labels = {row.level: row.label for row in level_table(office.organisation.pk)}
    return {
        "rows": [
            Row(
                each,
                measures_in_order(each),
                each.next_review_on < today(),
                labels[each.level],
            )
            for each in assessments_of(office.organisation.pk)
        ],
        "asked_until": _asked_until(review_request(office.organisation.pk)),
    }


def _asked_until(request: ReviewRequest | None) -> object:
    return request.week + REVIEWED_WITHIN if request else None


@require_POST
@editors
def ask(request: HttpRequest, office: Office) -> HttpResponse:
    """Ask for a review, for instance because of new tasks or a conversion."""
    require_review(office.organisation.pk, today())
    messages.success(request, _("Die Prüfung ist vorgemerkt."))
    return redirect("prevention:assessments")


@require_http_methods(["GET", "POST"])
@editors
def add(request: HttpRequest, office: Office) -> HttpResponse:
    """Add an assessment."""
    form = AssessmentForm(
        request.POST or None,
        initial={"assessed_on": today()},
        levels=level_table(office.organisation.pk),
    )
    if form.is_valid():
        found = create_assessment(
            organisation_id=office.organisation.pk, by=office.by, **form.cleaned_data
        )
        messages.success(request, _("Gespeichert. Was wird dagegen getan?"))
        return redirect("prevention:measure_new", assessment_id=found.pk)
    title = _("Bereich beurteilen")
    return page(request, "prevention/form.html", office, title, _above(), form=form)


@require_GET
@members
def assessment(request: HttpRequest, office: Office, assessment_id: UUID) -> HttpResponse:
    """Show one assessment with measures and reviews."""
    found = own(assessment_id, office)
    return page(
        request,
        "prevention/assessment.html",
        office,
        found.content["area"],
        _above(),
        assessment=found,
        level=level_table(office.organisation.pk)[found.level].label,
        measures=measures_in_order(found),
        is_overdue=found.next_review_on < today(),
        asked_until=_asked_until(review_request(office.organisation.pk)),
    )


@require_http_methods(["GET", "POST"])
@editors
def change(request: HttpRequest, office: Office, assessment_id: UUID) -> HttpResponse:
    """Describe area and danger anew."""
    found = own(assessment_id, office)
    form = DescriptionForm(request.POST or None, initial=found.content)
    if form.is_valid():
        change_assessment(assessment=found, by=office.by, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("prevention:assessment", assessment_id=found.pk)
    title = _("Beschreibung ändern")
    return page(request, "prevention/form.html", office, title, _above(), above(found), form=form)


@require_http_methods(["GET", "POST"])
@editors
def review(request: HttpRequest, office: Office, assessment_id: UUID) -> HttpResponse:
    """Record a review and whether the measures work."""
    found = own(assessment_id, office)
    initial = {"reviewed_on": today(), "level": found.level, "frequency": found.frequency}
    levels = level_table(office.organisation.pk)
    form = ReviewForm(request.POST or None, initial=initial, levels=levels)
    if form.is_valid():
        review_assessment(assessment=found, by=office.by, **form.cleaned_data)
        messages.success(request, _("Die Prüfung ist eingetragen."))
        return redirect("prevention:assessment", assessment_id=found.pk)
    title = _("Prüfung eintragen")
    return page(request, "prevention/form.html", office, title, _above(), above(found), form=form)


@require_http_methods(["GET", "POST"])
@editors
def remove(request: HttpRequest, office: Office, assessment_id: UUID) -> HttpResponse:
    """Ask, then remove an assessment."""
    found = own(assessment_id, office)
    area = found.content["area"]
    if request.method == "POST":
        remove_assessment(assessment=found, by=office.by)
        messages.success(request, _("„%s“ ist entfernt.") % area)
        return redirect("prevention:assessments")
    return question(
        request,
        office,
        _("„%s“ entfernen?") % area,
        _("Mit der Beurteilung sind auch ihre Maßnahmen und Prüfungen gelöscht."),
        _("Beurteilung entfernen"),
        reverse("prevention:assessment", args=[found.pk]),
    )


def own(assessment_id: UUID, office: Office) -> Assessment:
    """Return an assessment of the organisation; one of another is not found."""
    found = assessment_by_id(assessment_id, office.organisation.pk)
    if found is None:
        raise Http404
    return found


def above(found: Assessment) -> tuple[str, str]:
    """Return label and address of an assessment, for the path to a page below it."""
    return found.content["area"], reverse("prevention:assessment", args=[found.pk])


def _above() -> tuple[str, str]:
    return _("Gefährdungsbeurteilung"), reverse("prevention:assessments")
