"""What is due when, from the days that stand in the clear."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from komma.municipalities.queries import units_of
from komma.prevention.codes import RecordKind
from komma.prevention.models import Assessment, Measure, Record
from komma.prevention.queries.assessments import review_request
from komma.prevention.queries.buildings import buildings_of
from komma.prevention.rules import REVIEWED_WITHIN, SOON, next_due

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from komma.prevention.models import Building

ASSESSMENTS = "prevention:assessments"


class DueLine(NamedTuple):
    """Something to do until a day; ``url_name`` and ``url_args`` lead there."""

    title: str
    day: dt.date
    url_name: str
    url_args: tuple[object, ...] = ()


def due(organisation_id: UUID, today: dt.date) -> list[DueLine]:
    """Return what is due within 30 days or overdue, earliest first. At most six queries."""
    return [line for line in upcoming(organisation_id) if line.day <= today + SOON]


def upcoming(organisation_id: UUID) -> list[DueLine]:
    """Return all that comes, earliest first; nothing for what was never begun."""
    buildings = buildings_of(organisation_id)
    found = [
        *_reviews(organisation_id),
        *_checks(buildings),
        *_records(organisation_id, buildings),
    ]
    return sorted(found, key=lambda line: (line.day, line.title))


def _reviews(organisation_id: UUID) -> Iterator[DueLine]:
    request = review_request(organisation_id)
    if request is not None:
        title = _("Gefährdungen aus besonderem Anlass prüfen")
        yield DueLine(title, request.week + REVIEWED_WITHIN, ASSESSMENTS)
    mine = Assessment.objects.filter(organisation_id=organisation_id)
    if review := mine.aggregate(day=Min("next_review_on"))["day"]:
        yield DueLine(_("Gefährdungen prüfen"), review, ASSESSMENTS)
    waiting = Measure.objects.filter(organisation_id=organisation_id, done_on=None)
    if measure := waiting.aggregate(day=Min("due_on"))["day"]:
        yield DueLine(_("Maßnahme gegen eine Gefährdung umsetzen"), measure, ASSESSMENTS)


def _checks(buildings: list[Building]) -> Iterator[DueLine]:
    for each in buildings:
        title = _("Notfallordner prüfen: %s") % each.content["name"]
        yield DueLine(title, each.check_by, "prevention:folder", (each.pk,))


def _records(organisation_id: UUID, buildings: list[Building]) -> Iterator[DueLine]:
    """Yield by when each place needs the next instruction and exercise.

    What was once recorded for a building or unit alone is due for it alone; what was held for the
    whole organisation counts for all of them. Places that are gone are due no more.
    """
    last = _last_days(organisation_id)
    if not last:
        return
    names = place_names(organisation_id, buildings)
    for kind in RecordKind:
        whole = last.get((kind.value, None))
        alone = {
            place: max(day, whole or day)
            for (of_kind, place), day in last.items()
            if of_kind == kind and place in names
        }
        if whole and not alone:
            yield _again(kind, whole, "")
        for place, day in alone.items():
            yield _again(kind, day, names[place])


def place_names(organisation_id: UUID, buildings: list[Building]) -> dict[UUID | None, str]:
    """Return the names of buildings and units by their ids."""
    names: dict[UUID | None, str] = {each.pk: each.content["name"] for each in buildings}
    return names | {unit.pk: unit.name for unit in units_of(organisation_id)}


def _last_days(organisation_id: UUID) -> dict[tuple[str, UUID | None], dt.date]:
    found = (
        Record.objects.filter(organisation_id=organisation_id)
        .order_by("kind")
        .values_list("kind", "place")
        .annotate(day=Max("held_on"))
    )
    return {(kind, place): day for kind, place, day in found}


def _again(kind: RecordKind, day: dt.date, place: str) -> DueLine:
    title = f"{kind.label}: {place}" if place else str(kind.label)
    return DueLine(title, next_due(kind, day), "prevention:records")
