"""The way in: finding one's municipality, its entry page, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.core.ui.leaving import leave_target
from komma.municipalities.chain import outside
from komma.municipalities.queries import (
    current_of,
    find_municipalities,
    municipality_by_id,
)
from komma.reporting import actions, cookies
from komma.reporting.answers import compile_answers, consider
from komma.reporting.forms.search import SearchForm
from komma.reporting.views.visit import Visit

if TYPE_CHECKING:
    from django.http import HttpRequest

    from komma.municipalities.models import Unit
    from komma.municipalities.queries import Receiver

RESULTS = 25
LONGEST_SEARCH = 100  # characters


@dataclass(frozen=True)
class Reader:
    """A receiving unit and who reads reports there."""

    unit: Unit
    receivers: list[Receiver]


@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Find a municipality by name, postcode or key."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    form = SearchForm(initial={"q": text})
    page = Paginator(find_municipalities(text), RESULTS).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "searched": text, "query": request.GET}
    return render(request, "reporting/choose.html", context)


@require_GET
def entry(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain what reporting is and who reads it; show what was begun."""
    visit = Visit(request, slug)
    if not visit.town.is_open:
        current = current_of(visit.municipality)
        if current.pk != visit.municipality.pk:
            return redirect("reporting:entry", current.slug)
        return closed(visit)
    if visit.own_draft:
        consider(visit.town, visit.own_draft.answers)
    elsewhere = visit.draft and visit.is_elsewhere
    return visit.page(
        "entry.html",
        readers=readers(visit),
        draft=visit.own_draft,
        pending=visit.pending,
        has_emergency_keys=visit.town.has_emergency_keys,
        elsewhere=municipality_by_id(visit.draft.organisation_id)
        if elsewhere and visit.draft
        else None,
    )


def closed(visit: Visit) -> HttpResponse:
    """Say who else helps: never a dead form. What was begun before can still be sent."""
    draft = visit.own_draft
    begun = draft and compile_answers(visit.town, draft.answers).sending.route() is not None
    elsewhere = [body for body in outside(visit.town.chain) if body.units]
    return visit.page("closed.html", bodies=elsewhere, begun=begun)


def readers(visit: Visit) -> list[Reader]:
    """Return the receiving units with their readers, deputies included."""
    house = visit.town.house
    return [Reader(unit, house.receivers[unit.pk]) for unit in house.units]


@require_POST
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Delete what was begun and start anew."""
    visit = Visit(request, slug)
    if visit.entropy is not None:
        actions.discard(visit.entropy)
    return redirect("reporting:entry", slug)


class SeeOther(HttpResponseRedirect):
    """A redirect that the browser follows by GET, whatever it came from (RFC 9110, 15.4.4)."""

    status_code = 303


@csrf_exempt
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Leave at once: draft and receipt go, the cookies go, the browser forgets this site.

    Without a CSRF token, so that leaving never fails; a foreign site cannot make a browser
    delete a draft, since the cookie is Strict and such requests change nothing.
    """
    response = SeeOther(leave_target())
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") != "cross-site":
        entropy = cookies.draft_entropy(request)
        if entropy is not None:
            actions.discard(entropy)
            actions.confirm_receipt(entropy)
        cookies.forget_draft(response)
        cookies.forget_mailbox(response)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
