"""Figures of one's own organisation: on the page, on paper and as a file for spreadsheets."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.cases.figures import as_csv, periods, table
from komma.municipalities.current import current_organisation, my_roles
from komma.municipalities.rules import may_be_granted
from komma.procedures.codes import Side

PERIOD = "zeitraum"


@require_GET
@login_required
def figures(request: HttpRequest) -> HttpResponse:
    """Show the figures of one period, by default the newest."""
    return render(request, "cases/figures.html", _context(request))


@require_GET
@login_required
def figures_print(request: HttpRequest) -> HttpResponse:
    """Show the same on paper."""
    return render(request, "cases/figures_print.html", _context(request))


@require_GET
@login_required
def figures_file(request: HttpRequest) -> HttpResponse:
    """Hand out the same numbers as a file, with a mark by which spreadsheets know UTF-8."""
    context = _context(request)
    response = HttpResponse(
        "\ufeff" + as_csv(context["rows"]), content_type="text/csv; charset=utf-8"
    )
    name = f"komma-zahlen-{context['period'].code}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _context(request: HttpRequest) -> dict[str, Any]:
    """Return what the page shows; 403 for those whose roles have nothing to do with cases."""
    organisation = current_organisation(request)
    if organisation is None or not any(map(may_be_granted, my_roles(request, organisation.pk))):
        raise PermissionDenied
    known = {period.code: period for period in periods()}
    chosen = known.get(request.GET.get(PERIOD) or next(iter(known)))
    if chosen is None:
        raise Http404
    return {
        "organisation": organisation,
        "period": chosen,
        "periods": known.values(),
        "rows": table(organisation.pk, chosen),
        "sides": Side.labels,
    }
