"""Buildings and the yearly look into their folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from komma.core.dates import today
from komma.prevention.actions.authority import demand_editing, note
from komma.prevention.models import Building
from komma.prevention.rules import FIRST_CHECK, a_year_after

if TYPE_CHECKING:
    from uuid import UUID


@transaction.atomic
def create_building(*, organisation_id: UUID, name: str, address: str, by: UUID) -> Building:
    """Add a building; its folder is to be filled and checked within four weeks."""
    demand_editing(organisation_id, by)
    building = Building(organisation_id=organisation_id, check_by=today() + FIRST_CHECK)
    building.write(name=name, address=address)
    building.save(force_insert=True)
    note("building_created", organisation_id=organisation_id, by=by)
    return building


@transaction.atomic
def change_building(*, building: Building, name: str, address: str, by: UUID) -> None:
    """Change name and address."""
    demand_editing(building.organisation_id, by)
    building.write(name=name, address=address)
    building.save(update_fields=["sealed"])
    note("building_changed", organisation_id=building.organisation_id, by=by)


@transaction.atomic
def check_folder(*, building: Building, by: UUID) -> None:
    """Note that the folder was looked through today; the next time is due in a year."""
    demand_editing(building.organisation_id, by)
    building.checked_on, building.check_by = today(), a_year_after(today())
    building.save(update_fields=["checked_on", "check_by"])
    note("folder_checked", organisation_id=building.organisation_id, by=by)


@transaction.atomic
def remove_building(*, building: Building, by: UUID) -> None:
    """Remove a building with the texts of its own; records of what was held there stay."""
    demand_editing(building.organisation_id, by)
    building.delete()
    note("building_removed", organisation_id=building.organisation_id, by=by)
