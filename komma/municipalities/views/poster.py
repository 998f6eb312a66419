"""A sheet for the notice board with the way to the municipality's intake."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.municipalities.chain import chain, first_open
from komma.municipalities.queries import municipality_by_id
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from django.http import HttpRequest

    from komma.municipalities.models import Organisation


def _address(organisation: Organisation) -> str:
    return f"{settings.KOMMA_URL.rstrip('/')}/melden/{organisation.slug}/"


@require_GET
@administration
def poster(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the sheet."""
    municipality = municipality_by_id(office.organisation.pk)
    if municipality is None:
        raise Http404
    body = first_open(chain(municipality))
    context = {
        "organisation": office.organisation,
        "municipality": municipality,
        "address": _address(office.organisation),
        "body": body,
    }
    return render(request, "municipalities/poster.html", context)


@require_GET
@administration
def code(request: HttpRequest, office: Office) -> HttpResponse:
    """Return the QR code (ISO/IEC 18004, correction level M) of the intake's address as SVG.

    From an address of its own: the content security policy allows no data: images.
    """
    drawn = BytesIO()
    segno.make(_address(office.organisation), error="m", micro=False).save(
        drawn, kind="svg", border=4, omitsize=True, svgclass=None, lineclass=None
    )
    return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
