"""Assessments, their measures and reviews; and what asks for a review."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from komma.prevention.actions.authority import demand_editing, note
from komma.prevention.models import Assessment, Measure, ReviewRequest
from komma.prevention.rules import week_of

if TYPE_CHECKING:
    from uuid import UUID

MOST_REVIEWS = 10


def require_review(organisation_id: UUID, on: dt.date) -> None:
    """Ask for a review of the assessments of an organisation within six weeks.

    For the worker at night, and by hand for whoever edits prevention. Kept is the week of ``on``
    and nothing else, and while a review is waiting nothing at all, so that neither row nor day
    leads to a case. For the same reason there is no audit entry: the account administration would
    read it.
    """
    ReviewRequest.objects.bulk_create(
        [ReviewRequest(organisation_id=organisation_id, week=week_of(on))], ignore_conflicts=True
    )


@transaction.atomic
def create_assessment(
    *,
    organisation_id: UUID,
    area: str,
    hazard: str,
    level: int,
    frequency: str,
    assessed_on: dt.date,
    next_review_on: dt.date,
    by: UUID,
) -> Assessment:
    """Add the assessment of an area or activity; counts as a review."""
    demand_editing(organisation_id, by)
    assessment = Assessment(
        organisation_id=organisation_id,
        level=level,
        frequency=frequency,
        assessed_on=assessed_on,
        next_review_on=next_review_on,
    )
    assessment.write(area=area, hazard=hazard, reviews=[])
    assessment.save(force_insert=True)
    note("assessment_created", organisation_id=organisation_id, by=by)
    _end_request(organisation_id, assessed_on)
    return assessment


@transaction.atomic
def change_assessment(*, assessment: Assessment, area: str, hazard: str, by: UUID) -> None:
    """Describe area and danger anew; days and level change by a review only."""
    demand_editing(assessment.organisation_id, by)
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    locked.write(area=area, hazard=hazard)
    locked.save(update_fields=["sealed"])
    note("assessment_changed", organisation_id=assessment.organisation_id, by=by)


@transaction.atomic
def review_assessment(
    *,
    assessment: Assessment,
    reviewed_on: dt.date,
    level: int,
    frequency: str,
    effect: str,
    next_review_on: dt.date,
    by: UUID,
) -> None:
    """Record a review and how well the measures work; ends what asked for one before."""
    demand_editing(assessment.organisation_id, by)
    locked = Assessment.objects.select_for_update().get(pk=assessment.pk)
    function = note("assessment_reviewed", organisation_id=locked.organisation_id, by=by)
    review = {
        "day": f"{reviewed_on:%d.%m.%Y}",
        "level": level,
        "effect": effect,
        "function": function,
    }
    locked.write(reviews=[review, *locked.content["reviews"]][:MOST_REVIEWS])
    locked.level, locked.frequency = level, frequency
    locked.assessed_on, locked.next_review_on = reviewed_on, next_review_on
    locked.save()
    _end_request(locked.organisation_id, reviewed_on)


@transaction.atomic
def remove_assessment(*, assessment: Assessment, by: UUID) -> None:
    """Remove an assessment with its measures."""
    demand_editing(assessment.organisation_id, by)
    assessment.delete()
    note("assessment_removed", organisation_id=assessment.organisation_id, by=by)


@transaction.atomic
def add_measure(
    *,
    assessment: Assessment,
    kind: str,
    text: str,
    responsible: str,
    due_on: dt.date,
    done_on: dt.date | None,
    by: UUID,
) -> Measure:
    """Add a measure; ``responsible``: a function."""
    demand_editing(assessment.organisation_id, by)
    measure = Measure(
        organisation_id=assessment.organisation_id,
        assessment=assessment,
        kind=kind,
        due_on=due_on,
        done_on=done_on,
    )
    measure.write(text=text, responsible=responsible)
    measure.save(force_insert=True)
    note("measure_added", organisation_id=assessment.organisation_id, by=by)
    return measure


@transaction.atomic
def change_measure(
    *,
    measure: Measure,
    kind: str,
    text: str,
    responsible: str,
    due_on: dt.date,
    done_on: dt.date | None,
    by: UUID,
) -> None:
    """Change a measure, or note that it is done."""
    demand_editing(measure.organisation_id, by)
    measure.kind, measure.due_on, measure.done_on = kind, due_on, done_on
    measure.write(text=text, responsible=responsible)
    measure.save(update_fields=["kind", "due_on", "done_on", "sealed"])
    note("measure_changed", organisation_id=measure.organisation_id, by=by)


@transaction.atomic
def remove_measure(*, measure: Measure, by: UUID) -> None:
    """Remove a measure that was entered by mistake."""
    demand_editing(measure.organisation_id, by)
    measure.delete()
    note("measure_removed", organisation_id=measure.organisation_id, by=by)


def _end_request(organisation_id: UUID, reviewed_on: dt.date) -> None:
    """End what asked for a review in or before the week of a review."""
    waiting = ReviewRequest.objects.filter(organisation_id=organisation_id)
    waiting.filter(week__lte=reviewed_on).delete()
