"""Who may receive reports and case keys, proven."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef

from komma.municipalities.models import Membership
from komma.municipalities.queries.members import absences, present
from komma.municipalities.queries.organisations import receiving_units
from komma.municipalities.rejections import note_rejection
from komma.municipalities.rules import (
    StandingRow,
    may_be_granted,
    may_open_cases,
    membership_is_authentic,
    pillar_of,
)
from komma.people.queries import second_factors
from komma.people.rules import key_is_authentic

if TYPE_CHECKING:
    from collections.abc import Iterable


_RECEIVERS = """
SELECT u.id, u.pillar, r.membership, r.person, r.organisation, r.role, r.title, r.name,
       r.is_deputy, r.mac, r.public, r.key_mac, r.roles, r.has_second_factor, r.is_absent
  FROM unnest(%s::uuid[]) WITH ORDINALITY AS asked (id, place)
  JOIN municipalities_unit AS u ON u.id = asked.id
 CROSS JOIN LATERAL komma_receivers(u.id) AS r
 ORDER BY asked.place, r.is_deputy, r.title, r.membership
"""


@dataclass(frozen=True)
class Receiver:
    """Somebody to whom case keys may be sealed; membership and key are proven.

    ``name`` is empty where the municipality does not show names to reporters. ``roles`` are all
    present roles of the person in the organisation, ``role`` the one that receives: who excludes
    a role means people, in whatever role they would receive. Only excluding may rest on
    ``roles``, since their proofs are not asked for. ``is_absent``: away today.
    """

    person: UUID
    membership: UUID
    organisation: UUID
    role: str
    title: str
    name: str
    is_deputy: bool
    public: str
    roles: frozenset[str]
    has_second_factor: bool
    is_absent: bool


def receivers(unit_id: UUID) -> list[Receiver]:
    """Return the proven receivers of a unit, deputies last; works without anybody signed in.

    A forged membership or key is left out and noted in the audit log.
    """
    return receivers_of_units([unit_id]).get(unit_id, [])


def receivers_of_units(unit_ids: Iterable[UUID]) -> dict[UUID, list[Receiver]]:
    """Return the proven receivers of several units with one query; see ``receivers``."""
    ids = list(unit_ids)
    found: dict[UUID, list[Receiver]] = {unit_id: [] for unit_id in ids}
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVERS, [ids])
        rows = cursor.fetchall()
    for row in map(_ReceiverRow._make, rows):
        receiver = _proven(row)
        if receiver is not None and pillar_of(receiver.role) == row.pillar:
            found[row.unit].append(receiver)
    return found


class _ReceiverRow(NamedTuple):
    unit: UUID
    pillar: str
    membership: UUID
    person: UUID
    organisation: UUID
    role: str
    title: str
    name: str
    is_deputy: bool
    mac: bytes
    public: str
    key_mac: bytes
    roles: list[str]
    has_second_factor: bool
    is_absent: bool


def _proven(row: _ReceiverRow) -> Receiver | None:
    """Return the receiver, or None (and an audit entry) where a proof fails."""
    standing = StandingRow(row.person, row.organisation, row.unit, row.role, row.is_deputy)
    if not (
        membership_is_authentic(standing, row.mac)
        and key_is_authentic(row.person, row.public, row.key_mac)
    ):
        note_rejection(organisation=row.organisation, membership=row.membership)
        return None
    return Receiver(
        person=row.person,
        membership=row.membership,
        organisation=row.organisation,
        role=row.role,
        title=row.title,
        name=row.name,
        is_deputy=row.is_deputy,
        public=row.public,
        roles=frozenset(row.roles),
        has_second_factor=row.has_second_factor,
        is_absent=row.is_absent,
    )


def exclusion_choices(organisation_id: UUID) -> list[Receiver]:
    """Return everybody who might get a report at this organisation, each person once.

    Somebody with several functions appears with all of them in ``title``.
    """
    units = receiving_units(organisation_id)
    found: dict[UUID, Receiver] = {}
    for receiver in chain.from_iterable(receivers_of_units(u.pk for u in units).values()):
        known = found.get(receiver.person)
        title = f"{known.title}, {receiver.title}" if known else receiver.title
        found[receiver.person] = replace(known or receiver, title=title)
    return list(found.values())


def is_last_receiver(membership: Membership) -> bool:
    """Tell whether without this role nobody with a key would receive the unit's reports.

    Neither today nor on a coming day, as far as absences are known.
    """
    found = receivers(membership.unit_id)
    return [receiver.membership for receiver in found] == [membership.pk] or _is_needed(membership)


def _is_needed(membership: Membership) -> bool:
    """Tell whether others of the unit are away on a day on which this person is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT komma_unit_gap(%(unit)s, %(person)s, komma_today(), 'infinity')"
            " < coalesce(komma_unit_gap(%(unit)s, NULL, komma_today(), 'infinity'), 'infinity')",
            {"unit": membership.unit_id, "person": membership.person_id},
        )
        return bool(cursor.fetchone()[0])


def grantable(organisation_id: UUID) -> list[Receiver]:
    """Return the proven colleagues to whom a holder may hand a case on, each person once.

    Only for members of the organisation; names are always given here.
    """
    rows = (
        present()
        .filter(organisation_id=organisation_id, person__is_active=True)
        .exclude(person__key=None)
        .annotate(
            has_second_factor=Exists(second_factors(OuterRef("person_id"))),
            is_absent=Exists(absences(OuterRef("person_id"), OuterRef("organisation_id"))),
        )
        .order_by("person_id", "is_deputy", "id")
        .values_list(
            "unit_id",
            "unit__pillar",
            "id",
            "person_id",
            "organisation_id",
            "role",
            "title",
            "person__name",
            "is_deputy",
            "mac",
            "person__key__public",
            "person__key__mac",
            "has_second_factor",
            "is_absent",
        )
    )
    roles: dict[UUID, list[str]] = {}
    for row in rows:
        roles.setdefault(row[3], []).append(row[5])
    candidates = (_ReceiverRow._make((*row[:12], roles[row[3]], *row[12:])) for row in rows)
    allowed = [row for row in candidates if may_be_granted(row.role)]
    found: dict[UUID, Receiver] = {}
    for receiver in filter(None, map(_proven, allowed)):
        known = found.get(receiver.person)
        if known is None or (may_open_cases(receiver.role) and not may_open_cases(known.role)):
            found[receiver.person] = receiver
    return sorted(found.values(), key=lambda receiver: (receiver.title, receiver.name))
