"""What a reporter can do now, composed from the report; and a complaint that nothing happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases.actions.deadlines import complain_of_silence
from komma.cases.deadlines import facts_of, of_case
from komma.cases.silence import silence_of
from komma.municipalities.contacts import local_contacts
from komma.procedures.guidance import compose
from komma.procedures.incidents import Incident
from komma.reporting.views.opening import with_mailbox

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from komma.cases.queries import Mailbox


@require_GET
@with_mailbox
def advice(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Show what can be done now."""
    return render(request, "reporting/advice.html", _composed(found))


@require_GET
@with_mailbox
def advice_print(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Show the same on paper."""
    return render(request, "reporting/advice_print.html", _composed(found))


@require_http_methods(["GET", "POST"])
@with_mailbox
def silence(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Ask once more, then record that the reporter complains of inaction."""
    missing = silence_of(found)
    if missing is None or not missing.can_be_said:
        return redirect("reporting:mailbox")
    if request.method == "POST":
        told = complain_of_silence(found, missing, tell_next="weiter" in request.POST)
        news = "beschwerde-weiter" if told else "beschwerde"
        return redirect(f"{reverse('reporting:mailbox')}?neu={news}")
    return render(request, "reporting/silence.html", {"mailbox": found, "silence": missing})


def _composed(found: Mailbox) -> dict[str, Any]:
    return {
        "mailbox": found,
        "guidance": compose(Incident.of(facts_of(found.case, found.entries))),
        "contacts": local_contacts(found.case.concerns),
        "deadlines": of_case(found.case, found.entries),
    }
