"""The receipt: shown until it is noted, at most half an hour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases.deadlines import count
from komma.core.dates import today
from komma.procedures.deadlines import Place
from komma.procedures.guidance import compose
from komma.procedures.incidents import Incident
from komma.reporting import actions, cookies
from komma.reporting.queries import pending_receipt

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """Show the receipt; "Ich habe den Code notiert" forgets it and leads to the mailbox."""
    entropy = cookies.draft_entropy(request)
    if request.method == "POST":
        if entropy is not None:
            actions.confirm_receipt(entropy)
        response: HttpResponse = redirect("reporting:mailbox")
        cookies.forget_draft(response)
        return response
    return _shown(request, "reporting/receipt.html")


@require_GET
def receipt_print(request: HttpRequest) -> HttpResponse:
    """Show the receipt on one sheet of paper."""
    return _shown(request, "reporting/receipt_print.html")


def _shown(request: HttpRequest, template: str) -> HttpResponse:
    entropy = cookies.draft_entropy(request)
    pending = pending_receipt(entropy) if entropy is not None else None
    if pending is None:
        return render(request, "reporting/receipt_gone.html")
    return render(request, template, pending | _composed(pending))


def _composed(pending: dict[str, Any]) -> dict[str, Any]:
    """Return what the facts mean, without a query: they are sealed with the pending receipt."""
    # A receipt that waits while a new version starts does not know of facts yet.
    facts, land = pending.get("facts", {}), pending.get("land")
    place = Place(land, pending["ags"]) if land else None
    return {
        "answer_on": dt.date.fromisoformat(pending["answer_on"]),
        "guidance": compose(Incident.of(facts)),
        "deadlines": count(facts, place=place, received_on=today()),
    }
