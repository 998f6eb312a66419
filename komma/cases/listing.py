"""The list of one's cases: filters, order, counts. All of it on columns that stand in the clear."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from komma.cases.codes import OPEN_STATUSES, Status
from komma.cases.models import Case, ReadMark
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
    """What the list is narrowed to; empty values narrow nothing.

    ``fold``: of the cases of a group only the newest, so that the group counts once.
    """

    status: str = OPEN
    unit: str = ""
    side: str = ""
    level: str = ""
    overdue: bool = False
    news: bool = False
    fold: bool = False
    order: str = NEWEST


@dataclass(frozen=True)
class Counts:
    """How many cases there are to see whatever the filters, and with them (``shown``).

    ``held``: how many reports wait in quarantine; none of them counts elsewhere.
    """

    open: int
    all: int
    received: int
    overdue: int
    news: int
    shown: int
    held: int


def overdue() -> Q:
    """Return the condition that the reporter has heard nothing by the answer day."""
    return Q(status__in=OPEN_STATUSES, awaits_answer=True, answer_due_on__lt=today())


def unread(person: UUID) -> Q:
    """Return the condition that there is an entry that the person has not read."""
    read = ReadMark.objects.filter(
        case=OuterRef("pk"), person_id=person, sequence__gte=OuterRef("last_sequence")
    )
    return ~Q(Exists(read))


def listed(organisation_id: UUID) -> QuerySet[Case]:
    """Return the visible cases of an organisation that are not in quarantine."""
    return visible_cases(organisation_id).filter(held="")


def condition(person: UUID, filters: Filters) -> Q:
    """Return the filters as one condition on cases."""
    found = Q(status__in=OPEN_STATUSES) if filters.status == OPEN else Q()
    if filters.status not in (OPEN, ALL):
        found &= Q(status=filters.status)
    if filters.unit:
        found &= Q(unit_id=filters.unit)
    if filters.side:
        found &= Q(side=filters.side)
    if filters.level:
        found &= Q(level__isnull=True) if filters.level == "none" else Q(level=filters.level)
    if filters.overdue:
        found &= overdue()
    if filters.news:
        found &= unread(person)
    if filters.fold:
        found &= ~Q(Exists(_newer_of_group(person, filters)))
    return found


def _newer_of_group(person: UUID, filters: Filters) -> QuerySet[Case]:
    """Return the cases that stand for their group before the one outside, filtered alike."""
    newer = Q(received_on__gt=OuterRef("received_on")) | Q(
        received_on=OuterRef("received_on"), number__lt=OuterRef("number")
    )
    return Case.objects.filter(
        condition(person, replace(filters, fold=False)),
        newer,
        organisation=OuterRef("organisation"),
        group=OuterRef("group"),
    )


def filtered(person: UUID, organisation_id: UUID, filters: Filters) -> QuerySet[Case]:
    """Return the cases of a list page, in order."""
    cases = listed(organisation_id).filter(condition(person, filters))
    return cases.select_related("unit", "concerns").order_by(*ORDERS[filters.order])


def read_in(person: UUID, cases: Collection[Case]) -> set[UUID]:
    """Return the ids of those cases in which the person has read everything."""
    marks = ReadMark.objects.filter(case__in=cases, person_id=person)
    # Compared here: a join would ask the policy of all cases once more.
    read_to = dict(marks.values_list("case_id", "sequence"))
    return {case.pk for case in cases if read_to.get(case.pk, -1) >= case.last_sequence}


def counts(person: UUID, organisation_id: UUID, filters: Filters = Filters()) -> Counts:
    """Count with one query."""
    found = visible_cases(organisation_id).aggregate(
        open=Count("pk", filter=Q(held="", status__in=OPEN_STATUSES)),
        all=Count("pk", filter=Q(held="")),
        received=Count("pk", filter=Q(held="", status=Status.RECEIVED)),
        overdue=Count("pk", filter=Q(held="") & overdue()),
        news=Count("pk", filter=Q(held="") & unread(person)),
        shown=Count("pk", filter=Q(held="") & condition(person, filters)),
        held=Count("pk", filter=~Q(held="") & Q(status=Status.RECEIVED)),
    )
    return Counts(**found)
