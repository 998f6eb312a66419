"""Instructions and exercises that were held, each with a protocol to print."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from komma.core.dates import today
from komma.prevention.actions import add_record, change_record, remove_record
from komma.prevention.codes import RecordKind
from komma.prevention.forms import RecordForm
from komma.prevention.queries import buildings_of, place_names, record_by_id, records_of
from komma.prevention.rules import next_due
from komma.prevention.views.access import Office, editors, members, page, question

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.prevention.models import Record

_TITLES = {
    RecordKind.INSTRUCTION: gettext_lazy("Unterweisung eintragen"),
    RecordKind.EXERCISE: gettext_lazy("Alarmübung eintragen"),
}


@require_GET
@members
def listing(request: HttpRequest, office: Office) -> HttpResponse:
    """Show all records, newest first."""
    title = _("Unterweisungen und Alarmübungen")
    rows = records_of(office.organisation.pk)
    return page(request, "prevention/records.html", office, title, rows=rows)


@require_http_methods(["GET", "POST"])
@editors
def add(request: HttpRequest, office: Office, kind: str) -> HttpResponse:
    """Record what was held."""
    if kind not in RecordKind.values:
        raise Http404
    form = RecordForm(request.POST or None, places=_places(office), initial={"held_on": today()})
    if form.is_valid():
        record = add_record(
            organisation_id=office.organisation.pk, kind=kind, by=office.by, **form.cleaned_data
        )
        messages.success(request, _saved(record))
        return redirect("prevention:record", record_id=record.pk)
    title = str(_TITLES[RecordKind(kind)])
    return page(request, "prevention/form.html", office, title, _above(), form=form)


@require_http_methods(["GET", "POST"])
@editors
def change(request: HttpRequest, office: Office, record_id: UUID) -> HttpResponse:
    """Correct what was recorded."""
    record = _own(record_id, office)
    initial = record.content | {"held_on": record.held_on, "place": str(record.place or "")}
    form = RecordForm(request.POST or None, places=_places(office, record), initial=initial)
    if form.is_valid():
        change_record(record=record, by=office.by, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("prevention:record", record_id=record.pk)
    return page(
        request,
        "prevention/form.html",
        office,
        _("Nachweis ändern"),
        _above(),
        form=form,
        remove_url=reverse("prevention:record_remove", args=[record.pk]),
    )


@require_GET
@members
def protocol(request: HttpRequest, office: Office, record_id: UUID) -> HttpResponse:
    """Show the protocol to print and sign."""
    record = _own(record_id, office)
    context = {
        "organisation": office.organisation,
        "edits": office.edits,
        "record": record,
        "next_due": next_due(record.kind, record.held_on),
        "today": today(),
    }
    return render(request, "prevention/protocol.html", context)


@require_http_methods(["GET", "POST"])
@editors
def remove(request: HttpRequest, office: Office, record_id: UUID) -> HttpResponse:
    """Ask, then remove a record."""
    record = _own(record_id, office)
    if request.method == "POST":
        remove_record(record=record, by=office.by)
        messages.success(request, _("Der Nachweis ist entfernt."))
        return redirect("prevention:records")
    return question(
        request,
        office,
        _("Nachweis entfernen?"),
        _("Das ist für Irrtümer gedacht. Ein Nachweis wird für Prüfungen gebraucht."),
        _("Nachweis entfernen"),
        reverse("prevention:record", args=[record.pk]),
    )


def _places(office: Office, record: Record | None = None) -> dict[UUID | None, str]:
    """Return the places to choose from, with the one of the record even if it is gone."""
    known = place_names(office.organisation.pk, buildings_of(office.organisation.pk))
    if record and record.place:
        known.setdefault(record.place, record.content["where"])
    return known


def _saved(record: Record) -> str:
    words = {"day": f"{next_due(record.kind, record.held_on):%d.%m.%Y}"}
    return _("Eingetragen. Wieder fällig bis zum %(day)s.") % words


def _own(record_id: UUID, office: Office) -> Record:
    found = record_by_id(record_id, office.organisation.pk)
    if found is None:
        raise Http404
    return found


def _above() -> tuple[str, str]:
    return _("Unterweisungen und Alarmübungen"), reverse("prevention:records")
