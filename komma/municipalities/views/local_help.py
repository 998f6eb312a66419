"""Other bodies on site that help: police, counselling, public prosecutor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.municipalities.actions import (
    Refused,
    add_local_help,
    change_local_help,
    remove_local_help,
)
from komma.municipalities.forms import LocalHelpForm
from komma.municipalities.queries import local_help_by_id, local_help_of
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import LocalHelp


@require_GET
@administration
def listing(request: HttpRequest, office: Office) -> HttpResponse:
    """Show what the organisation names."""
    context = {
        "organisation": office.organisation,
        "rows": local_help_of([office.organisation.pk]),
    }
    return render(request, "municipalities/local_help.html", context)


@require_http_methods(["GET", "POST"])
@administration
def add(request: HttpRequest, office: Office) -> HttpResponse:
    """Name a body."""
    form = LocalHelpForm(request.POST or None)
    if form.is_valid():
        try:
            add_local_help(
                organisation_id=office.organisation.pk, by=office.by, **form.cleaned_data
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return _saved(request, office)
    return _form(request, office, form, _("Stelle eintragen"))


@require_http_methods(["GET", "POST"])
@administration
def change(request: HttpRequest, office: Office, local_help_id: UUID) -> HttpResponse:
    """Change what is told of a body."""
    found = _own(office, local_help_id)
    initial = {name: getattr(found, name) for name in LocalHelpForm.base_fields}
    form = LocalHelpForm(request.POST or None, initial=initial)
    if form.is_valid():
        change_local_help(local_help=found, by=office.by, **form.cleaned_data)
        return _saved(request, office)
    return _form(request, office, form, found.name)


@require_http_methods(["GET", "POST"])
@administration
def remove(request: HttpRequest, office: Office, local_help_id: UUID) -> HttpResponse:
    """Ask, then name a body no longer."""
    found = _own(office, local_help_id)
    if request.method == "POST":
        remove_local_help(local_help=found, by=office.by)
        messages.success(request, _("„%s“ ist entfernt.") % found.name)
        return redirect("municipalities:local_help", slug=office.organisation.slug)
    context = {
        "organisation": office.organisation,
        "title": _("„%s“ entfernen?") % found.name,
        "text": _("Die Stelle steht dann nicht mehr auf dem Blatt und unter „Hilfe jetzt“."),
        "label": _("Entfernen"),
        "cancel_url": _listing_url(office),
    }
    return render(request, "municipalities/question_page.html", context)


def _saved(request: HttpRequest, office: Office) -> HttpResponse:
    messages.success(request, _("Gespeichert. Die Stelle steht jetzt auf Blatt und Hilfeseite."))
    return redirect("municipalities:local_help", slug=office.organisation.slug)


def _form(request: HttpRequest, office: Office, form: LocalHelpForm, title: str) -> HttpResponse:
    context = {
        "organisation": office.organisation,
        "form": form,
        "title": title,
        "cancel_url": _listing_url(office),
    }
    return render(request, "municipalities/form_page.html", context)


def _listing_url(office: Office) -> str:
    return reverse("municipalities:local_help", args=[office.organisation.slug])


def _own(office: Office, local_help_id: UUID) -> LocalHelp:
    """Return one of this organisation; one of another is not found."""
    found = local_help_by_id(local_help_id, office.organisation.pk)
    if found is None:
        raise Http404
    return found
