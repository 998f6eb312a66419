"""Organisations, their units and modules: what anybody may ask."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, F, Func, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Replace

from komma.core.dates import today
from komma.municipalities.codes import RECEIVING_PILLARS, OrganisationKind
from komma.municipalities.models import (
    Municipality,
    Organisation,
    OrganisationModule,
    ServiceAgreement,
    Unit,
)

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


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
