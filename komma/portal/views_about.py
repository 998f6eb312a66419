"""Where to find help, and what this platform is, promises and does not promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.municipalities.chain import chain, first_open, outside
from komma.municipalities.queries import find_municipalities, municipality_by_slug
from komma.portal.cookies import cookies
from komma.portal.handout import handout
from komma.portal.helplines import helplines

if TYPE_CHECKING:
    from django.http import HttpRequest

RESULTS = 20


@require_GET
def find_help(request: HttpRequest) -> HttpResponse:
    """Show helplines for everybody, and the way to help on site."""
    text = request.GET.get("ort", "").strip()
    context: dict[str, object] = {"helplines": helplines(), "text": text, "query": request.GET}
    if text:
        found = Paginator(find_municipalities(text), RESULTS)
        context["page"] = found.get_page(request.GET.get("page"))
    return render(request, "portal/find_help.html", context)


@require_GET
def help_in(request: HttpRequest, slug: str) -> HttpResponse:
    """Show who helps in one municipality."""
    municipality = municipality_by_slug(slug)
    if municipality is None:
        raise Http404
    bodies = chain(municipality)
    context = {
        "municipality": municipality,
        "units": bodies[0].units,
        "body": first_open(bodies),
        "elsewhere": [body for body in outside(bodies) if body.units],
        "helplines": helplines(),
    }
    return render(request, "portal/help_in.html", context)


@require_GET
def handout_of(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the handout of one municipality to print (PDF/UA)."""
    municipality = municipality_by_slug(slug)
    if municipality is None:
        raise Http404
    name = f"hilfe-{municipality.slug}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(handout(municipality), content_type="application/pdf", headers=headers)


@require_GET
def join(request: HttpRequest) -> HttpResponse:
    """Tell a municipality what taking part means."""
    return render(request, "portal/join.html")


@require_GET
def usage(request: HttpRequest) -> HttpResponse:
    """Explain how to use the platform."""
    return render(request, "portal/usage.html")


@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Tell what is promised, and what is not."""
    context = {"operator": _operator(), "cookies": cookies()}
    return render(request, "portal/privacy.html", context)


@require_GET
def imprint(request: HttpRequest) -> HttpResponse:
    """Name the operator, as set by the environment."""
    return render(request, "portal/imprint.html", {"operator": _operator()})


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    """Declare how accessible the platform is (Directive (EU) 2016/2102, Decision 2018/1523)."""
    return render(request, "portal/accessibility.html", {"operator": _operator()})


def _operator() -> list[str]:
    """Return the lines of KOMMA_OPERATOR: name, address, contact of whoever runs this site."""
    return [line.strip() for line in settings.KOMMA_OPERATOR.split("|") if line.strip()]
