"""What an organisation still lacks before, and while, it takes reports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from komma.municipalities.codes import RECEIVING_PILLARS, Module, Pillar
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.queries import (
    Receiver,
    active_modules,
    receivers_of_units,
    receiving_units,
)

if TYPE_CHECKING:
    from uuid import UUID

    from komma.municipalities.models import Municipality, Unit

ENOUGH = 2  # people of a unit, so that illness and leave stop nothing


@dataclass(frozen=True)
class Gap:
    """Something missing; while a blocking gap stands, no reports are taken.

    Mended in ``unit`` by adding somebody, else on the page of the administration named ``place``.
    """

    text: str
    blocks: bool
    unit: Unit | None = None
    place: str = ""


class Row(NamedTuple):
    """How many proven people a receiving unit has."""

    unit: Unit
    regular: int
    deputies: int


@dataclass(frozen=True)
class Readiness:
    """How far an organisation is; ``rows`` for each receiving unit."""

    rows: list[Row]
    gaps: list[Gap]

    @property
    def is_open(self) -> bool:
        """The same rule as ``queries.intake_is_open``."""
        return not any(gap.blocks for gap in self.gaps)


def readiness_of(organisation_id: UUID, municipality: Municipality | None) -> Readiness:
    """Return who receives and what is missing; five queries at most, however many units."""
    receiving = receiving_units(organisation_id)
    found = receivers_of_units(unit.pk for unit in receiving)
    gaps: list[Gap] = []
    if Module.REPORTING not in active_modules(organisation_id):
        gaps.append(
            Gap(_("Der Baustein „Melden“ ist ausgeschaltet."), blocks=True, place="modules")
        )
    if not receiving:
        text = _("Es gibt noch keine Stelle, die Meldungen annimmt.")
        gaps.append(Gap(text, blocks=True, place="unit_add"))
    for unit in receiving:
        gaps += _gaps_of(unit, found[unit.pk])
    if municipality is not None:
        gaps += _gaps_at_home(receiving, municipality)
    return Readiness([_row(unit, found[unit.pk]) for unit in receiving], gaps)


def _row(unit: Unit, receivers: list[Receiver]) -> Row:
    deputies = sum(receiver.is_deputy for receiver in receivers)
    return Row(unit, len(receivers) - deputies, deputies)


def _gaps_of(unit: Unit, receivers: list[Receiver]) -> list[Gap]:
    name = {"unit": unit.name}
    regular = [receiver for receiver in receivers if not receiver.is_deputy]
    if not receivers:
        text = _("„%(unit)s“: Noch niemand kann Meldungen öffnen.") % name
        return [Gap(text, blocks=True, unit=unit)]
    gaps = []
    if len(regular) < ENOUGH:
        text = _("„%(unit)s“: Bitte nehmen Sie eine zweite Person auf.") % name
        gaps.append(Gap(text, blocks=False, unit=unit))
    if len(regular) == len(receivers):
        text = _("„%(unit)s“: Es fehlt eine Vertretung.") % name
        gaps.append(Gap(text, blocks=False, unit=unit))
    return gaps


def _gaps_at_home(receiving: list[Unit], municipality: Municipality) -> list[Gap]:
    present = {unit.pillar for unit in receiving}
    missing = [code for code in RECEIVING_PILLARS if receiving and code not in present]
    found = [
        (_("Eine Stelle fehlt: %(pillar)s.") % {"pillar": Pillar(code).label}, "unit_add")
        for code in missing
    ]
    if municipality.fallback_unit_id is None:
        text = _("Es fehlt eine Stelle außerhalb, falls vor Ort niemand unbefangen ist.")
        found.append((text, "settings"))
    if not municipality.emergency_hint:
        found.append((_("Der Weg im Notfall vor Ort ist nicht beschrieben."), "settings"))
    if emergency_publics(municipality.pk) is None:
        found.append((_("Die beiden Notfallschlüssel sind nicht hinterlegt."), "emergency"))
    return [Gap(text, blocks=False, place=place) for text, place in found]
