"""Whom a step can choose, with what to know of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from komma.cases.exclusions import not_excluded
from komma.cases.queries import CaseFile, Holder, colleagues
from komma.cases.steps.step import Data
from komma.municipalities.queries import away_until


def for_grant(file: CaseFile) -> Data:
    """Return who may be given access; whoever is excluded is not offered."""
    active = {holder.person for holder in file.active}
    away = away_until(file.case.organisation_id)
    return {
        "people": [
            (
                str(found.person),
                f"{found.name}, {found.title}"
                + (_(" – hat Zugang, bekommt ihn neu") if found.person in active else "")
                + _away(away, found.person),
            )
            for found in not_excluded(file.case_id, colleagues(file))
            if found.person != file.person
        ]
    }


def for_exclusion(file: CaseFile) -> Data:
    """Return who can be excluded: everybody who has access or could get it."""
    people = {found.person: f"{found.name}, {found.title}" for found in colleagues(file)}
    people |= {holder.person: f"{holder.name}, {holder.function}" for holder in file.holders}
    people.pop(file.person, None)
    return {"people": [(str(person), label) for person, label in people.items()]}


def for_assignment(file: CaseFile) -> Data:
    """Return who could lead the case instead."""
    return _choices(file, [h for h in file.handlers if h.person != file.assignee])


def for_task(file: CaseFile) -> Data:
    """Return who can have a task: whoever can open the case."""
    return _choices(file, file.active)


def _choices(file: CaseFile, holders: Iterable[Holder]) -> Data:
    away = away_until(file.case.organisation_id)
    return {
        "people": [
            (str(h.person), f"{h.name}, {h.function}{_away(away, h.person)}") for h in holders
        ]
    }


def _away(until: dict[UUID, dt.date], person: UUID) -> str:
    """Return what stands behind the name of somebody who is not there today."""
    if person not in until:
        return ""
    return _(" – abwesend bis %s") % f"{until[person]:%d.%m.%Y}"
