"""Who gets a report: one function, from pillar and exclusions to the people who hold the keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from komma.municipalities.codes import Pillar
from komma.municipalities.queries import Receiver, receivers, receiving_units, unit_by_id

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from komma.municipalities.models import Municipality, Unit

# Where a pillar is missing, who is asked next. The confidential support comes before the
# complaint body: nobody shall start a formal procedure by not knowing of the other way.
_NEXT_PILLARS: dict[str, tuple[Pillar, ...]] = {
    Pillar.ASSAULT: (Pillar.ASSAULT, Pillar.SUPPORT, Pillar.COMPLAINT),
    Pillar.SUPPORT: (Pillar.SUPPORT, Pillar.ASSAULT, Pillar.COMPLAINT),
    Pillar.COMPLAINT: (Pillar.COMPLAINT, Pillar.SUPPORT, Pillar.ASSAULT),
}


@dataclass(frozen=True)
class Route:
    """The unit that gets a report; ``holders`` open it at once, ``reserve`` when activated."""

    unit: Unit
    holders: list[Receiver]
    reserve: list[Receiver]
    is_fallback: bool


def route(
    municipality: Municipality,
    *,
    pillar: str,
    excluded: AbstractSet[UUID] = frozenset(),
    excluded_roles: AbstractSet[str] = frozenset(),
) -> Route | None:
    """Return where a report goes, or None where nobody at all is left to receive it.

    ``excluded`` holds ids of people, ``excluded_roles`` role codes of this municipality; neither
    is ever among the holders or the reserve, not even in another role than the excluded one, nor
    are people whose membership or key cannot be proven. If nobody of the unit is left, the report
    leaves the municipality for its fallback body: another unit of the same house would still
    stand under the same roof as the excluded. There the roles no longer count, since those of
    another house were not meant; people do.
    """
    unit = _unit_for(municipality, pillar)
    if unit is not None:
        found = _shared_out(unit, excluded, excluded_roles, is_fallback=False)
        if found is not None:
            return found
    if municipality.fallback_unit_id is None:
        return None
    fallback = unit_by_id(municipality.fallback_unit_id)
    if fallback is None:
        return None
    return _shared_out(fallback, excluded, frozenset(), is_fallback=True)


def route_within(
    unit: Unit,
    *,
    excluded: AbstractSet[UUID] = frozenset(),
    excluded_roles: AbstractSet[str] = frozenset(),
) -> Route | None:
    """Return how a report stays in one unit, or None where nobody of it is left to receive it."""
    return _shared_out(unit, excluded, excluded_roles, is_fallback=False)


def _unit_for(municipality: Municipality, pillar: str) -> Unit | None:
    units = {unit.pillar: unit for unit in receiving_units(municipality.pk)}
    order = _NEXT_PILLARS.get(pillar, _NEXT_PILLARS[Pillar.SUPPORT])
    return next((units[each] for each in order if each in units), None)


def _shared_out(
    unit: Unit,
    excluded: AbstractSet[UUID],
    excluded_roles: AbstractSet[str],
    *,
    is_fallback: bool,
) -> Route | None:
    left = [
        receiver
        for receiver in receivers(unit.pk)
        if receiver.person not in excluded and not receiver.roles & excluded_roles
    ]
    holders = [receiver for receiver in left if not receiver.is_deputy]
    reserve = [receiver for receiver in left if receiver.is_deputy]
    if not left:
        return None
    if not holders:
        holders, reserve = reserve, []
    return Route(unit=unit, holders=holders, reserve=reserve, is_fallback=is_fallback)
