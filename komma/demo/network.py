"""Making the organisations and people of the demonstration; runs as the owner of the database.

Everything goes through the actions of the other apps, as the operator and the account
administrations would do it, only without invitations by mail.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.contrib.auth.hashers import make_password
from django.db import transaction

from komma.core.dates import today
from komma.demo import plan
from komma.demo.people import (
    ADMINISTRATOR,
    CONTACTS,
    HOURS,
    LOCAL_HELP,
    PASSWORD,
    POSTS,
    UNITS,
    names,
)
from komma.municipalities import actions, queries
from komma.municipalities.codes import RECEIVING_PILLARS, MunicipalityKind, Pillar
from komma.people.actions import add_person, create_vault
from komma.people.queries import has_vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from komma.demo.people import Post
    from komma.municipalities.models import Municipality, Organisation, ProgrammeRound, Unit

FALLBACK = "anlaufstelle"
AGREED_BEFORE = dt.timedelta(days=60)


def fill(tell: Callable[[str], None], *, only: set[str] | None = None) -> None:
    """Make what is missing of the network; an organisation is there as a whole or not at all.

    ``only``: slugs of municipalities, for tests that need no more.
    """
    network = plan.network()
    filler = _Filler(names())
    programme_round = actions.open_round(
        name=network.round_name, starts_on=network.starts_on, ends_on=network.ends_on
    )
    for body in network.bodies:
        if queries.organisation_by_slug(body.slug) is None:
            tell(body.name)
            with transaction.atomic():
                filler.make_body(body, programme_round)
        else:
            filler.skip(len(body.posts) + 1)
    for town in network.towns:
        wanted = only is None or town.slug in only
        if wanted and queries.organisation_by_slug(town.slug) is None:
            tell(town.name)
            with transaction.atomic():
                filler.make_town(town, programme_round)
        else:
            filler.skip(len(POSTS) + 1)
    for village in network.villages:
        wanted = only is None or village.slug in only
        if wanted and queries.organisation_by_slug(village.slug) is None:
            tell(village.name)
            with transaction.atomic():
                filler.make_village(village)
        else:
            filler.skip(int(village.administration))
    for agreement in network.agreements:
        if only is None or {agreement.served, agreement.body} <= only:
            _agree(agreement)


class _Filler:
    """Makes organisations with their people, giving each the next invented name."""

    def __init__(self, invented_names: Iterator[str]) -> None:
        self.names = invented_names
        # One hash for all: it is the same public password, and Argon2 is slow on purpose.
        self.password = make_password(PASSWORD)

    def skip(self, count: int) -> None:
        for _ in range(count):
            next(self.names)

    def make_body(self, body: plan.Body, programme_round: ProgrammeRound) -> None:
        organisation = actions.create_organisation(name=body.name, kind=body.kind, slug=body.slug)
        local = f"{ADMINISTRATOR}.{body.slug}"
        administrator = self._administrator(organisation, local, body.domain)
        actions.create_unit(
            organisation_id=organisation.pk,
            name=body.unit,
            pillar=body.pillar,
            about=body.about,
            phone=body.phone,
            email=f"{body.posts[0].local}@{body.domain}",
            hours=body.hours,
            by=administrator,
        )
        units = {each.pillar: each for each in queries.units_of(organisation.pk)}
        for post in body.posts:
            self._member(units[post.pillar], post, body.domain, by=administrator)
        _tell_seat(organisation, body.address, by=administrator)
        if body.pillar in RECEIVING_PILLARS:
            _lock_away(organisation.pk, administrator)
            _open(organisation.pk, administrator)
        if body.part:
            actions.take_part(
                programme_round=programme_round, organisation_id=organisation.pk, role=body.part
            )

    def make_town(self, town: plan.Town, programme_round: ProgrammeRound) -> None:
        municipality = actions.create_municipality(
            name=town.name,
            ags=town.ags,
            land=town.land,
            municipality_kind=town.kind,
            slug=town.slug,
            district_id=_id_of(town.district),
        )
        domain = f"{town.slug}.example"
        administrator = self._administrator(municipality, ADMINISTRATOR, domain)
        for pillar in UNITS:
            _unit(municipality.pk, pillar, domain, by=administrator)
        units = {unit.pillar: unit for unit in queries.units_of(municipality.pk)}
        for post in POSTS:
            self._member(units[post.pillar], post, domain, by=administrator)
        _settle(municipality, domain, names_shown=town.names_shown, by=administrator)
        _tell_seat(municipality, town.address, by=administrator)
        _lock_away(municipality.pk, administrator)
        if town.is_opened:
            _open(municipality.pk, administrator)
        actions.take_part(
            programme_round=programme_round, organisation_id=municipality.pk, role=town.part
        )

    def make_village(self, village: plan.Village) -> None:
        municipality = actions.create_municipality(
            name=village.name,
            ags=village.ags,
            land=village.land,
            municipality_kind=MunicipalityKind.COMMUNE,
            slug=village.slug,
            district_id=_id_of(village.district),
            population=village.population,
            seat_postcode=village.seat_postcode,
        )
        if village.administration:
            self._administrator(municipality, ADMINISTRATOR, f"{village.slug}.example")

    def _administrator(self, organisation: Organisation, local: str, domain: str) -> UUID:
        email = f"{local}@{domain}"
        person_id = self._account(email)
        actions.first_administrator(
            organisation=organisation, name="", email=email, send_invitation=False
        )
        return person_id

    def _member(self, unit: Unit, post: Post, domain: str, *, by: UUID) -> None:
        email = f"{post.local}@{domain}"
        self._account(email)
        actions.add_member(
            unit=unit,
            email=email,
            name="",
            role=post.role,
            title=post.title,
            is_deputy=post.is_deputy,
            by=by,
            send_mails=False,
        )

    def _account(self, email: str) -> UUID:
        person = add_person(email=email, name=next(self.names), is_demo=True)
        if not has_vault(person.pk):
            person.password = self.password
            person.save(update_fields=["password"])
            create_vault(person, PASSWORD)
        return person.pk


def _id_of(slug: str) -> UUID | None:
    """Return the id of an organisation, or None where it was left out."""
    organisation = queries.organisation_by_slug(slug)
    return organisation.pk if organisation else None


def _agree(planned: plan.Agreement) -> None:
    """Let one side propose and, where it has been decided, the other one confirm."""
    served, body = _id_of(planned.served), _id_of(planned.body)
    if served is None or body is None or queries.agreements_of(served):
        return
    first = _first_administrator(served)
    agreement = actions.propose_agreement(
        served_id=served,
        body_id=body,
        own_id=served,
        starts_on=today(),
        ends_on=None,
        reference=planned.reference,
        by=first,
    )
    if not planned.is_open:
        actions.confirm_agreement(agreement=agreement, own_id=body, by=_first_administrator(body))


def _first_administrator(organisation_id: UUID) -> UUID:
    return queries.administrators(organisation_id)[0].person_id


def _unit(organisation_id: UUID, pillar: str, domain: str, *, by: UUID) -> None:
    name, about = UNITS[pillar]
    phone, local = CONTACTS.get(pillar, ("", ""))
    actions.create_unit(
        organisation_id=organisation_id,
        name=name,
        pillar=pillar,
        about=about,
        phone=phone,
        email=f"{local}@{domain}" if local else "",
        hours=HOURS if phone else "",
        by=by,
    )


def _second_of(organisation_id: UUID, first: UUID) -> UUID:
    """Return whoever administers the accounts besides the first person."""
    return next(
        each.person_id
        for each in queries.administrators(organisation_id)
        if each.person_id != first
    )


def _lock_away(organisation_id: UUID, first: UUID) -> None:
    """Let both administrators make and verify an emergency key; the papers are thrown away.

    Nobody needs them here: the cases are invented.
    """
    keepers = {"A": first, "B": _second_of(organisation_id, first)}
    for part, keeper in keepers.items():
        secret = actions.make_emergency_key(organisation_id=organisation_id, part=part, by=keeper)
        actions.verify_emergency_key(
            organisation_id=organisation_id, part=part, typed=secret, by=keeper
        )


def _open(organisation_id: UUID, administrator: UUID) -> None:
    """Bring what only people can attest, and open the intake."""
    agreed_on = today() - AGREED_BEFORE
    actions.attest(
        organisation_id=organisation_id,
        staff_council_on=agreed_on,
        data_protection_on=agreed_on,
        by=administrator,
    )
    actions.open_intake(organisation_id=organisation_id, by=administrator)


def _settle(municipality: Municipality, domain: str, *, names_shown: bool, by: UUID) -> None:
    """Give the municipality what its intake says, and the body that steps in."""
    fallback = queries.organisation_by_slug(FALLBACK)
    unit = queries.receiving_unit(fallback.pk, Pillar.SUPPORT) if fallback else None
    actions.save_settings(
        municipality=municipality,
        answer_days=3,
        names_shown=names_shown,
        serves_towns=True,
        emergency_hint="Pforte im Rathaus, Durchwahl 4711",
        mail_domains=[domain],
        fallback_unit_id=unit.pk if unit else None,
        by=by,
    )
    for name, phone, hours in LOCAL_HELP:
        actions.add_local_help(
            organisation_id=municipality.pk, name=name, phone=phone, email="", hours=hours, by=by
        )


def _tell_seat(organisation: Organisation, address: str, *, by: UUID) -> None:
    """Say where a body sits, as reporters read it beside its name."""
    actions.save_profile(
        organisation_id=organisation.pk,
        about="",
        address=address,
        phone="",
        email="",
        website="",
        hours="",
        by=by,
    )


def has_begun() -> bool:
    """Tell whether anything of the network is there."""
    return queries.organisation_by_slug(FALLBACK) is not None
