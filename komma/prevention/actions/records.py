"""Instructions and exercises that were held."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction

from komma.prevention.actions.authority import demand_editing, note
from komma.prevention.models import Record
from komma.prevention.queries import buildings_of, place_names

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def add_record(
    *,
    organisation_id: UUID,
    kind: str,
    held_on: dt.date,
    place: UUID | None,
    topic: str,
    people: int,
    led_by: str,
    findings: str,
    by: UUID,
) -> Record:
    """Record what was held; ``place``: a building or unit, None for the whole organisation.

    ``people``: how many took part; ``led_by``: a function. No names.
    """
    demand_editing(organisation_id, by)
    record = Record(organisation_id=organisation_id, kind=kind)
    _describe(record, held_on, place, topic, people, led_by, findings)
    record.save(force_insert=True)
    note(f"{kind}_recorded", organisation_id=organisation_id, by=by)
    return record


@transaction.atomic
def change_record(
    *,
    record: Record,
    held_on: dt.date,
    place: UUID | None,
    topic: str,
    people: int,
    led_by: str,
    findings: str,
    by: UUID,
) -> None:
    """Correct what was recorded."""
    demand_editing(record.organisation_id, by)
    _describe(record, held_on, place, topic, people, led_by, findings)
    record.save()
    note(f"{record.kind}_changed", organisation_id=record.organisation_id, by=by)


@transaction.atomic
def remove_record(*, record: Record, by: UUID) -> None:
    """Remove a record that was entered by mistake."""
    demand_editing(record.organisation_id, by)
    record.delete()
    note(f"{record.kind}_removed", organisation_id=record.organisation_id, by=by)


def _describe(
    record: Record,
    held_on: dt.date,
    place: UUID | None,
    topic: str,
    people: int,
    led_by: str,
    findings: str,
) -> None:
    names = place_names(record.organisation_id, buildings_of(record.organisation_id))
    # A place that is gone keeps the name under which it was recorded.
    former = record.content["where"] if record.sealed and record.place == place else ""
    where = names.get(place, former)
    record.held_on, record.place = held_on, place
    record.write(where=where, topic=topic, people=people, led_by=led_by, findings=findings)
