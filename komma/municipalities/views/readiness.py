"""How far the intake is: what is there, what is missing, opening it, and the protocol of that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.core.dates import today
from komma.municipalities.actions import Refused, attest, open_intake
from komma.municipalities.forms import AttestForm
from komma.municipalities.queries import (
    intake_events,
    municipality_by_id,
    readiness_of,
)
from komma.municipalities.readiness import TITLES
from komma.municipalities.views.access import (
    Office,
    Reader,
    administration,
    readiness_readers,
)
from komma.people.rules import second_factors_are_asked

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import IntakeEvent


@require_GET
@readiness_readers
def page(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show step by step what is missing, then what is there, and who can do it."""
    readiness = readiness_of(reader.organisation.pk)
    context = _state(reader) | {
        "administers": reader.administers,
        "steps": sorted(readiness.checked, key=lambda each: each.is_met),
        "readiness": readiness,
    }
    return render(request, "municipalities/readiness.html", context)


@require_POST
@administration
def open_(request: HttpRequest, office: Office) -> HttpResponse:
    """Open the intake; what is missing is asked again here."""
    try:
        open_intake(organisation_id=office.organisation.pk, by=office.by)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Die Annahme ist eröffnet."))
    return redirect("municipalities:readiness", slug=office.organisation.slug)


@require_http_methods(["GET", "POST"])
@administration
def dates(request: HttpRequest, office: Office) -> HttpResponse:
    """Note the days on which staff council and data protection agreed."""
    organisation = office.organisation
    initial = {
        "staff_council_on": organisation.staff_council_on,
        "data_protection_on": organisation.data_protection_on,
    }
    form = AttestForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            attest(
                organisation_id=organisation.pk,
                by=office.by,
                may_close=False,
                **form.cleaned_data,
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("municipalities:readiness", slug=organisation.slug)
    context = {"organisation": organisation, "form": form}
    return render(request, "municipalities/readiness_dates.html", context)


@require_GET
@readiness_readers
def protocol(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show a sheet to print and sign: every condition with its evidence, and the history."""
    readiness = readiness_of(reader.organisation.pk)
    context = _state(reader) | {"today": today(), "readiness": readiness}
    return render(request, "municipalities/readiness_protocol.html", context)


def _state(reader: Reader) -> dict[str, object]:
    return {
        "organisation": reader.organisation,
        "municipality": municipality_by_id(reader.organisation.pk),
        "history": _history(reader),
        "is_relaxed": not second_factors_are_asked(),
    }


def _history(reader: Reader) -> list[tuple[IntakeEvent, str]]:
    """Return openings and closings, newest first, with the titles of what was missing."""
    return [
        (event, ", ".join(str(TITLES.get(code, code)) for code in event.missing))
        for event in intake_events(reader.organisation.pk)
    ]
