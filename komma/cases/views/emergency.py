"""Opening cases with both emergency keys: one person begins, another one ends it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from komma.cases.actions.emergency import Opened, cancel_use, finish_use, start_use
from komma.cases.actions.errors import Refused
from komma.cases.emergency import Pending, pending_use, recipients
from komma.cases.forms import EmergencyEndForm, EmergencyStartForm
from komma.core.vault.keys import fingerprint
from komma.municipalities.emergency import AN_HOUR
from komma.municipalities.queries import functions_of
from komma.municipalities.views.access import Office, administration, emergency_keepers


@require_http_methods(["GET", "POST"])
@emergency_keepers
def access(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the step that is due: to begin, to wait for somebody else, or to end it."""
    pending = pending_use(office.organisation.pk)
    if pending is None:
        return _begin(request, office)
    return _end(request, office, pending)


def _begin(request: HttpRequest, office: Office) -> HttpResponse:
    people = [
        each for each in recipients(office.organisation.pk) if each.receiver.person != office.by
    ]
    form = EmergencyStartForm(request.POST or None, recipients=people)
    if form.is_valid():
        try:
            start_use(organisation_id=office.organisation.pk, by=office.by, **form.answers)
        except Refused as error:
            form.add_error("secret", str(error))
        else:
            messages.success(request, _("Blatt B ist richtig."))
            return redirect("cases:emergency", slug=office.organisation.slug)
    context = {"organisation": office.organisation, "form": form, "has_people": bool(people)}
    return render(request, "cases/emergency_begin.html", context)


def _end(request: HttpRequest, office: Office, pending: Pending) -> HttpResponse:
    form = EmergencyEndForm(request.POST or None, initial={"use": pending.use.pk})
    if form.is_valid():
        try:
            opened = finish_use(
                organisation_id=office.organisation.pk,
                use_id=form.cleaned_data["use"],
                typed=form.cleaned_data["secret"],
                by=office.by,
            )
        except Refused as error:
            form.add_error("secret", str(error))
        else:
            _tell(request, opened)
            return redirect("municipalities:emergency", slug=office.organisation.slug)
    return render(request, "cases/emergency_end.html", _pending_context(office, pending, form))


def _pending_context(office: Office, pending: Pending, form: EmergencyEndForm) -> dict[str, Any]:
    found = recipients(office.organisation.pk)
    chosen = next((r for r in found if r.receiver.membership == pending.membership), None)
    first = functions_of(pending.use.started_by_id, office.organisation.pk)
    rows = [
        (_("Begonnen von"), first),
        (_("Zugang bekommt"), f"{chosen.name}, {chosen.receiver.title}" if chosen else ""),
        (_("Prüfzahl ihres Schlüssels"), fingerprint(chosen.receiver.public) if chosen else ""),
        (_("Zahl der Fälle"), str(pending.count)),
        (_("Begründung"), pending.reason),
    ]
    return {
        "organisation": office.organisation,
        "form": form,
        "rows": rows,
        "left_out": pending.left_out,
        "until": pending.use.started_at + AN_HOUR,
        "is_mine": pending.use.started_by_id == office.by,
    }


def _tell(request: HttpRequest, opened: Opened) -> None:
    text = ngettext(
        "Ein Fall ist wieder zugänglich. Die meldende Person erfährt davon in ihrem Postfach.",
        "%(count)d Fälle sind wieder zugänglich. Die meldenden Personen erfahren davon in ihren "
        "Postfächern.",
        opened.count,
    )
    messages.success(request, text % {"count": opened.count})
    if opened.left_out:
        text = ngettext(
            "Ein Fall bleibt verschlossen: Für ihn gibt es keine passenden Notfallschlüssel, oder "
            "diese Person darf ihn nicht öffnen.",
            "%(count)d Fälle bleiben verschlossen: Für sie gibt es keine passenden "
            "Notfallschlüssel, oder diese Person darf sie nicht öffnen.",
            opened.left_out,
        )
        messages.warning(request, text % {"count": opened.left_out})


@require_POST
@administration
def cancel(request: HttpRequest, office: Office) -> HttpResponse:
    """Forget what was begun."""
    cancel_use(organisation_id=office.organisation.pk, by=office.by)
    messages.success(request, _("Der Notfallzugang ist abgebrochen. Kein Fall wurde geöffnet."))
    return redirect("municipalities:emergency", slug=office.organisation.slug)
