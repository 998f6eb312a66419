"""What awaits somebody today in one organisation: counts, never contents."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from komma.cases.codes import Status
from komma.cases.listing import counts
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
    """Return the day of whoever is signed in; three queries for cases, five for administration."""
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
    found = counts(person_id, organisation_id)
    now = today()
    soon = (
        visible_cases(organisation_id)
        .filter(status=Status.RECEIVED, answer_due_on__range=(now, now + SOON))
        .count()
    )
    text_overdue = ngettext(
        "%d Antwort ist überfällig", "%d Antworten sind überfällig", found.overdue
    )
    text_soon = ngettext(
        "%d Antwort ist in den nächsten Tagen fällig",
        "%d Antworten sind in den nächsten Tagen fällig",
        soon,
    )
    text_fresh = ngettext(
        "%d Meldung hat noch niemand übernommen",
        "%d Meldungen hat noch niemand übernommen",
        found.received,
    )
    text_news = ngettext(
        "In %d Fall steht etwas, das Sie noch nicht gelesen haben",
        "In %d Fällen steht etwas, das Sie noch nicht gelesen haben",
        found.news,
    )
    lines = (
        (found.overdue, text_overdue, _("überfällig"), "danger", "overdue=on"),
        (soon, text_soon, _("bald fällig"), "warning", "order=due"),
        (found.received, text_fresh, _("neu"), "info", "status=received"),
        (found.news, text_news, _("ungelesen"), "info", "status=all&news=on"),
    )
    url = reverse("cases:list")
    tasks = [
        Task(text % count, status, kind, f"{url}?{query}")
        for count, text, status, kind, query in lines
        if count
    ]
    return found.open, tasks


def _administration(organisation: Organisation) -> list[Task]:
    municipality = municipality_by_id(organisation.pk)
    url = reverse("municipalities:overview")
    return [
        Task(gap.text, _("nötig") if gap.blocks else _("empfohlen"), _kind(gap.blocks), url)
        for gap in readiness_of(organisation.pk, municipality).gaps
    ]


def _kind(blocks: bool) -> str:
    return "danger" if blocks else "neutral"
