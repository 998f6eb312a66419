"""The door to organisations, units and the people who may receive reports."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Replace

from komma.municipalities.codes import RECEIVING_PILLARS, Module, OrganisationKind, Role
from komma.municipalities.models import (
    Membership,
    Municipality,
    Organisation,
    OrganisationModule,
    Unit,
)
from komma.municipalities.rejections import note_rejection
from komma.municipalities.rules import (
    StandingRow,
    blurs_procedures,
    may_be_granted,
    may_open_cases,
    membership_is_authentic,
    pillar_of,
)
from komma.people.rules import key_is_authentic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models.expressions import Combinable

_RECEIVERS = """
SELECT u.id, u.pillar, r.membership, r.person, r.organisation, r.role, r.title, r.name,
       r.is_deputy, r.mac, r.public, r.key_mac, r.roles
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
    ``roles``, since their proofs are not asked for.
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


# --- Municipalities and their units: public facts


def find_municipalities(text: str) -> QuerySet[Municipality]:
    """Return municipalities by a part of the name or the start of the key.

    Umlauts are forgiven, however they are written: "Goerlitz" and "Gorlitz" find Görlitz, and
    "Soest" still finds Soest.
    """
    found = Municipality.objects.order_by("sort_key", "ags")
    text = " ".join(unicodedata.normalize("NFC", text.replace("\x00", "")).split())[:100]
    if not text:
        return found
    if text.isdigit():
        return found.filter(ags__startswith=text)
    key = Func(Value(text), function="komma_sort_key", output_field=TextField())
    folded = _without_umlauts(key)
    return (
        found.annotate(folded=_without_umlauts(F("sort_key")))
        .filter(Q(sort_key__contains=key) | Q(folded__contains=folded))
        .annotate(
            starts=Case(
                When(Q(sort_key__startswith=key) | Q(folded__startswith=folded), then=0), default=1
            )
        )
        .order_by("starts", "sort_key", "ags")
    )


def _without_umlauts(key: Combinable) -> Combinable:
    """Write ae, oe and ue of a sort key as a, o and u, as it does with ä, ö and ü."""
    for written, short in (("ae", "a"), ("oe", "o"), ("ue", "u")):
        key = Replace(key, Value(written), Value(short), output_field=TextField())
    return key


def municipality_by_slug(slug: str) -> Municipality | None:
    """Return the municipality of this address part, or None."""
    return Municipality.objects.filter(slug=slug).first()


def municipality_by_id(organisation_id: UUID) -> Municipality | None:
    """Return the municipality, or None where the organisation is none."""
    return Municipality.objects.filter(pk=organisation_id).first()


def municipality_by_ags(ags: str) -> Municipality | None:
    """Return the municipality of this official key, or None."""
    return Municipality.objects.filter(ags=ags).first()


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return the organisation of this address part, or None."""
    return Organisation.objects.filter(slug=slug).first()


def units_of(organisation_id: UUID) -> list[Unit]:
    """Return all units of an organisation, those that receive reports first."""
    places: dict[str, int] = {pillar: place for place, pillar in enumerate(RECEIVING_PILLARS)}
    return sorted(
        Unit.objects.filter(organisation_id=organisation_id),
        key=lambda unit: (places.get(unit.pillar, len(places)), unit.name),
    )


def receiving_units(organisation_id: UUID) -> list[Unit]:
    """Return the units that receive reports: at most one of each receiving pillar."""
    return [unit for unit in units_of(organisation_id) if unit.pillar in RECEIVING_PILLARS]


def receiving_unit(organisation_id: UUID, pillar: str) -> Unit | None:
    """Return the one unit of a receiving pillar, or None."""
    return next((u for u in receiving_units(organisation_id) if u.pillar == pillar), None)


def unit_by_id(unit_id: UUID) -> Unit | None:
    """Return a unit, or None."""
    return Unit.objects.select_related("organisation").filter(pk=unit_id).first()


def active_modules(organisation_id: UUID) -> set[str]:
    """Return the codes of the Bausteine that are switched on."""
    found = OrganisationModule.objects.filter(organisation_id=organisation_id)
    return set(found.values_list("module", flat=True))


# --- Receivers: who can be given the keys of a new case


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
    )


def exclusion_choices(municipality: Municipality) -> list[Receiver]:
    """Return everybody who might get a report of this municipality, each person once.

    Somebody with several functions appears with all of them in ``title``.
    """
    units = receiving_units(municipality.pk)
    found: dict[UUID, Receiver] = {}
    for receiver in chain.from_iterable(receivers_of_units(u.pk for u in units).values()):
        known = found.get(receiver.person)
        title = f"{known.title}, {receiver.title}" if known else receiver.title
        found[receiver.person] = replace(known or receiver, title=title)
    return list(found.values())


def intake_is_open(municipality: Municipality) -> bool:
    """Tell whether reports can be taken.

    The Baustein is on, there is a receiving unit, and each of them has a proven receiver.
    """
    if Module.REPORTING not in active_modules(municipality.pk):
        return False
    units = receiving_units(municipality.pk)
    found = receivers_of_units(unit.pk for unit in units)
    return bool(units) and all(found.values())


# --- Memberships: visible to the person and to members of the same organisation


def memberships_of(person_id: UUID) -> list[Membership]:
    """Return a person's present memberships with unit and organisation."""
    return list(
        _present()
        .filter(person_id=person_id)
        .select_related("unit", "organisation")
        .order_by("organisation__sort_key", "is_deputy", "title")
    )


def roles_in(person_id: UUID, organisation_id: UUID) -> frozenset[str]:
    """Return a person's present roles in one organisation."""
    found = _present().filter(person_id=person_id, organisation_id=organisation_id)
    return frozenset(found.values_list("role", flat=True))


def organisations_of(person_id: UUID) -> list[Organisation]:
    """Return the organisations a person belongs to, sorted by name."""
    mine = _present().filter(person_id=person_id)
    return list(
        Organisation.objects.filter(pk__in=mine.values("organisation_id")).order_by("sort_key")
    )


def case_units_of(person_id: UUID) -> list[Unit]:
    """Return the units whose cases the person's roles open."""
    return [
        membership.unit
        for membership in memberships_of(person_id)
        if pillar_of(membership.role) == membership.unit.pillar
    ]


def functions_of(person_id: UUID, organisation_id: UUID) -> str:
    """Return the function shown to reporters, that of a role with cases first, or ""."""
    found = [m for m in memberships_of(person_id) if m.organisation_id == organisation_id]
    found.sort(key=lambda membership: not may_open_cases(membership.role))
    return found[0].title if found else ""


def opens_cases(person_id: UUID) -> bool:
    """Tell whether any role of the person can lead to a case; then a second factor is required."""
    roles = _present().filter(person_id=person_id).values_list("role", flat=True)
    return any(may_be_granted(role) for role in roles)


def has_membership(person_id: UUID, unit_id: UUID, role: str) -> bool:
    """Tell whether the person has this role in this unit at present."""
    return _present().filter(person_id=person_id, unit_id=unit_id, role=role).exists()


def colleagues_in(unit_id: UUID) -> set[UUID]:
    """Return the people of a unit. Only for members of the organisation."""
    return set(_present().filter(unit_id=unit_id).values_list("person_id", flat=True))


def is_last_receiver(membership: Membership) -> bool:
    """Tell whether without this role nobody with a key would receive the unit's reports."""
    found = receivers(membership.unit_id)
    return [receiver.membership for receiver in found] == [membership.pk]


def blurs_with(person_id: UUID, organisation_id: UUID) -> bool:
    """Tell whether the person stands in support and complaint of one organisation at once."""
    mine = _present().filter(person_id=person_id, organisation_id=organisation_id)
    return blurs_procedures(set(mine.values_list("unit__pillar", flat=True)))


def administrators(organisation_id: UUID) -> list[Membership]:
    """Return the proven roles Verwaltung of an organisation."""
    found = (
        _present()
        .filter(organisation_id=organisation_id, role=Role.ADMINISTRATION)
        .select_related("person")
    )
    return [each for each in found if membership_is_authentic(each, each.mac)]


def administers(person_id: UUID, organisation_id: UUID) -> bool:
    """Tell whether the person administers the accounts of the organisation, with proof."""
    return any(each.person_id == person_id for each in administrators(organisation_id))


def administered_organisations(person_id: UUID) -> list[Organisation]:
    """Return the organisations whose accounts the person administers, sorted by name."""
    return [
        membership.organisation
        for membership in memberships_of(person_id)
        if membership.role == Role.ADMINISTRATION
        and membership_is_authentic(membership, membership.mac)
    ]


def members_of(organisation_id: UUID, *, text: str = "") -> QuerySet[Membership]:
    """Return present memberships with person and unit, sorted by name; ``text`` filters.

    Searches name, address and function. Only for members of the organisation. ``is_ready``: the
    person has accepted an invitation and has a key.
    """
    found = (
        _present()
        .filter(organisation_id=organisation_id)
        .select_related("person", "unit")
        .annotate(is_ready=Q(person__key__isnull=False))
        .order_by(Func("person__name", function="komma_sort_key"), "person__email", "id")
    )
    text = text.replace("\x00", "").strip()[:100]
    if text:
        key = Func(Value(text), function="komma_sort_key")
        found = found.annotate(
            name_key=Func("person__name", function="komma_sort_key"),
            title_key=Func("title", function="komma_sort_key"),
        ).filter(
            Q(name_key__contains=key)
            | Q(title_key__contains=key)
            | Q(person__email__icontains=text)
        )
    return found


def membership_by_id(membership_id: UUID, organisation_id: UUID) -> Membership | None:
    """Return a present membership of the organisation, or None."""
    return (
        _present()
        .filter(pk=membership_id, organisation_id=organisation_id)
        .select_related("person", "unit")
        .first()
    )


def fallback_choices(organisation_id: UUID) -> list[Unit]:
    """Return the receiving units of other organisations, overarching bodies first."""
    overarching = When(organisation__kind=OrganisationKind.FALLBACK, then=0)
    return list(
        Unit.objects.filter(pillar__in=RECEIVING_PILLARS)
        .exclude(organisation_id=organisation_id)
        .select_related("organisation")
        .annotate(place=Case(overarching, default=1))
        .order_by("place", "organisation__sort_key", "name")
    )


def grantable(organisation_id: UUID) -> list[Receiver]:
    """Return the proven colleagues to whom a holder may hand a case on, each person once.

    Only for members of the organisation; names are always given here.
    """
    rows = (
        _present()
        .filter(organisation_id=organisation_id, person__is_active=True)
        .exclude(person__key=None)
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
        )
    )
    roles: dict[UUID, list[str]] = {}
    for row in rows:
        roles.setdefault(row[3], []).append(row[5])
    candidates = (_ReceiverRow._make((*row, roles[row[3]])) for row in rows)
    allowed = [row for row in candidates if may_be_granted(row.role)]
    found: dict[UUID, Receiver] = {}
    for receiver in filter(None, map(_proven, allowed)):
        known = found.get(receiver.person)
        if known is None or (may_open_cases(receiver.role) and not may_open_cases(known.role)):
            found[receiver.person] = receiver
    return sorted(found.values(), key=lambda receiver: (receiver.title, receiver.name))


def _present() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_on=None)
