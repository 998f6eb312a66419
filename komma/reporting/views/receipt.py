"""The receipt: shown until it is noted, at most half an hour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from komma.core.dates import today
from komma.procedures.codes import Side
from komma.procedures.deadlines import rule_on
from komma.reporting import actions, cookies
from komma.reporting.queries import pending_receipt
from komma.reporting.rules import CHARGES, COMPENSATION, COMPENSATION_ADVICE

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
    return render(request, template, pending | _days(pending) | _limits(pending))


def _limits(pending: dict[str, Any]) -> dict[str, Any]:
    """Return the time limits in law that may matter: that of the AGG binds employers."""
    may_be_inside = pending.get("side") != Side.OUTSIDE
    return {
        "charges": rule_on(CHARGES, today()),
        "compensation": rule_on(COMPENSATION, today()) if may_be_inside else None,
        "advice": COMPENSATION_ADVICE,
    }


def _days(pending: dict[str, Any]) -> dict[str, dt.date | None]:
    return {
        name: dt.date.fromisoformat(pending[name]) if pending[name] else None
        for name in ("answer_on", "charges_until")
    }
