"""Papers of the organisation: drafted, put in force, signed, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.prevention.actions import (
    HasGaps,
    Overtaken,
    Refused,
    discard_draft,
    mark_of,
    put_in_force,
    save_paper,
)
from komma.prevention.catalogue import papers
from komma.prevention.folder import stand
from komma.prevention.forms import InForceForm, PaperForm
from komma.prevention.queries import draft_of, paper_in_force, versions_of
from komma.prevention.texts import blocks, gaps
from komma.prevention.views.access import Office, editors, members, page, question

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.prevention.catalogue import Paper
    from komma.prevention.models import Text


@require_GET
@members
def paper(request: HttpRequest, office: Office, name: str) -> HttpResponse:
    """Show what is in force, the draft, and what was in force before."""
    found = _paper(name)
    versions = versions_of(office.organisation.pk, found.slug)
    draft = versions[0] if versions and versions[0].is_draft else None
    held = [each for each in versions if not each.is_draft]
    return page(
        request,
        "prevention/paper.html",
        office,
        found.title,
        paper=found,
        draft=draft,
        current=held[0] if held else None,
        blocks=blocks(held[0].content["text"]) if held else [],
        draft_blocks=blocks(draft.content["text"]) if draft else [],
        gaps=gaps(draft.content["text"]) if draft else 0,
        former=held[1:],
    )


@require_http_methods(["GET", "POST"])
@editors
def write(request: HttpRequest, office: Office, name: str) -> HttpResponse:
    """Write the draft, from what is in force or from a text to begin with."""
    found = _paper(name)
    draft = draft_of(office.organisation.pk, found.slug)
    form = PaperForm(request.POST or None, initial=_initial(found, draft, office))
    other = None
    if form.is_valid():
        try:
            save_paper(
                organisation_id=office.organisation.pk,
                slug=found.slug,
                by=office.by,
                **form.cleaned_data,
            )
        except Overtaken as error:
            form.add_error(None, str(error))
            form.show_anew(mark_of(error.current))
            other = error.current
        else:
            messages.success(request, _("Der Entwurf ist gespeichert. In Kraft ist er noch nicht."))
            return redirect("prevention:paper", name=found.slug)
    title = _("Entwurf schreiben")
    context = {"paper": found, "form": form, "other": other}
    return page(request, "prevention/paper_write.html", office, title, _above(found), **context)


@require_http_methods(["GET", "POST"])
@editors
def in_force(request: HttpRequest, office: Office, name: str) -> HttpResponse:
    """Put the draft in force with a day and a function that has signed."""
    found = _paper(name)
    draft = draft_of(office.organisation.pk, found.slug)
    if draft is None:
        messages.info(request, _("Es gibt keinen Entwurf. Bitte schreiben Sie zuerst einen."))
        return redirect("prevention:paper", name=found.slug)
    form = InForceForm(request.POST or None, initial={"seen": mark_of(draft)})
    if form.is_valid():
        try:
            put_in_force(
                organisation_id=office.organisation.pk,
                slug=found.slug,
                by=office.by,
                **form.cleaned_data,
            )
        except Overtaken as error:
            form.add_error(None, _("Der Entwurf wurde inzwischen geändert. Bitte lesen Sie ihn."))
            form.show_anew(mark_of(error.current))
        except HasGaps as error:
            form.add_error(None, str(error))
        except Refused as error:
            form.add_error("in_force_on", str(error))
        else:
            messages.success(request, _("Die Fassung ist in Kraft. Bitte drucken und aushängen."))
            return redirect("prevention:paper", name=found.slug)
    return page(
        request,
        "prevention/paper_in_force.html",
        office,
        _("In Kraft setzen"),
        _above(found),
        paper=found,
        form=form,
        blocks=blocks(draft.content["text"]),
        gaps=gaps(draft.content["text"]),
    )


@require_http_methods(["GET", "POST"])
@editors
def discard(request: HttpRequest, office: Office, name: str) -> HttpResponse:
    """Ask, then throw the draft away."""
    found = _paper(name)
    if request.method == "POST":
        try:
            discard_draft(organisation_id=office.organisation.pk, slug=found.slug, by=office.by)
        except Refused as error:
            messages.info(request, str(error))
        else:
            messages.success(request, _("Der Entwurf ist verworfen."))
        return redirect("prevention:paper", name=found.slug)
    text = _("Was in Kraft ist, bleibt. Den Entwurf gibt es danach nicht mehr.")
    url = reverse("prevention:paper", args=[found.slug])
    return question(request, office, _("Entwurf verwerfen?"), text, _("Verwerfen"), url)


@require_GET
@members
def printed(request: HttpRequest, office: Office, name: str) -> HttpResponse:
    """Show the version in force, or else the draft, to print and sign."""
    found = _paper(name)
    organisation_id = office.organisation.pk
    text = paper_in_force(organisation_id, found.slug) or draft_of(organisation_id, found.slug)
    if text is None:
        messages.info(request, _("Es gibt noch nichts zu drucken. Schreiben Sie einen Entwurf."))
        return redirect("prevention:paper", name=found.slug)
    context = {
        "organisation": office.organisation,
        "paper": found,
        "text": text,
        "blocks": blocks(text.content["text"]),
        "stand": stand(),
    }
    return render(request, "prevention/paper_print.html", context)


def _initial(found: Paper, draft: Text | None, office: Office) -> dict[str, str]:
    source = draft or paper_in_force(office.organisation.pk, found.slug)
    return {"text": source.content["text"] if source else found.text, "seen": mark_of(draft)}


def _paper(slug: str) -> Paper:
    found = papers().get(slug)
    if found is None:
        raise Http404
    return found


def _above(found: Paper) -> tuple[str, str]:
    return found.title, reverse("prevention:paper", args=[found.slug])
