"""Who belongs to which organisation and unit, with which role."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Func, Q, QuerySet, Value

from komma.core.dates import today
from komma.municipalities.codes import Role
from komma.municipalities.models import (
    Absence,
    Membership,
    Organisation,
    Unit,
)
from komma.municipalities.rules import (
    blurs_procedures,
    may_be_granted,
    may_open_cases,
    membership_is_authentic,
    pillar_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models.expressions import Combinable


def present() -> QuerySet[Membership]:
    return Membership.objects.filter(ended_on=None)


def absences(person: Combinable, organisation: Combinable) -> QuerySet[Absence]:
    """Return the absences of today, to be asked inside another query."""
    now = today()
    return Absence.objects.filter(
        person_id=person, organisation_id=organisation, starts_on__lte=now, ends_on__gte=now
    )


def away_until(organisation_id: UUID) -> dict[UUID, dt.date]:
    """Return who is away from an organisation today, with the last day. Only for its members."""
    now = today()
    found = Absence.objects.filter(
        organisation_id=organisation_id, starts_on__lte=now, ends_on__gte=now
    )
    return dict(found.values_list("person_id", "ends_on"))


def coming_absences(organisation_id: UUID) -> QuerySet[Absence]:
    """Return the absences that have not ended, with the person. Only for members."""
    found = Absence.objects.filter(organisation_id=organisation_id, ends_on__gte=today())
    return found.select_related("person").order_by(
        "starts_on", Func("person__name", function="komma_sort_key"), "id"
    )


def absence_by_id(absence_id: UUID, organisation_id: UUID) -> Absence | None:
    """Return an absence that has not ended, or None."""
    return coming_absences(organisation_id).filter(pk=absence_id).first()


def colleagues_of(person_id: UUID, organisation_id: UUID) -> set[UUID]:
    """Return everybody who shares a unit with the person, the person included."""
    mine = present().filter(person_id=person_id, organisation_id=organisation_id)
    found = present().filter(unit_id__in=mine.values("unit_id"))
    return set(found.values_list("person_id", flat=True))


def memberships_of(person_id: UUID) -> list[Membership]:
    """Return a person's present memberships with unit and organisation."""
    return list(
        present()
        .filter(person_id=person_id)
        .select_related("unit", "organisation")
        .order_by("organisation__sort_key", "is_deputy", "title")
    )


def roles_in(person_id: UUID, organisation_id: UUID) -> frozenset[str]:
    """Return a person's present roles in one organisation."""
    found = present().filter(person_id=person_id, organisation_id=organisation_id)
    return frozenset(found.values_list("role", flat=True))


def roles_held(organisation_id: UUID) -> frozenset[str]:
    """Return the roles that somebody of the organisation has. Only for its members."""
    found = present().filter(organisation_id=organisation_id)
    return frozenset(found.values_list("role", flat=True))


def people_by_role(organisation_id: UUID) -> dict[str, set[UUID]]:
    """Return who has each role that somebody of the organisation has. Only for its members."""
    found: dict[str, set[UUID]] = {}
    rows = present().filter(organisation_id=organisation_id)
    for role, person in rows.values_list("role", "person_id"):
        found.setdefault(role, set()).add(person)
    return found


def organisations_of(person_id: UUID) -> list[Organisation]:
    """Return the organisations a person belongs to, sorted by name."""
    mine = present().filter(person_id=person_id)
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
    roles = present().filter(person_id=person_id).values_list("role", flat=True)
    return any(may_be_granted(role) for role in roles)


def has_membership(person_id: UUID, unit_id: UUID, role: str) -> bool:
    """Tell whether the person has this role in this unit at present."""
    return present().filter(person_id=person_id, unit_id=unit_id, role=role).exists()


def colleagues_in(unit_id: UUID) -> set[UUID]:
    """Return the people of a unit. Only for members of the organisation."""
    return set(present().filter(unit_id=unit_id).values_list("person_id", flat=True))


def blurs_with(person_id: UUID, organisation_id: UUID) -> bool:
    """Tell whether the person stands in support and complaint of one organisation at once."""
    mine = present().filter(person_id=person_id, organisation_id=organisation_id)
    return blurs_procedures(set(mine.values_list("unit__pillar", flat=True)))


def administrators(organisation_id: UUID) -> list[Membership]:
    """Return the proven roles Verwaltung of an organisation."""
    found = (
        present()
        .filter(organisation_id=organisation_id, role=Role.ADMINISTRATION)
        .select_related("person")
    )
    return [each for each in found if membership_is_authentic(each, each.mac)]


def members_with_role(organisation_id: UUID, roles: Collection[str]) -> set[UUID]:
    """Return the people who have one of the roles in an organisation."""
    found = present().filter(organisation_id=organisation_id, role__in=roles)
    return set(found.values_list("person_id", flat=True))


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
        present()
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


def leaving_members(organisation_id: UUID) -> list[Membership]:
    """Return a role of each person who has told when they go, those who go first leading.

    For the account administration.
    """
    found = present().filter(organisation_id=organisation_id, leaves_on__isnull=False)
    first: dict[UUID, Membership] = {}
    for each in found.select_related("person").order_by("leaves_on", "person_id", "id"):
        first.setdefault(each.person_id, each)
    return list(first.values())


def membership_by_id(membership_id: UUID, organisation_id: UUID) -> Membership | None:
    """Return a present membership of the organisation, or None."""
    return (
        present()
        .filter(pk=membership_id, organisation_id=organisation_id)
        .select_related("person", "unit")
        .first()
    )
