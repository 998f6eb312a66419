"""Organisations, their units and modules: what anybody may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, Q, When

from komma.core.dates import today
from komma.municipalities.codes import RECEIVING_PILLARS, OrganisationKind
from komma.municipalities.models import (
    Municipality,
    Organisation,
    OrganisationModule,
    RoundPart,
    ServiceAgreement,
    Unit,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


def municipality_by_slug(slug: str) -> Municipality | None:
    """Return the municipality of this address part, or None."""
    return Municipality.objects.filter(slug=slug).first()


def current_of(municipality: Municipality) -> Municipality:
    """Return who answers for the place today: itself, or the last of its successors.

    Ends at a municipality it has met before, so that a wrong entry never hangs a page.
    """
    met = {municipality.pk}
    while municipality.valid_until is not None:
        following = municipality.successor
        if following is None or following.pk in met:
            break
        met.add(following.pk)
        municipality = following
    return municipality


def municipality_by_id(organisation_id: UUID) -> Municipality | None:
    """Return the municipality, or None where the organisation is none."""
    return Municipality.objects.filter(pk=organisation_id).first()


def municipality_by_ags(ags: str) -> Municipality | None:
    """Return the municipality of this official key, or None."""
    return Municipality.objects.filter(ags=ags).first()


def organisation_by_slug(slug: str) -> Organisation | None:
    """Return the organisation of this address part, or None."""
    return Organisation.objects.filter(slug=slug).first()


def organisation_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the names of organisations by id."""
    return dict(Organisation.objects.filter(pk__in=set(ids)).values_list("pk", "name"))


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


def served_towns(organisation_id: UUID) -> list[Municipality]:
    """Return the municipalities whose reports an organisation may receive, itself first.

    Those of its district, and those with an agreement in force; none for a body that is no
    municipality and has no agreement.
    """
    now = today()
    agreed = ServiceAgreement.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=now),
        body_id=organisation_id,
        served_agreed_on__isnull=False,
        body_agreed_on__isnull=False,
        starts_on__lte=now,
    )
    itself = When(pk=organisation_id, then=0)
    return list(
        Municipality.objects.filter(
            Q(pk=organisation_id)
            | Q(district_id=organisation_id)
            | Q(pk__in=agreed.values("served_id"))
        )
        .filter(Q(valid_until=None) | Q(valid_until__gte=now))
        .annotate(place=Case(itself, default=1))
        .order_by("place", "sort_key", "ags")
    )


def active_modules(organisation_id: UUID) -> set[str]:
    """Return the codes of the Bausteine that are switched on."""
    found = OrganisationModule.objects.filter(organisation_id=organisation_id)
    return set(found.values_list("module", flat=True))


def parts_of(organisation_id: UUID) -> list[RoundPart]:
    """Return the parts that an organisation has in programme rounds, the newest round first."""
    found = RoundPart.objects.filter(organisation_id=organisation_id).select_related("round")
    return list(found.order_by("-round__starts_on", "role"))


def fallback_choices(municipality: Municipality) -> list[Unit]:
    """Return the receiving units of overarching bodies, and the one chosen so far.

    Those are there for others. With any other body a municipality makes an agreement, to which
    both give their word.
    """
    overarching = Q(organisation__kind=OrganisationKind.FALLBACK)
    return list(
        Unit.objects.filter(overarching | Q(pk=municipality.fallback_unit_id))
        .filter(pillar__in=RECEIVING_PILLARS)
        .exclude(organisation_id=municipality.pk)
        .select_related("organisation")
        .order_by("organisation__sort_key", "name")
    )
