"""Buildings of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komma.prevention.models import Building

if TYPE_CHECKING:
    from uuid import UUID


def buildings_of(organisation_id: UUID) -> list[Building]:
    """Return the buildings, sorted by name; names are sealed, so the database cannot sort them."""
    found = Building.objects.filter(organisation_id=organisation_id)
    return sorted(found, key=lambda building: (building.content["name"].casefold(), building.pk))


def building_by_id(building_id: UUID, organisation_id: UUID) -> Building | None:
    """Return a building of the organisation, or None."""
    return Building.objects.filter(pk=building_id, organisation_id=organisation_id).first()
