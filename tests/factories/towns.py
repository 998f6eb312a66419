"""Municipalities that are ready to receive reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.utils.text import slugify

from komma.core.ids import uuid7
from komma.core.vault.keys import KeyPair, new_key_pair
from komma.municipalities.codes import (
    RECEIVING_PILLARS,
    Module,
    OrganisationKind,
    Pillar,
    Role,
)
from komma.municipalities.emergency import emergency_key_mac
from komma.municipalities.models import (
    EmergencyKey,
    Membership,
    Municipality,
    Organisation,
    OrganisationModule,
    Unit,
)
from komma.municipalities.rules import membership_mac
from tests.factories.people import Account, make_account

if TYPE_CHECKING:
    from collections.abc import Iterable

# Long before any day that a test moves to.
ATTESTED = {
    "staff_council_on": dt.date(2025, 1, 15),
    "data_protection_on": dt.date(2025, 1, 15),
    "opened_on": dt.date(2025, 2, 1),
}
OUTSIDE = "bundesweite-anlaufstelle"
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
    """A municipality with its units and the accounts of their members, by pillar.

    ``emergency``: both halves of the emergency keys, by part.
    """

    municipality: Municipality
    units: dict[str, Unit] = field(default_factory=dict)
    members: dict[str, list[Account]] = field(default_factory=dict)
    emergency: dict[str, KeyPair] = field(default_factory=dict)

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


def give_second_factors(accounts: Iterable[Account]) -> None:
    """Give each account an authenticator app; inside ``as_owner()``."""
    secret = get_adapter().encrypt("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    Authenticator.objects.bulk_create(
        Authenticator(user=account.person, type="totp", data={"secret": secret})
        for account in accounts
    )


def make_emergency_keys(organisation: Organisation, keepers: list[Account]) -> dict[str, KeyPair]:
    """Give the organisation both emergency keys, verified by one keeper each."""
    pairs = {"A": new_key_pair(), "B": new_key_pair()}
    rows = []
    for (part, pair), keeper in zip(pairs.items(), keepers, strict=True):
        mac = emergency_key_mac(organisation.pk, part, pair.public, [keeper.id])
        row = EmergencyKey(organisation_id=organisation.pk, part=part, public=pair.public, mac=mac)
        row.seen_by, row.verified_on = [keeper.id], ATTESTED["opened_on"]
        rows.append(row)
    EmergencyKey.objects.bulk_create(rows)
    return pairs


def make_unit(
    organisation: Organisation, pillar: Pillar, *, password: str | None = None
) -> tuple[Unit, list[Account]]:
    """Add a unit with its people; a receiving one gets two members and one deputy."""
    unit = Unit.objects.create(
        organisation_id=organisation.pk, name=f"{pillar.label} {organisation.name}", pillar=pillar
    )
    receiving = pillar in RECEIVING_PILLARS
    accounts = [make_account(password=password) for _ in range(3 if receiving else 1)]
    for number, account in enumerate(accounts):
        make_member(
            unit,
            account,
            title=f"{Role(ROLE_OF[pillar]).label} {number + 1}",
            is_deputy=receiving and number == 2,
        )
    return unit, accounts


def outside_unit() -> Unit:
    """Return the support unit of the nationwide body that steps in; made when first asked for."""
    found = Unit.objects.filter(organisation__slug=OUTSIDE).first()
    if found is not None:
        return found
    body = Organisation.objects.create(
        slug=OUTSIDE,
        name="Bundesweite Anlaufstelle",
        kind=OrganisationKind.FALLBACK,
        **ATTESTED,
    )
    OrganisationModule.objects.create(organisation=body, module=Module.REPORTING)
    unit, accounts = make_unit(body, Pillar.SUPPORT)
    give_second_factors(accounts)
    make_emergency_keys(body, accounts[:2])
    return unit


def make_town(
    name: str, ags: str, *, land: str = "NW", password: str | None = None, slug: str = ""
) -> Town:
    """Create a municipality that fulfils every condition for an open intake.

    A demonstration asks for no second factor, so none is made there.
    """
    town = Town(
        Municipality.objects.create(
            slug=slug or slugify(name),
            name=name,
            kind="municipality",
            land=land,
            ags=ags,
            municipality_kind="city",
            mail_domains=[f"{slugify(name)}.example"],
            fallback_unit=outside_unit(),
            **ATTESTED,
        )
    )
    OrganisationModule.objects.create(organisation_id=town.municipality.pk, module=Module.REPORTING)
    for pillar in Pillar:
        town.units[pillar], town.members[pillar] = make_unit(
            town.municipality, pillar, password=password
        )
    if not settings.KOMMA_DEMO:
        pillars = (*RECEIVING_PILLARS, Pillar.ADMINISTRATION)
        give_second_factors(each for pillar in pillars for each in town.members[pillar])
    keepers = [town.one(Pillar.ADMINISTRATION), town.one(Pillar.LEADERSHIP)]
    town.emergency = make_emergency_keys(town.municipality, keepers)
    return town


def without_fallback(town: Town) -> None:
    """Take away the body outside; the intake counts as not ready from then on."""
    Municipality.objects.filter(pk=town.municipality.pk).update(fallback_unit=None)
    # Overarching bodies step in for everybody, chosen or not.
    Organisation.objects.filter(slug=OUTSIDE).update(kind=OrganisationKind.COUNSELLING)
    town.municipality.refresh_from_db()


def without_emergency_keys(town: Town) -> None:
    """Take away both emergency keys; the intake counts as not ready from then on."""
    EmergencyKey.objects.filter(organisation_id=town.municipality.pk).delete()
