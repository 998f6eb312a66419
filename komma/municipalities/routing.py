"""Who gets a report: one function, from pillar and exclusions to the people who hold the keys."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain as chained
from typing import TYPE_CHECKING

from django.db import connection

from komma.municipalities.chain import Body, Reason, chain, first_open, houses_of
from komma.municipalities.codes import Pillar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from uuid import UUID

    from komma.municipalities.models import Municipality, Unit
    from komma.municipalities.queries import Receiver

# Where a pillar is missing, who is asked next. The confidential support comes before the
# complaint body: nobody shall start a formal procedure by not knowing of the other way.
_NEXT_PILLARS: dict[str, tuple[Pillar, ...]] = {
    Pillar.ASSAULT: (Pillar.ASSAULT, Pillar.SUPPORT, Pillar.COMPLAINT),
    Pillar.SUPPORT: (Pillar.SUPPORT, Pillar.ASSAULT, Pillar.COMPLAINT),
    Pillar.COMPLAINT: (Pillar.COMPLAINT, Pillar.SUPPORT, Pillar.ASSAULT),
}


@dataclass(frozen=True)
class Route:
    """The unit that gets a report; ``holders`` open it at once, ``reserve`` when activated.

    ``is_meant``: the body is the one that the reporter was shown or chose, so that the roles
    excluded are those of its house; else the report went on, since nobody was left there.
    """

    unit: Unit
    holders: list[Receiver]
    reserve: list[Receiver]
    body: Body
    is_meant: bool

    @property
    def is_fallback(self) -> bool:
        """Whether another house than the own one gets the report."""
        return not self.body.is_own


def meant_body(bodies: list[Body], *, body: UUID | None, leaves_house: bool) -> Body | None:
    """Return the body that a report is meant for: the chosen one, else the first one open.

    A choice that takes no reports (any more) does not count. ``leaves_house``: the report shall
    not be read in the own house, unless that was chosen.
    """
    chosen = next((each for each in bodies if each.organisation.pk == body), None)
    if chosen is not None and chosen.is_open:
        return chosen
    stays_out = leaves_house or _is_elsewhere(bodies, body)
    return first_open(each for each in bodies if not (stays_out and each.is_own))


def _is_elsewhere(bodies: list[Body], body: UUID | None) -> bool:
    """Tell whether a house other than the own one was chosen, in the chain (still) or not."""
    return body is not None and all(each.organisation.pk != body for each in bodies if each.is_own)


def unit_for(pillar: str, units: Iterable[Unit]) -> Unit | None:
    """Return which of a body's units gets reports of a pillar; another one where that is missing.

    None where the body has no receiving unit.
    """
    found = {unit.pillar: unit for unit in units}
    order = _NEXT_PILLARS.get(pillar, _NEXT_PILLARS[Pillar.SUPPORT])
    return next((found[each] for each in order if each in found), None)


def route(
    municipality: Municipality,
    *,
    pillar: str,
    excluded: AbstractSet[UUID] = frozenset(),
    excluded_roles: AbstractSet[str] = frozenset(),
    body: UUID | None = None,
    leaves_house: bool = False,
    bodies: list[Body] | None = None,
) -> Route | None:
    """Return where a report goes, or None where nobody at all is left to receive it.

    ``body``: the organisation that the reporter chose; else see ``meant_body``. ``excluded``
    holds ids of people, ``excluded_roles`` role codes of the house that is meant; neither is ever
    among the holders or the reserve, not even in another role than the excluded one, nor are
    people whose membership or key cannot be proven. If nobody is left there, the report goes on
    along the chain, never into the own house: another unit of the same house would still stand
    under the same roof as the excluded. At other houses the roles no longer count, since those
    were not meant; people do. Bodies that take no reports come last: better somebody who can
    read it than nobody. ``bodies``: the chain, if it was just looked up.
    """
    bodies = chain(municipality) if bodies is None else bodies
    meant = meant_body(bodies, body=body, leaves_house=leaves_house)
    if meant is None and not leaves_house and not _is_elsewhere(bodies, body):
        meant = bodies[0]
    onward = [each for each in bodies if each is not meant and not each.is_own]
    own = [each.organisation.pk for each in bodies if each.is_own]
    for each in chained(
        [meant] if meant else [],
        # Asked one after the other, and only where they are needed.
        (each for each in onward if each.is_open),
        (each for each in onward if not each.is_open),
    ):
        roles = excluded_roles if each is meant else frozenset()
        found = _at(each, pillar, excluded, roles, own=own, is_meant=each is meant)
        if found is not None:
            return found
    return None


def route_within(
    unit: Unit,
    *,
    concerns: UUID,
    excluded: AbstractSet[UUID] = frozenset(),
    excluded_roles: AbstractSet[str] = frozenset(),
) -> Route | None:
    """Return how a report stays in one unit, or None where nobody of it is left to receive it.

    ``concerns``: the municipality it is about. At another house, nobody who also belongs to that
    municipality's own receives it.
    """
    body = Body(unit.organisation, Reason.OWN, [unit])
    own = houses_of(concerns)
    if unit.organisation_id not in own:
        excluded = excluded | _of_house(list(own), body.receivers[unit.pk])
    return _shared_out(body, unit, excluded, excluded_roles, is_meant=True)


def _at(
    body: Body,
    pillar: str,
    excluded: AbstractSet[UUID],
    excluded_roles: AbstractSet[str],
    *,
    own: list[UUID],
    is_meant: bool,
) -> Route | None:
    unit = unit_for(pillar, body.units)
    if unit is None:
        return None
    barred = excluded if body.is_own else excluded | _of_house(own, body.receivers[unit.pk])
    return _shared_out(body, unit, barred, excluded_roles, is_meant=is_meant)


def _shared_out(
    body: Body,
    unit: Unit,
    excluded: AbstractSet[UUID],
    excluded_roles: AbstractSet[str],
    *,
    is_meant: bool,
) -> Route | None:
    left = [
        receiver
        for receiver in body.receivers[unit.pk]
        if receiver.person not in excluded and not receiver.roles & excluded_roles
    ]
    if not left:
        return None
    holders = [receiver for receiver in left if not receiver.is_deputy]
    reserve = [receiver for receiver in left if receiver.is_deputy]
    # Those who are away keep their keys, for the day when they come back.
    if all(receiver.is_absent for receiver in holders):
        holders, reserve = holders + reserve, []
    return Route(unit=unit, holders=holders, reserve=reserve, body=body, is_meant=is_meant)


def _of_house(own: list[UUID], there: list[Receiver]) -> frozenset[UUID]:
    """Return who of another body also belongs to the own house: the report has left that."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM komma_of_house(%s, %s)", [own, [each.person for each in there]]
        )
        return frozenset(person for (person,) in cursor.fetchall())
