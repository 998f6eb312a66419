"""Settings of a municipality and its Bausteine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.municipalities.actions import Refused, save_settings, switch_module
from komma.municipalities.codes import AVAILABLE_MODULES, Module
from komma.municipalities.forms import SettingsForm
from komma.municipalities.queries import active_modules, municipality_by_id
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Municipality


@require_http_methods(["GET", "POST"])
@administration
def change(request: HttpRequest, office: Office) -> HttpResponse:
    """Change what the intake says and does; other bodies than municipalities have no intake."""
    municipality = municipality_by_id(office.organisation.pk)
    if municipality is None:
        raise Http404
    form = SettingsForm(
        request.POST or None, municipality=municipality, initial=_initial(municipality)
    )
    if form.is_valid():
        chosen = dict(form.cleaned_data)
        fallback = chosen.pop("fallback_unit")
        chosen.setdefault("serves_towns", municipality.serves_towns)
        try:
            save_settings(
                municipality=municipality,
                fallback_unit_id=UUID(fallback) if fallback else None,
                by=office.by,
                may_close=False,
                **chosen,
            )
        except Refused as error:
            form.add_error("fallback_unit", str(error))
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("municipalities:organisation", slug=office.organisation.slug)
    context = {"organisation": office.organisation, "form": form}
    return render(request, "municipalities/settings.html", context)


def _initial(municipality: Municipality) -> dict[str, object]:
    return {
        "answer_days": municipality.answer_days,
        "names_shown": municipality.names_shown,
        "serves_towns": municipality.serves_towns,
        "emergency_hint": municipality.emergency_hint,
        "fallback_unit": str(municipality.fallback_unit_id or ""),
        "mail_domains": "\n".join(municipality.mail_domains),
    }


@require_GET
@administration
def modules(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the Bausteine."""
    active = active_modules(office.organisation.pk)
    rows = [(module, module in active) for module in AVAILABLE_MODULES]
    context = {"organisation": office.organisation, "rows": rows}
    return render(request, "municipalities/modules.html", context)


@require_http_methods(["GET", "POST"])
@administration
def switch(request: HttpRequest, office: Office, module: str) -> HttpResponse:
    """Ask, then switch a Baustein; the form says to which side."""
    if module not in AVAILABLE_MODULES:
        raise Http404
    is_on = module in active_modules(office.organisation.pk)
    if request.method == "POST":
        on = request.POST.get("an") == "ja"
        switch_module(organisation_id=office.organisation.pk, module=module, on=on, by=office.by)
        messages.success(request, _("Eingeschaltet.") if on else _("Ausgeschaltet."))
        return redirect("municipalities:modules", slug=office.organisation.slug)
    context = {"organisation": office.organisation, "module": Module(module), "is_on": is_on}
    return render(request, "municipalities/module_switch.html", context)
