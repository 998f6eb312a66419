"""Putting a draft in force, versions, and new procedures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.procedures.actions import Refused, Stale, begin_copy, begin_draft, publish
from komma.procedures.compare import compare
from komma.procedures.forms import CopyForm, LevelForm, PublishForm
from komma.procedures.model import Situation
from komma.procedures.queries import (
    Version,
    draft,
    in_force,
    level_table,
    version,
    versions,
)
from komma.procedures.views.access import Reader, coordination, members, names_of
from komma.procedures.views.editing import findings, to_draft
from komma.procedures.views.showing import reading

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.procedures.model import Procedure

_CONFLICT = 409


@require_http_methods(["GET", "POST"])
@coordination
def publication(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Show the checks and ask for the change note; then publish."""
    found = draft(reader.organisation.pk, slug)
    if found is None and request.method == "GET":
        return to_draft(slug)
    form = PublishForm(request.POST or None, initial={"mark": found.mark if found else ""})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            number = publish(
                organisation_id=reader.organisation.pk,
                slug=slug,
                mark=form.cleaned_data["mark"],
                change_note=form.cleaned_data["change_note"],
                by=reader.by,
            )
        except Refused as error:
            form = _again(request, found.mark if found else "")
            form.add_error(None, str(error))
            status = _CONFLICT if isinstance(error, Stale) else 200
        else:
            messages.success(
                request, _("Fassung %d ist veröffentlicht und gilt ab jetzt.") % number
            )
            return redirect("procedures:procedure", slug=slug)
    held = in_force(reader.organisation.pk).get(slug)
    context = {
        "slug": slug,
        "form": form,
        "draft": found,
        "held": held,
        "findings": findings(found.procedure, reader) if found else [],
        "comparison": compare(held.procedure, found.procedure) if held and found else None,
    }
    return render(request, "procedures/edit/publish.html", context, status=status)


@require_http_methods(["GET", "POST"])
@coordination
def new(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Begin a procedure of one's own as a copy of one in force."""
    known = in_force(reader.organisation.pk).values()
    form = CopyForm(request.POST or None, known=known)
    if form.is_valid():
        try:
            slug = begin_copy(
                organisation_id=reader.organisation.pk, by=reader.by, **form.cleaned_data
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(
                request, _("Der Entwurf ist angelegt. Ändern Sie, was anders sein soll.")
            )
            return to_draft(slug)
    return render(request, "procedures/edit/new.html", {"form": form})


@require_GET
@members
def history(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """List the versions of a procedure."""
    found = versions(reader.organisation.pk, slug)
    if not found:
        raise Http404
    names = names_of(each.published_by for each in found)
    context = {
        "slug": slug,
        "rows": [(each, names.get(each.published_by, "")) for each in found],
        "title": _procedure(reader, slug, found[0].number).title,
        "may_edit": reader.may_edit,
    }
    return render(request, "procedures/versions.html", context)


@require_GET
@members
def former(request: HttpRequest, reader: Reader, slug: str, number: int) -> HttpResponse:
    """Show one version, in force or not."""
    found, each = _procedure(reader, slug, number), _version(reader, slug, number)
    form = LevelForm(request.GET, procedure=found, levels=level_table(reader.organisation.pk))
    context = reading(found, found.applicable(Situation(level=form.level())))
    context |= {"form": form, "slug": slug, "version": each}
    return render(request, "procedures/version.html", context)


@require_GET
@members
def former_comparison(request: HttpRequest, reader: Reader, slug: str, number: int) -> HttpResponse:
    """Show how the version in force differs from another one."""
    found, each = _procedure(reader, slug, number), _version(reader, slug, number)
    held = in_force(reader.organisation.pk)[slug]
    context = {
        "slug": slug,
        "version": each,
        "held": held,
        "comparison": compare(found, held.procedure),
    }
    return render(request, "procedures/version_comparison.html", context)


@require_http_methods(["GET", "POST"])
@coordination
def restore(request: HttpRequest, reader: Reader, slug: str, number: int) -> HttpResponse:
    """Ask, then begin a draft from an older version."""
    each = _version(reader, slug, number)
    if request.method == "POST":
        try:
            begin_draft(
                organisation_id=reader.organisation.pk, slug=slug, by=reader.by, number=number
            )
        except Refused as error:
            messages.warning(request, str(error))
        else:
            messages.success(
                request, _("Der Entwurf ist begonnen. Er gilt erst, wenn Sie ihn veröffentlichen.")
            )
        return to_draft(slug)
    return render(request, "procedures/edit/restore.html", {"version": each, "slug": slug})


def _again(request: HttpRequest, mark: str) -> PublishForm:
    """Return the form with everything typed, for the draft as it is now; the yes is asked anew."""
    data = request.POST.copy()
    data["mark"] = mark
    data.pop("sure", None)
    form = PublishForm(data)
    form.is_valid()
    form.errors.pop("sure", None)
    return form


def _procedure(reader: Reader, slug: str, number: int) -> Procedure:
    found = version(reader.organisation.pk, slug, number)
    if found is None:
        raise Http404
    return found


def _version(reader: Reader, slug: str, number: int) -> Version:
    found = versions(reader.organisation.pk, slug)
    each = next((each for each in found if each.number == number), None)
    if each is None:
        raise Http404
    return each
