"""Which body is responsible where a municipality takes no reports, and the ways to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from komma.municipalities.queries import intake_is_open, municipality_by_id, unit_by_id

if TYPE_CHECKING:
    from komma.municipalities.models import Municipality, Unit


@dataclass(frozen=True)
class NextBody:
    """A unit outside of the municipality, named by its settings.

    ``entry_slug``: of the municipality the unit belongs to, if that takes reports; else empty.
    """

    unit: Unit
    entry_slug: str


def next_body(municipality: Municipality) -> NextBody | None:
    """Return the body outside that steps in, or None where nobody has been chosen."""
    if municipality.fallback_unit_id is None:
        return None
    unit = unit_by_id(municipality.fallback_unit_id)
    if unit is None:
        return None
    home = municipality_by_id(unit.organisation_id)
    return NextBody(unit, home.slug if home is not None and intake_is_open(home.pk) else "")
