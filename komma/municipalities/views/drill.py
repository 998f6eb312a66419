"""The yearly drill with both emergency keys: two steps by two people, and its protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.municipalities.actions import Refused, finish_drill, start_drill
from komma.municipalities.emergency import AN_HOUR, finished_drills, pending_drill
from komma.municipalities.forms import EmergencyForm
from komma.municipalities.queries import functions_of
from komma.municipalities.views.access import Office, administration, emergency_keepers

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
@emergency_keepers
def drill(request: HttpRequest, office: Office) -> HttpResponse:
    """Take paper B from whoever begins, then paper A from somebody else within the hour."""
    waiting = pending_drill(office.organisation.pk)
    form = EmergencyForm(request.POST or None, part="A" if waiting else "B")
    if form.is_valid():
        step = _finish if waiting else _start
        try:
            return step(request, office, form.cleaned_data["secret"])
        except Refused as error:
            form.add_error("secret", str(error))
    context = {
        "organisation": office.organisation,
        "form": form,
        "until": waiting.started_at + AN_HOUR if waiting else None,
        "is_mine": waiting is not None and waiting.started_by_id == office.by,
    }
    return render(request, "municipalities/drill.html", context)


def _start(request: HttpRequest, office: Office, typed: str) -> HttpResponse:
    start_drill(organisation_id=office.organisation.pk, typed=typed, by=office.by)
    messages.success(request, _("Blatt B ist richtig."))
    return redirect("municipalities:drill", slug=office.organisation.slug)


def _finish(request: HttpRequest, office: Office, typed: str) -> HttpResponse:
    done = finish_drill(organisation_id=office.organisation.pk, typed=typed, by=office.by)
    messages.success(request, _("Geschafft: Beide Schlüssel öffnen, was sie sollen."))
    return redirect(
        "municipalities:drill_protocol", slug=office.organisation.slug, drill_id=done.pk
    )


@require_GET
@administration
def protocol(request: HttpRequest, office: Office, drill_id: UUID) -> HttpResponse:
    """Show a sheet to sign."""
    found = next((d for d in finished_drills(office.organisation.pk) if d.pk == drill_id), None)
    if found is None or found.finished_by_id is None:
        raise Http404
    people = [
        (part, functions_of(person, office.organisation.pk))
        for part, person in (("B", found.started_by_id), ("A", found.finished_by_id))
    ]
    context = {"organisation": office.organisation, "drill": found, "people": people}
    return render(request, "municipalities/drill_protocol.html", context)
