"""The list of one's cases: filters, order, counts. All of it on columns that stand in the clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, F, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from komma.cases.codes import OPEN_STATUSES, Status
from komma.cases.queries import visible_cases
from komma.core.dates import today

OPEN, ALL = "open", "all"
NEWEST, DUE, LEVEL = "newest", "due", "level"
ORDERS = {
    NEWEST: (F("received_on").desc(), F("number").asc()),
    DUE: (F("answer_due_on").asc(), F("number").asc()),
    LEVEL: (F("level").desc(nulls_last=True), F("received_on").desc(), F("number").asc()),
}


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty values narrow nothing."""

    status: str = OPEN
    unit: str = ""
    side: str = ""
    level: str = ""
    overdue: bool = False
    news: bool = False
    order: str = NEWEST


@dataclass(frozen=True)
class Counts:
    """How many cases there are to see, whatever the filters."""

    open: int
    all: int
    received: int
    overdue: int
    news: int


def overdue() -> Q:
    """Return the condition that nobody took a case up by its answer day."""
    return Q(status=Status.RECEIVED, answer_due_on__lt=today())


def with_marks(person: UUID, organisation_id: UUID) -> QuerySet[Any]:
    """Return the visible cases with ``read``: the sequence up to which the person has read."""
    return visible_cases(person, organisation_id).annotate(
        mark=FilteredRelation("read_marks", condition=Q(read_marks__person_id=person)),
        read=Coalesce(F("mark__sequence"), 0),
    )


def filtered(person: UUID, organisation_id: UUID, filters: Filters) -> QuerySet[Any]:
    """Return the cases of a list page, in order."""
    cases = with_marks(person, organisation_id)
    if filters.status == OPEN:
        cases = cases.filter(status__in=OPEN_STATUSES)
    elif filters.status != ALL:
        cases = cases.filter(status=filters.status)
    if filters.unit:
        cases = cases.filter(unit_id=filters.unit)
    if filters.side:
        cases = cases.filter(side=filters.side)
    if filters.level:
        cases = cases.filter(level=None if filters.level == "none" else filters.level)
    if filters.overdue:
        cases = cases.filter(overdue())
    if filters.news:
        cases = cases.filter(read__lt=F("last_sequence"))
    return cases.select_related("unit").order_by(*ORDERS[filters.order])


def counts(person: UUID, organisation_id: UUID) -> Counts:
    """Count with one query."""
    found = with_marks(person, organisation_id).aggregate(
        open=Count("pk", filter=Q(status__in=OPEN_STATUSES)),
        all=Count("pk"),
        received=Count("pk", filter=Q(status=Status.RECEIVED)),
        overdue=Count("pk", filter=overdue()),
        news=Count("pk", filter=Q(read__lt=F("last_sequence"))),
    )
    return Counts(**found)


def unit_choices(person: UUID, organisation_id: UUID) -> list[tuple[str, str]]:
    """Return the units that the person has cases of."""
    units = visible_cases(person, organisation_id).order_by("unit__name")
    return [(str(pk), name) for pk, name in units.values_list("unit_id", "unit__name").distinct()]
