"""What everybody may read about municipalities and other bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from komma.municipalities.codes import Module, MunicipalityKind, Pillar
from komma.municipalities.queries import (
    active_modules,
    current_of,
    find_municipalities,
    intake_is_open,
    municipality_by_id,
    municipality_by_slug,
    organisation_by_slug,
    parts_of,
    towns_of,
    units_of,
)

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django_stubs_ext import StrPromise

    from komma.municipalities.models import Municipality

RESULTS = 25
# What a Baustein means for people who are not from the town hall.
_OFFERS = {
    Module.REPORTING: _("nimmt Meldungen über Rassismus, Hass und Anfeindungen an"),
    Module.ALLIANCE: _("arbeitet mit Partnern vor Ort in einer Allianz zusammen"),
    Module.STRATEGY: _("arbeitet an einer Strategie gegen Rassismus und Hass"),
    Module.TRAINING: _("bildet die eigenen Beschäftigten weiter"),
    Module.SURVEY: _("befragt die eigenen Beschäftigten"),
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show those that take part, what a search finds, or the municipalities of a Kreis."""
    text = request.GET.get("q", "").strip()
    district = municipality_by_slug(request.GET.get("kreis", ""))
    page = Paginator(_found(text, district), RESULTS).get_page(request.GET.get("page"))
    context = {"searched": text, "district": district, "page": page, "query": request.GET}
    return render(request, "municipalities/public/list.html", context)


def _found(text: str, district: Municipality | None) -> QuerySet[Municipality]:
    return towns_of(district.pk) if district and not text else find_municipalities(text)


@require_GET
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one organisation: who it is, its units, how to reach them, what it takes part in."""
    found = organisation_by_slug(slug)
    if found is None:
        raise Http404
    municipality = municipality_by_id(found.pk)
    units = [unit for unit in units_of(found.pk) if unit.pillar != Pillar.ADMINISTRATION]
    context = {
        "organisation": found,
        "municipality": municipality,
        "successor": _successor(municipality),
        "units": units,
        # A Baustein that is on means nothing where nobody is there to do it.
        "offers": _offers(found.pk) if units else [],
        "parts": parts_of(found.pk),
        "population": f"{municipality.population:,}".replace(",", ".")
        if municipality and municipality.population
        else "",
        "is_district": municipality is not None
        and municipality.municipality_kind == MunicipalityKind.DISTRICT,
    }
    return render(request, "municipalities/public/organisation.html", context)


def _offers(organisation_id: UUID) -> list[StrPromise]:
    """Say what the organisation does; that it takes reports only while it does."""
    modules = active_modules(organisation_id)
    if Module.REPORTING in modules and not intake_is_open(organisation_id):
        modules.remove(Module.REPORTING)
    return [text for module, text in _OFFERS.items() if module in modules]


def _successor(municipality: Municipality | None) -> Municipality | None:
    if municipality is None or municipality.valid_until is None:
        return None
    current = current_of(municipality)
    return None if current.pk == municipality.pk else current
