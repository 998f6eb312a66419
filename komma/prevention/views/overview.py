"""What exists and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from komma.core.dates import today
from komma.prevention.catalogue import papers
from komma.prevention.codes import RecordKind
from komma.prevention.folder import with_gaps
from komma.prevention.queries import (
    assessments_of,
    buildings_of,
    papers_in_force,
    records_of,
    sections_of_all,
    upcoming,
)
from komma.prevention.rules import SOON
from komma.prevention.views.access import Office, members, page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.prevention.models import Building
    from komma.prevention.queries import DueLine


class Task(NamedTuple):
    """A line of what is due."""

    title: str
    status: str
    kind: str
    url: str


@require_GET
@members
def overview(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the parts of prevention, each with its next step."""
    organisation_id = office.organisation.pk
    held = papers_in_force(organisation_id)
    records = records_of(organisation_id)
    return page(
        request,
        "prevention/overview.html",
        office,
        _("Vorbeugen"),
        tasks=[_task(line) for line in upcoming(organisation_id)],
        assessments=assessments_of(organisation_id),
        buildings=_buildings(organisation_id),
        papers=[(each, held.get(each.slug)) for each in papers().values()],
        last=[
            (kind, next((each for each in records if each.kind == kind), None))
            for kind in RecordKind
        ],
    )


def _buildings(organisation_id: UUID) -> list[tuple[Building, str]]:
    """Return the buildings, each with the titles of the sections that still hold blanks."""
    texts = sections_of_all(organisation_id)
    common = texts.get(None, {})
    return [
        (each, ", ".join(section.title for section in with_gaps(common | texts.get(each.pk, {}))))
        for each in buildings_of(organisation_id)
    ]


def _task(line: DueLine) -> Task:
    words = {"title": line.title, "day": date_format(line.day, "d.m.Y")}
    title = _("%(title)s (bis %(day)s)") % words
    url = reverse(line.url_name, args=line.url_args)
    if line.day < today():
        return Task(title, _("überfällig"), "danger", url)
    if line.day <= today() + SOON:
        return Task(title, _("bald fällig"), "warning", url)
    return Task(title, _("geplant"), "neutral", url)
