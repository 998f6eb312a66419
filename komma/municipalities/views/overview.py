"""Entry and overview: what is missing, and whether reports are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from komma.municipalities.current import current_organisation, signed_in
from komma.municipalities.queries import (
    administered_organisations,
    municipality_by_id,
    readiness_of,
)
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_GET
def entry(request: HttpRequest) -> HttpResponse:
    """Lead to the chosen organisation, or to the first one that the person administers."""
    mine = administered_organisations(signed_in(request))
    if not mine:
        raise PermissionDenied
    current = current_organisation(request)
    chosen = current if current in mine else mine[0]
    return redirect("municipalities:organisation", slug=chosen.slug)


@require_GET
@administration
def overview(request: HttpRequest, office: Office) -> HttpResponse:
    """Show how far the organisation is."""
    municipality = municipality_by_id(office.organisation.pk)
    readiness = readiness_of(office.organisation.pk)
    context = {
        "organisation": office.organisation,
        "municipality": municipality,
        "readiness": readiness,
    }
    return render(request, "municipalities/overview.html", context)
