"""Versions of the sections of folders and of papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from komma.prevention.catalogue import papers
from komma.prevention.models import Text

if TYPE_CHECKING:
    from uuid import UUID

MOST_CHANGES = 12


def versions_of(organisation_id: UUID, slug: str, building_id: UUID | None = None) -> list[Text]:
    """Return all versions of a section or paper, newest first, a draft before all."""
    found = _of(organisation_id).filter(slug=slug, building=building_id)
    return sorted(found, key=lambda text: (text.is_draft, text.pk), reverse=True)


def draft_of(organisation_id: UUID, slug: str) -> Text | None:
    """Return the draft of a paper, or None."""
    return _of(organisation_id).filter(slug=slug, in_force_on=None).first()


def paper_in_force(organisation_id: UUID, slug: str) -> Text | None:
    """Return the version of a paper that holds, or None."""
    return _in_force(organisation_id).filter(slug=slug).order_by("-pk").first()


def papers_in_force(organisation_id: UUID) -> dict[str, Text]:
    """Return the versions that hold, by slug."""
    found = _in_force(organisation_id).filter(slug__in=papers())
    return {text.slug: text for text in found.order_by("slug", "-pk").distinct("slug")}


def section_text(organisation_id: UUID, slug: str, building_id: UUID | None) -> Text | None:
    """Return the newest text of a section, or None where nobody has written one."""
    found = _in_force(organisation_id).filter(slug=slug, building=building_id)
    return found.order_by("-pk").first()


def latest_sections(organisation_id: UUID, building_id: UUID) -> dict[str, Text]:
    """Return the newest text of each section and paper that a building's folder shows, by slug."""
    found = _shown_in(organisation_id, building_id)
    return {text.slug: text for text in found.order_by("slug", "-pk").distinct("slug")}


def sections_of_all(organisation_id: UUID) -> dict[UUID | None, dict[str, Text]]:
    """Return the newest texts by building and slug; under None those that hold for all."""
    found: dict[UUID | None, dict[str, Text]] = {}
    newest = _in_force(organisation_id).order_by("slug", "building", "-pk")
    for text in newest.distinct("slug", "building"):
        found.setdefault(text.building_id, {})[text.slug] = text
    return found


def changes_of(organisation_id: UUID, building_id: UUID) -> list[Text]:
    """Return the last changes of a building's folder, newest first."""
    return list(_shown_in(organisation_id, building_id).order_by("-pk")[:MOST_CHANGES])


def _of(organisation_id: UUID) -> QuerySet[Text]:
    return Text.objects.filter(organisation_id=organisation_id)


def _in_force(organisation_id: UUID) -> QuerySet[Text]:
    return _of(organisation_id).exclude(in_force_on=None)


def _shown_in(organisation_id: UUID, building_id: UUID) -> QuerySet[Text]:
    # A paper that is no part of the folder rides along; nobody asks for its slug there.
    return _in_force(organisation_id).filter(Q(building_id=None) | Q(building=building_id))
