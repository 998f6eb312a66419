"""Municipalities that are ready to receive reports."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.text import slugify

from komma.core.ids import uuid7
from komma.municipalities.codes import Module, Pillar, Role
from komma.municipalities.models import Membership, Municipality, OrganisationModule, Unit
from komma.municipalities.rules import membership_mac
from tests.factories.people import Account, make_account

ROLE_OF = {
    Pillar.SUPPORT: Role.CONTACT,
    Pillar.COMPLAINT: Role.COMPLAINTS,
    Pillar.ASSAULT: Role.CASE_LEAD,
    Pillar.COORDINATION: Role.COORDINATION,
    Pillar.LEADERSHIP: Role.LEADERSHIP,
    Pillar.ADMINISTRATION: Role.ADMINISTRATION,
    Pillar.OTHER: Role.STAFF,
}


@dataclass
class Town:
    """A municipality with its units and the accounts of their members, by pillar."""

    municipality: Municipality
    units: dict[str, Unit] = field(default_factory=dict)
    members: dict[str, list[Account]] = field(default_factory=dict)

    def one(self, pillar: str, number: int = 0) -> Account:
        return self.members[pillar][number]


def make_member(
    unit: Unit, account: Account, *, role: str = "", title: str = "", is_deputy: bool = False
) -> Membership:
    """Give the account a role in the unit; inside ``as_owner()``."""
    role = role or ROLE_OF[Pillar(unit.pillar)]
    membership = Membership(
        id=uuid7(),
        person_id=account.id,
        organisation_id=unit.organisation_id,
        unit=unit,
        role=role,
        title=title or Role(role).label,
        is_deputy=is_deputy,
    )
    membership.mac = membership_mac(membership)
    membership.save(force_insert=True)
    return membership


def make_town(
    name: str, ags: str, *, land: str = "NW", password: str | None = None, slug: str = ""
) -> Town:
    """Create a municipality; the receiving units get two members and one deputy each."""
    town = Town(
        Municipality.objects.create(
            slug=slug or slugify(name),
            name=name,
            kind="municipality",
            land=land,
            ags=ags,
            municipality_kind="city",
            mail_domains=[f"{slugify(name)}.example"],
        )
    )
    OrganisationModule.objects.create(organisation_id=town.municipality.pk, module=Module.REPORTING)
    for pillar in Pillar:
        unit = Unit.objects.create(
            organisation_id=town.municipality.pk, name=f"{pillar.label} {name}", pillar=pillar
        )
        town.units[pillar] = unit
        receiving = pillar in (Pillar.SUPPORT, Pillar.COMPLAINT, Pillar.ASSAULT)
        count = 3 if receiving else 1
        accounts = [make_account(password=password) for _ in range(count)]
        town.members[pillar] = accounts
        for number, account in enumerate(accounts):
            make_member(
                unit,
                account,
                title=f"{Role(ROLE_OF[pillar]).label} {number + 1}",
                is_deputy=receiving and number == 2,
            )
    return town
