"""Start page, my day, the step from a mail, and the choice of municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from komma.municipalities.current import (
    choose_organisation,
    current_organisation,
    my_memberships,
)
from komma.portal.my_day import day_of
from komma.portal.targets import START, is_local

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Show the three doors."""
    return render(request, "portal/start.html")


@login_required
@require_GET
def my_day(request: HttpRequest) -> HttpResponse:
    """Show what awaits the person today, in the chosen organisation."""
    current = current_organisation(request)
    mine = [m for m in my_memberships(request) if current and m.organisation_id == current.pk]
    context = {"memberships": mine, "day": day_of(request, current)}
    return render(request, "portal/my_day.html", context)


@require_GET
def onward(request: HttpRequest) -> HttpResponse:
    """Lead from a mail to a page of ours.

    The vault's cookie is SameSite=Strict: a browser withholds it on the way from a mail, and
    sends it on the way from this page. Only addresses of this site, so that a link in our name
    never leads anywhere else.
    """
    target = request.GET.get("ziel", "")
    if not is_local(target):
        return render(request, "portal/onward_refused.html", status=400)
    return render(request, "portal/onward.html", {"target": target})


@login_required
@require_POST
def choose_municipality(request: HttpRequest) -> HttpResponse:
    """Act for another organisation; one that the person does not belong to is not found."""
    if not choose_organisation(request, request.POST.get("municipality", "")):
        raise Http404
    target = request.POST.get("next", "")
    return redirect(target if is_local(target) else START)
