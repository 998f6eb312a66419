"""Other bodies on site that help: what anybody may ask."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from komma.municipalities.models import LocalHelp

if TYPE_CHECKING:
    from collections.abc import Sequence


def local_help_of(organisations: Sequence[UUID]) -> list[LocalHelp]:
    """Return what these organisations name, in their order, each as it was entered."""
    place = {organisation: n for n, organisation in enumerate(organisations)}
    found = LocalHelp.objects.filter(organisation_id__in=place).order_by("id")
    return sorted(found, key=lambda each: place[each.organisation_id])


def local_help_by_id(local_help_id: UUID, organisation_id: UUID) -> LocalHelp | None:
    """Return one of an organisation, or None."""
    return LocalHelp.objects.filter(pk=local_help_id, organisation_id=organisation_id).first()
