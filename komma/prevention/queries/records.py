"""Instructions and exercises that were held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from komma.prevention.models import Record

if TYPE_CHECKING:
    from uuid import UUID


def records_of(organisation_id: UUID) -> list[Record]:
    """Return the records, newest first."""
    return list(Record.objects.filter(organisation_id=organisation_id).order_by("-held_on", "-pk"))


def record_by_id(record_id: UUID, organisation_id: UUID) -> Record | None:
    """Return a record of the organisation, or None."""
    return Record.objects.filter(pk=record_id, organisation_id=organisation_id).first()


def records_in(organisation_id: UUID, building_id: UUID, limit: int) -> list[Record]:
    """Return the newest records of a building and of the whole organisation."""
    here = Q(place=None) | Q(place=building_id)
    found = Record.objects.filter(here, organisation_id=organisation_id)
    return list(found.order_by("-held_on", "-pk")[:limit])
