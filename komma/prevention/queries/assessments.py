"""Assessments, their measures, and whether a review was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Prefetch

from komma.prevention.codes import MEASURE_ORDER
from komma.prevention.models import Assessment, Measure, ReviewRequest

if TYPE_CHECKING:
    from uuid import UUID


def assessments_of(organisation_id: UUID) -> list[Assessment]:
    """Return the assessments with their measures, those to be reviewed first leading."""
    return list(
        Assessment.objects.filter(organisation_id=organisation_id)
        .prefetch_related(Prefetch("measures", Measure.objects.order_by("due_on", "pk")))
        .order_by("next_review_on", "pk")
    )


def assessment_by_id(assessment_id: UUID, organisation_id: UUID) -> Assessment | None:
    """Return an assessment of the organisation, or None."""
    return Assessment.objects.filter(pk=assessment_id, organisation_id=organisation_id).first()


def measures_in_order(assessment: Assessment) -> list[Measure]:
    """Return the measures in the order S, T, O, P, then by their days."""
    return sorted(
        assessment.measures.all(), key=lambda each: (MEASURE_ORDER[each.kind], each.due_on)
    )


def measure_by_id(measure_id: UUID, organisation_id: UUID) -> Measure | None:
    """Return a measure of the organisation with its assessment, or None."""
    found = Measure.objects.filter(pk=measure_id, organisation_id=organisation_id)
    return found.select_related("assessment").first()


def review_request(organisation_id: UUID) -> ReviewRequest | None:
    """Return what asks for a review, or None."""
    return ReviewRequest.objects.filter(organisation_id=organisation_id).first()
