"""Help right now, for somebody in danger or shock: one phone screen, no report asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from komma.municipalities.queries import municipality_by_slug
from komma.portal.acute import NEVER_KEEP, SITUATIONS
from komma.portal.contacts import contacts
from komma.portal.helplines import reachable

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Show whom to call at this moment and what to do, anywhere."""
    return _page(request, {})


@require_GET
def now_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The same with the telephones and the way in an emergency of one municipality."""
    municipality = municipality_by_slug(slug)
    if municipality is None:
        raise Http404
    units = [contact for contact in contacts(municipality) if contact.phone]
    return _page(request, {"municipality": municipality, "units": units})


def _page(request: HttpRequest, more: dict[str, object]) -> HttpResponse:
    reach = reachable(timezone.localtime())
    context = {
        "open_lines": [each for each in reach if each.is_open],
        "closed_lines": [each for each in reach if not each.is_open],
        "situations": SITUATIONS,
        "never_keep": NEVER_KEEP,
    }
    return render(request, "portal/now.html", context | more)
