"""What "Mein Tag" says about the intake: a box when it has closed, and what is still missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.urls import reverse

from komma.municipalities.codes import CASE_ROLES, READINESS_ROLES, IntakeChange, Role
from komma.municipalities.queries import last_intake_event, readiness_of, takes_reports

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from komma.municipalities.models import Organisation

_ALARMED = {Role.ADMINISTRATION, Role.COORDINATION, *CASE_ROLES}


@dataclass(frozen=True)
class Intake:
    """``closed``: it was opened and has closed, ``since`` the day the worker noticed.

    ``gaps``: what is missing; ``url``: the page that tells more, for those who may read it. Both
    are empty for people who only receive, since a late report must not show to those who are
    excluded from it.
    """

    closed: bool = False
    since: dt.date | None = None
    gaps: list[str] = field(default_factory=list)
    url: str = ""
    may_open: bool = False


def intake_of(organisation: Organisation, roles: AbstractSet[str]) -> Intake:
    """Return the state of the intake for somebody with these roles; eight queries at most."""
    url = _page(organisation) if roles & READINESS_ROLES else ""
    if organisation.opened_on is None:
        return _before(organisation, roles, url)
    if not roles & _ALARMED:
        return Intake(url=url)
    readiness = readiness_of(organisation.pk)
    if readiness.is_open:
        return Intake(url=url)
    event = last_intake_event(organisation.pk)
    since = event.on if event is not None and event.kind == IntakeChange.CLOSED else None
    gaps = [gap.text for gap in readiness.gaps] if url else []
    return Intake(closed=True, since=since, gaps=gaps, url=url)


def _before(organisation: Organisation, roles: AbstractSet[str], url: str) -> Intake:
    """Return, for the administration, what it still has to do before it can open the intake."""
    if not url or not takes_reports(organisation):
        return Intake()
    if Role.ADMINISTRATION not in roles:
        return Intake(url=url)
    readiness = readiness_of(organisation.pk)
    gaps = [gap.text for gap in readiness.gaps]
    return Intake(gaps=gaps, url=url, may_open=readiness.is_complete)


def _page(organisation: Organisation) -> str:
    return reverse("municipalities:readiness", args=[organisation.slug])
