"""Units of an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.municipalities.actions import Refused, change_unit, create_unit, remove_unit
from komma.municipalities.codes import Pillar
from komma.municipalities.forms import UnitChangeForm, UnitForm
from komma.municipalities.queries import members_of, unit_by_id, units_of
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation, Unit


@require_GET
@administration
def listing(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the units with their people."""
    by_unit: dict[UUID, list[object]] = {}
    for membership in members_of(office.organisation.pk):
        by_unit.setdefault(membership.unit_id, []).append(membership)
    rows = [(unit, by_unit.get(unit.pk, [])) for unit in units_of(office.organisation.pk)]
    return render(
        request, "municipalities/units.html", {"organisation": office.organisation, "rows": rows}
    )


@require_http_methods(["GET", "POST"])
@administration
def add(request: HttpRequest, office: Office) -> HttpResponse:
    """Add a unit."""
    taken = {unit.pillar for unit in units_of(office.organisation.pk)}
    form = UnitForm(request.POST or None, taken=taken)
    if form.is_valid():
        try:
            unit = create_unit(
                organisation_id=office.organisation.pk, by=office.by, **form.cleaned_data
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Die Stelle ist angelegt. Wer gehört dazu?"))
            return redirect(
                "municipalities:member_add", slug=office.organisation.slug, unit_id=unit.pk
            )
    return _form(request, office, form, _("Stelle anlegen"))


@require_http_methods(["GET", "POST"])
@administration
def change(request: HttpRequest, office: Office, unit_id: UUID) -> HttpResponse:
    """Change how a unit presents itself."""
    unit = own_unit(office.organisation, unit_id)
    initial = {name: getattr(unit, name) for name in UnitChangeForm.base_fields}
    form = UnitChangeForm(request.POST or None, initial=initial)
    if form.is_valid():
        change_unit(unit=unit, by=office.by, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("municipalities:units", slug=office.organisation.slug)
    return _form(request, office, form, unit.name, about=Pillar(unit.pillar).label)


@require_http_methods(["GET", "POST"])
@administration
def remove(request: HttpRequest, office: Office, unit_id: UUID) -> HttpResponse:
    """Ask, then remove a unit on which nothing hangs."""
    unit = own_unit(office.organisation, unit_id)
    if request.method == "POST":
        try:
            remove_unit(unit=unit, by=office.by)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Die Stelle ist entfernt."))
        return redirect("municipalities:units", slug=office.organisation.slug)
    context = {
        "organisation": office.organisation,
        "title": _("„%(unit)s“ entfernen?") % {"unit": unit.name},
        "text": _("Das geht nur, solange niemand zu der Stelle gehört oder gehört hat."),
        "label": _("Stelle entfernen"),
        "cancel_url": _listing_url(office),
    }
    return render(request, "municipalities/question_page.html", context)


def _form(
    request: HttpRequest, office: Office, form: UnitChangeForm, title: str, about: str = ""
) -> HttpResponse:
    context = {
        "organisation": office.organisation,
        "form": form,
        "title": title,
        "about": about,
        "cancel_url": _listing_url(office),
    }
    return render(request, "municipalities/form_page.html", context)


def _listing_url(office: Office) -> str:
    return reverse("municipalities:units", args=[office.organisation.slug])


def own_unit(organisation: Organisation, unit_id: UUID) -> Unit:
    """Return a unit of this organisation; one of another is not found."""
    unit = unit_by_id(unit_id)
    if unit is None or unit.organisation_id != organisation.pk:
        raise Http404
    return unit
