"""Organisations: founding them (by the operator), their settings and Bausteine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.actions.members import appoint
from komma.municipalities.actions.readiness import closing_confirmed
from komma.municipalities.codes import Module, OrganisationKind, Pillar, Role
from komma.municipalities.models import Municipality, Organisation, OrganisationModule, Unit
from komma.municipalities.queries import fallback_choices, has_membership
from komma.people.actions import add_person, invite

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def create_municipality(
    *,
    name: str,
    ags: str,
    land: str,
    municipality_kind: str,
    slug: str = "",
    district_id: UUID | None = None,
    population: int | None = None,
    seat_postcode: str = "",
) -> Municipality:
    """Create a municipality with the Baustein for reports; only the owner role may.

    ``ags``: five digits (Landkreis) or eight. ``district_id``: its Landkreis. Raises Refused if
    the key is taken.
    """
    if Municipality.objects.filter(ags=ags).exists():
        raise Refused(_("Den Amtlichen Gemeindeschlüssel %(ags)s gibt es schon.") % {"ags": ags})
    with transaction.atomic():
        municipality = Municipality(
            name=name,
            slug=slug or _free_slug(name, land),
            kind=OrganisationKind.MUNICIPALITY,
            land=land,
            ags=ags,
            municipality_kind=municipality_kind,
            district_id=district_id,
            population=population,
            seat_postcode=seat_postcode,
        )
        municipality.full_clean(exclude=["sort_key", "search_key", "organisation_ptr"])
        municipality.save(force_insert=True)
        _switch_on(municipality.pk, Module.REPORTING)
        note("organisation.created", organisation_id=municipality.pk, by=None)
    return municipality


def create_organisation(*, name: str, kind: str, land: str = "", slug: str = "") -> Organisation:
    """Create another body, as the fallback one; only the owner role may."""
    with transaction.atomic():
        organisation = Organisation(
            name=name, slug=slug or _free_slug(name, land), kind=kind, land=land
        )
        organisation.full_clean(exclude=["sort_key", "search_key"])
        organisation.save(force_insert=True)
        _switch_on(organisation.pk, Module.REPORTING)
        note("organisation.created", organisation_id=organisation.pk, by=None)
    return organisation


def first_administrator(
    *, organisation: Organisation, name: str, email: str, send_invitation: bool = True
) -> str:
    """Give an organisation its first account administration; return the invitation's token, or "".

    For the operator's command only, which runs as the owner: whoever has the token can take the
    account. Done twice for the same address, it sends a new link.
    """
    with transaction.atomic():
        unit = _administration_of(organisation)
        person = add_person(email=email, name=name)
        if not has_membership(person.pk, unit.pk, Role.ADMINISTRATION):
            title = _("Kontenverwaltung")
            appoint(unit=unit, person_id=person.pk, role=Role.ADMINISTRATION, title=title)
            note("member.added", organisation_id=organisation.pk, by=None)
        if not send_invitation:
            return ""
        return invite(
            person=person,
            organisation_id=organisation.pk,
            organisation_name=organisation.name,
            by=person.pk,
        )


def save_settings(
    *,
    municipality: Municipality,
    answer_days: int,
    names_shown: bool,
    serves_towns: bool,
    emergency_hint: str,
    mail_domains: Sequence[str],
    fallback_unit_id: UUID | None,
    by: UUID,
    may_close: bool = True,
) -> None:
    """Change what the intake of a municipality says and does.

    ``mail_domains``: lower case, without "@"; addresses there are refused for a reporter's
    notification, since the employer could read along. ``serves_towns`` matters for a Landkreis
    only. The fallback unit is one of ``fallback_choices``.
    Raises WouldClose where the intake would close, unless ``may_close``.
    """
    demand_administration(municipality.pk, by)
    if fallback_unit_id is not None:
        choices = {unit.pk for unit in fallback_choices(municipality)}
        if fallback_unit_id not in choices:
            raise Refused(
                _(
                    "Bitte wählen Sie eine überörtliche Anlaufstelle, oder schließen Sie mit der "
                    "anderen Stelle eine Vereinbarung (Zuständigkeit)."
                )
            )
    with closing_confirmed(municipality.pk, may_close=may_close):
        Municipality.objects.filter(pk=municipality.pk).update(
            answer_days=answer_days,
            names_shown=names_shown,
            serves_towns=serves_towns,
            emergency_hint=emergency_hint,
            mail_domains=list(mail_domains),
            fallback_unit_id=fallback_unit_id,
        )
        note("settings.changed", organisation_id=municipality.pk, by=by)


def save_profile(
    *,
    organisation_id: UUID,
    about: str,
    address: str,
    phone: str,
    email: str,
    website: str,
    hours: str,
    by: UUID,
) -> None:
    """Change what the public page of an organisation tells; ``website`` begins with https."""
    demand_administration(organisation_id, by)
    with transaction.atomic():
        Organisation.objects.filter(pk=organisation_id).update(
            about=about, address=address, phone=phone, email=email, website=website, hours=hours
        )
        note("profile.changed", organisation_id=organisation_id, by=by)


def switch_module(*, organisation_id: UUID, module: str, on: bool, by: UUID) -> None:
    """Switch a Baustein on or off; its data stay."""
    demand_administration(organisation_id, by)
    code = Module(module)
    with closing_confirmed(organisation_id, may_close=True):
        found = OrganisationModule.objects.filter(organisation_id=organisation_id, module=code)
        if found.exists() == on:
            return
        if on:
            _switch_on(organisation_id, code)
        else:
            found.delete()
        note("module.on" if on else "module.off", organisation_id=organisation_id, by=by)


def _switch_on(organisation_id: UUID, module: Module) -> None:
    OrganisationModule(organisation_id=organisation_id, module=module).save(force_insert=True)


def _administration_of(organisation: Organisation) -> Unit:
    found = Unit.objects.filter(
        organisation_id=organisation.pk, pillar=Pillar.ADMINISTRATION
    ).first()
    if found is None:
        found = Unit(
            organisation_id=organisation.pk,
            name=_("Verwaltung der Konten"),
            pillar=Pillar.ADMINISTRATION,
        )
        found.save(force_insert=True)
    return found


def _free_slug(name: str, land: str) -> str:
    base = slugify(name.lower().translate(_LETTERS))[:60] or "kommune"
    for candidate in (base, f"{base}-{land.lower()}" if land else base):
        if not Organisation.objects.filter(slug=candidate).exists():
            return candidate
    taken = Organisation.objects.filter(slug__startswith=base).count()
    return f"{base}-{taken + 1}"
