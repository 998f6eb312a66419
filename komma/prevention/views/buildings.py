"""Buildings and their emergency folders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.prevention.actions import (
    Overtaken,
    change_building,
    check_folder,
    create_building,
    mark_of,
    remove_building,
    save_section,
)
from komma.prevention.catalogue import sections
from komma.prevention.folder import folder as assembled
from komma.prevention.folder import folder_pdf, stand, with_gaps
from komma.prevention.forms import BuildingForm, TextForm
from komma.prevention.queries import building_by_id, latest_sections, section_text, versions_of
from komma.prevention.views.access import Office, editors, members, page, question

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from komma.prevention.catalogue import Section
    from komma.prevention.models import Building


@require_http_methods(["GET", "POST"])
@editors
def add(request: HttpRequest, office: Office) -> HttpResponse:
    """Add a building."""
    form = BuildingForm(request.POST or None)
    if form.is_valid():
        building = create_building(
            organisation_id=office.organisation.pk, by=office.by, **form.cleaned_data
        )
        messages.success(
            request,
            _("Der Ordner ist angelegt, mit Texten zum Anfangen. Bitte füllen Sie die Lücken."),
        )
        return redirect("prevention:folder", building_id=building.pk)
    return page(request, "prevention/form.html", office, _("Gebäude anlegen"), form=form)


@require_http_methods(["GET", "POST"])
@editors
def change(request: HttpRequest, office: Office, building_id: UUID) -> HttpResponse:
    """Change name and address."""
    building = _own(building_id, office)
    form = BuildingForm(request.POST or None, initial=building.content)
    if form.is_valid():
        change_building(building=building, by=office.by, **form.cleaned_data)
        messages.success(request, _("Gespeichert."))
        return redirect("prevention:folder", building_id=building.pk)
    title = _("Name und Anschrift")
    return page(request, "prevention/form.html", office, title, _above(building), form=form)


@require_http_methods(["GET", "POST"])
@editors
def remove(request: HttpRequest, office: Office, building_id: UUID) -> HttpResponse:
    """Ask, then remove a building with its folder."""
    building = _own(building_id, office)
    name = building.content["name"]
    if request.method == "POST":
        remove_building(building=building, by=office.by)
        messages.success(request, _("„%s“ ist entfernt.") % name)
        return redirect("prevention:overview")
    return question(
        request,
        office,
        _("„%s“ entfernen?") % name,
        _(
            "Die Texte, die nur für dieses Gebäude gelten, sind dann gelöscht. Nachweise über "
            "Unterweisungen und Übungen bleiben."
        ),
        _("Gebäude entfernen"),
        reverse("prevention:folder", args=[building.pk]),
    )


@require_POST
@editors
def check(request: HttpRequest, office: Office, building_id: UUID) -> HttpResponse:
    """Note that the folder was looked through today."""
    building = _own(building_id, office)
    check_folder(building=building, by=office.by)
    if gaps := _gaps(building, office):
        text = _(
            "Die Prüfung ist vermerkt. Noch Lücken („____“) in: %(sections)s. Bitte füllen Sie "
            "sie, drucken Sie den Ordner dann neu und vernichten Sie den alten."
        )
        titles = ", ".join(each.title for each in gaps)
        messages.warning(request, text % {"sections": titles})
    else:
        text = _("Danke. Bitte drucken Sie den Ordner jetzt neu und vernichten Sie den alten.")
        messages.success(request, text)
    return redirect("prevention:folder", building_id=building.pk)


@require_GET
@members
def folder(request: HttpRequest, office: Office, building_id: UUID) -> HttpResponse:
    """Show the folder of a building."""
    building = _own(building_id, office)
    return page(
        request,
        "prevention/folder.html",
        office,
        _("Notfallordner: %s") % building.content["name"],
        building=building,
        pages=assembled(office.organisation, building),
        gaps=_gaps(building, office),
    )


@require_GET
@members
def paper(request: HttpRequest, office: Office, building_id: UUID) -> HttpResponse:
    """Show the folder to print."""
    building = _own(building_id, office)
    context = {
        "organisation": office.organisation,
        "building": building,
        "pages": assembled(office.organisation, building),
        "stand": stand(),
    }
    return render(request, "prevention/folder_print.html", context)


@require_GET
@members
def pdf(request: HttpRequest, office: Office, building_id: UUID) -> HttpResponse:
    """Return the folder as PDF/UA."""
    building = _own(building_id, office)
    return HttpResponse(
        folder_pdf(office.organisation, building),
        content_type="application/pdf",
        headers={"Content-Disposition": 'inline; filename="notfallordner.pdf"'},
    )


@require_http_methods(["GET", "POST"])
@editors
def section(request: HttpRequest, office: Office, building_id: UUID, part: str) -> HttpResponse:
    """Write a section of the folder; below stand its former versions."""
    building, found = _own(building_id, office), _section(part)
    of_building = building.pk if found.per_building else None
    current = section_text(office.organisation.pk, found.slug, of_building)
    initial = {"text": current.content["text"] if current else found.text, "seen": mark_of(current)}
    form = TextForm(request.POST or None, initial=initial)
    other = None
    if form.is_valid():
        try:
            save_section(
                organisation_id=office.organisation.pk,
                slug=found.slug,
                building_id=of_building,
                by=office.by,
                **form.cleaned_data,
            )
        except Overtaken as error:
            form.add_error(None, str(error))
            form.show_anew(mark_of(error.current))
            other = error.current
        else:
            messages.success(request, _("Gespeichert."))
            place = reverse("prevention:folder", args=[building.pk])
            return redirect(f"{place}#{found.slug}")
    return page(
        request,
        "prevention/section.html",
        office,
        found.title,
        _above(building),
        building=building,
        section=found,
        form=form,
        other=other,
        versions=versions_of(office.organisation.pk, found.slug, of_building),
    )


def _own(building_id: UUID, office: Office) -> Building:
    found = building_by_id(building_id, office.organisation.pk)
    if found is None:
        raise Http404
    return found


def _gaps(building: Building, office: Office) -> list[Section]:
    return with_gaps(latest_sections(office.organisation.pk, building.pk))


def _section(slug: str) -> Section:
    found = sections().get(slug)
    if found is None or not found.written:
        raise Http404
    return found


def _above(building: Building) -> tuple[str, str]:
    return building.content["name"], reverse("prevention:folder", args=[building.pk])
