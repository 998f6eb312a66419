"""What awaits somebody today in one organisation: counts, never contents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from komma.cases.codes import Status
from komma.cases.queries import visible_cases
from komma.core.dates import today
from komma.municipalities.codes import Role
from komma.municipalities.current import my_roles, signed_in
from komma.municipalities.queries import municipality_by_id
from komma.municipalities.readiness import readiness_of
from komma.municipalities.rules import may_be_granted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from komma.municipalities.models import Organisation

SOON = dt.timedelta(days=3)


@dataclass(frozen=True)
class Task:
    """A line of the list "Was ansteht"."""

    title: str
    status: str
    kind: str
    url: str = ""


@dataclass(frozen=True)
class Day:
    """``open_cases``: None for roles that open no cases."""

    open_cases: int | None = None
    tasks: list[Task] = field(default_factory=list)


def day_of(request: HttpRequest, organisation: Organisation | None) -> Day:
    """Return the day of whoever is signed in; two queries for cases and administration each."""
    if organisation is None:
        return Day()
    roles = my_roles(request, organisation.pk)
    tasks: list[Task] = []
    open_cases = None
    if any(map(may_be_granted, roles)):
        open_cases, tasks = _cases(signed_in(request), organisation.pk)
    if Role.ADMINISTRATION in roles:
        tasks += _administration(organisation)
    return Day(open_cases, tasks)


def _cases(person_id: UUID, organisation_id: UUID) -> tuple[int, list[Task]]:
    now = today()
    running = Q(closed_on=None)
    unanswered = Q(status=Status.RECEIVED)
    found = visible_cases(person_id, organisation_id).aggregate(
        running=Count("pk", filter=running),
        fresh=Count("pk", filter=running & unanswered),
        overdue=Count("pk", filter=running & unanswered & Q(answer_due_on__lt=now)),
        soon=Count(
            "pk",
            filter=running & unanswered & Q(answer_due_on__range=(now, now + SOON)),
        ),
    )
    url = reverse("cases:list")
    lines = (
        (
            found["overdue"],
            ngettext("%d Antwort ist überfällig", "%d Antworten sind überfällig", found["overdue"]),
            _("überfällig"),
            "danger",
        ),
        (
            found["soon"],
            ngettext(
                "%d Antwort ist in den nächsten Tagen fällig",
                "%d Antworten sind in den nächsten Tagen fällig",
                found["soon"],
            ),
            _("bald fällig"),
            "warning",
        ),
        (
            found["fresh"],
            ngettext(
                "%d Meldung hat noch niemand übernommen",
                "%d Meldungen hat noch niemand übernommen",
                found["fresh"],
            ),
            _("neu"),
            "info",
        ),
    )
    tasks = [Task(text % count, status, kind, url) for count, text, status, kind in lines if count]
    return found["running"], tasks


def _administration(organisation: Organisation) -> list[Task]:
    municipality = municipality_by_id(organisation.pk)
    url = reverse("municipalities:overview")
    return [
        Task(gap.text, _("nötig") if gap.blocks else _("empfohlen"), _kind(gap.blocks), url)
        for gap in readiness_of(organisation.pk, municipality).gaps
    ]


def _kind(blocks: bool) -> str:
    return "danger" if blocks else "neutral"
