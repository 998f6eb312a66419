"""The list of one's own tasks: what is mine, what I stand in for, what is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from komma.cases.models import Task
from komma.cases.tasks import open_tasks
from komma.core.dates import today
from komma.municipalities.queries import away_until

MINE, LATE, TEAM, DONE = "meine", "ueberfaellig", "team", "erledigt"
LAW = "fristen"  # not tasks, but the deadlines of law in one's cases
REMEMBERED = dt.timedelta(days=30)  # how long finished tasks are listed


@dataclass(frozen=True)
class TaskCounts:
    """Numbers of open tasks: one's own and those one stands in for; of the whole team."""

    mine: int = 0
    late: int = 0
    today: int = 0
    team: int = 0


def listed(person: UUID, organisation_id: UUID, which: str) -> QuerySet[Task]:
    """Return the tasks of a list, the most urgent first; of finished ones the newest first."""
    if which == DONE:
        since = today() - REMEMBERED
        finished = Task.objects.filter(
            case__organisation_id=organisation_id, owner_id=person, finished_on__gte=since
        )
        return finished.select_related("case", "owner").order_by("-finished_on", "-due_at", "id")
    found = open_tasks(organisation_id).select_related("owner").order_by("due_at", "id")
    if which == TEAM:
        return found
    found = found.filter(_mine(person, away_until(organisation_id).keys()))
    return found.filter(due_at__lt=timezone.now()) if which == LATE else found


def counts(person: UUID, organisation_id: UUID) -> TaskCounts:
    """Return the numbers of open tasks, in two queries."""
    mine = _mine(person, away_until(organisation_id).keys())
    now = timezone.localtime()
    tonight = now.replace(hour=23, minute=59, second=59)
    return TaskCounts(
        **open_tasks(organisation_id).aggregate(
            mine=Count("pk", filter=mine),
            late=Count("pk", filter=mine & Q(due_at__lt=now)),
            today=Count("pk", filter=mine & Q(due_at__range=(now, tonight))),
            team=Count("pk"),
        )
    )


def number_owned(person: UUID, organisation_id: UUID) -> int:
    """Return how many open tasks are one's own, without those one stands in for."""
    return open_tasks(organisation_id).filter(owner_id=person).count()


def _mine(person: UUID, away: Collection[UUID]) -> Q:
    """Own tasks, and those of somebody who is late or away and whom one represents."""
    steps_in = Q(deputy_id=person) & (Q(is_escalated=True) | Q(owner_id__in=list(away)))
    return Q(owner_id=person) | steps_in
