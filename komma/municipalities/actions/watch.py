"""What the worker does about intakes: notes when one closes or opens again, and alarms."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from komma.core import audit
from komma.core.dates import today
from komma.municipalities.codes import IntakeChange, Role
from komma.municipalities.models import IntakeEvent
from komma.municipalities.queries import (
    Receiver,
    last_intake_event,
    members_with_role,
    opened_organisations,
    readiness_of,
    receivers_of_units,
    receiving_units,
)
from komma.people.actions import hint
from komma.people.hints import Hint

if TYPE_CHECKING:
    from uuid import UUID

KEPT = dt.timedelta(days=3 * 365)


def watch_intakes() -> int:
    """Note every intake that closed or opened again since the last time; return how many.

    For the worker, one run at a time. Whether an intake is open is decided live and never read
    from here: these rows are the protocol, and the occasion to alarm once.
    """
    return sum(_watch(organisation_id) for organisation_id in opened_organisations())


def expire_events() -> int:
    """Delete what happened three years ago; the newest row of each intake stays, as its state."""
    newest = IntakeEvent.objects.order_by("organisation_id", "-id").distinct("organisation_id")
    old = IntakeEvent.objects.filter(on__lt=today() - KEPT)
    return int(old.exclude(pk__in=newest.values("pk")).delete()[0])


@transaction.atomic
def _watch(organisation_id: UUID) -> bool:
    last = last_intake_event(organisation_id)
    was_open = last is None or last.kind != IntakeChange.CLOSED
    readiness = readiness_of(organisation_id)
    if readiness.is_open == was_open:
        return False
    kind = IntakeChange.REOPENED if readiness.is_open else IntakeChange.CLOSED
    IntakeEvent(
        organisation_id=organisation_id, kind=kind, on=today(), missing=readiness.missing
    ).save(force_insert=True)
    audit.record(f"intake.{kind}", organisation=organisation_id)
    if kind == IntakeChange.CLOSED:
        _alarm(organisation_id)
    return True


def _alarm(organisation_id: UUID) -> None:
    """Mail those who can do something about it, once for each closing."""
    concerned = members_with_role(organisation_id, {Role.ADMINISTRATION, Role.COORDINATION})
    found = receivers_of_units(unit.pk for unit in receiving_units(organisation_id))
    concerned |= {each.person for each in _all(found)}
    for person in sorted(concerned):
        hint(person, Hint.READINESS, at_once=True)


def _all(found: dict[UUID, list[Receiver]]) -> list[Receiver]:
    return [receiver for receivers in found.values() for receiver in receivers]
