"""What forms ask of a municipality."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from komma.core.vault.server import server_mac
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.queries import (
    Receiver,
    exclusion_choices,
    intake_is_open,
    receivers_of_units,
    receiving_units,
)

if TYPE_CHECKING:
    from uuid import UUID

    from komma.municipalities.models import Municipality, Unit


@dataclass
class Town:
    """A municipality as forms need to know it; looked up when first asked for."""

    municipality: Municipality

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The receiving units by pillar."""
        return {unit.pillar: unit for unit in receiving_units(self.municipality.pk)}

    @cached_property
    def receivers_by_unit(self) -> dict[UUID, list[Receiver]]:
        """The proven receivers of each receiving unit, by the unit's id."""
        return receivers_of_units(unit.pk for unit in self.units.values())

    @cached_property
    def is_open(self) -> bool:
        """Whether reports can be taken."""
        return intake_is_open(self.municipality.pk)

    @cached_property
    def receivers(self) -> dict[str, Receiver]:
        """Everybody who might get a report, by a code that does not tell the person's key."""
        found = exclusion_choices(self.municipality)
        return {self._code(receiver.person): receiver for receiver in found}

    @cached_property
    def has_emergency_keys(self) -> bool:
        """Whether reports are also sealed to the two-part emergency key."""
        return emergency_publics(self.municipality.pk) is not None

    def people(self, codes: list[str]) -> frozenset[UUID]:
        """Return the people behind codes."""
        return frozenset(self.receivers[code].person for code in codes)

    def _code(self, person: UUID) -> str:
        return server_mac("exclusion choice", self.municipality.pk, person)[:8].hex()
