"""Who is responsible for a place, one body after the other: the chain of responsibility."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from komma.municipalities.codes import RECEIVING_PILLARS
from komma.municipalities.models import Municipality, Organisation, Unit
from komma.municipalities.queries import Receiver, receivers_of_units, takes_reports_now

if TYPE_CHECKING:
    from collections.abc import Iterable

_CHAIN = "SELECT organisation, reason, only_unit FROM komma_chain(%s)"
ANSWER_DAYS = 3  # calendar days, of a body that is no municipality


class Reason(TextChoices):
    """Why a body stands in the chain, in its order."""

    OWN = "own", gettext_lazy("eigene Stellen")
    AGREEMENT = "agreement", gettext_lazy("nach Vereinbarung")
    CHOSEN = "chosen", gettext_lazy("von der Kommune bestimmt")
    DISTRICT = "district", gettext_lazy("Landkreis")
    LAND = "land", gettext_lazy("überörtlich, für das Land")
    NATIONWIDE = "nationwide", gettext_lazy("überörtlich, bundesweit")


@dataclass
class Body:
    """One body of a chain. ``units``: those that receive, by their order; asked for when needed:
    ``receivers`` and ``is_open``."""

    organisation: Organisation
    reason: Reason
    units: list[Unit] = field(default_factory=list)

    @property
    def is_own(self) -> bool:
        """Whether this is the house that the report is about, or what it was merged into."""
        return self.reason == Reason.OWN

    @cached_property
    def is_open(self) -> bool:
        """Whether the body takes reports now; a unit of its own is not enough."""
        return bool(self.units) and takes_reports_now(self.organisation)

    @cached_property
    def receivers(self) -> dict[UUID, list[Receiver]]:
        """The proven receivers by unit."""
        return receivers_of_units(unit.pk for unit in self.units)

    @cached_property
    def municipality(self) -> Municipality | None:
        """The municipality that the body is, if it is one."""
        return getattr(self.organisation, "municipality", None)

    @property
    def answer_days(self) -> int:
        """Within how many calendar days the body answers."""
        return self.municipality.answer_days if self.municipality else ANSWER_DAYS

    @property
    def seat(self) -> str:
        """Where the body sits, in one line; empty where nobody wrote it down."""
        lines = [line.strip() for line in self.organisation.address.splitlines()]
        return ", ".join(line for line in lines if line)

    @property
    def described(self) -> str:
        """Name and seat."""
        return f"{self.organisation.name} ({self.seat})" if self.seat else self.organisation.name


def chain(municipality: Municipality) -> list[Body]:
    """Return everybody responsible for a place, in the order in which they are asked.

    Each body once, open or not, the own house first; three queries, however many there are.
    """
    rows = _rows(municipality.pk)
    ids = [organisation for organisation, _reason, _unit in rows]
    organisations = Organisation.objects.select_related("municipality").in_bulk(ids)
    units = _units(ids)
    return [
        Body(
            organisations[organisation],
            Reason(reason),
            [unit for unit in units[organisation] if only_unit in (None, unit.pk)],
        )
        for organisation, reason, only_unit in rows
    ]


def houses_of(municipality_id: UUID) -> set[UUID]:
    """Return the organisations that are the own house of a place, successors included."""
    return {found for found, reason, _unit in _rows(municipality_id) if reason == Reason.OWN}


def _rows(municipality_id: UUID) -> list[tuple[UUID, str, UUID | None]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, [municipality_id])
        rows: list[tuple[UUID, str, UUID | None]] = cursor.fetchall()
    return rows


def outside(bodies: Iterable[Body]) -> list[Body]:
    """Return the bodies beyond the own house."""
    return [body for body in bodies if not body.is_own]


def first_open(bodies: Iterable[Body]) -> Body | None:
    """Return the first body that takes reports, or None."""
    return next((body for body in bodies if body.is_open), None)


def _units(organisations: list[UUID]) -> dict[UUID, list[Unit]]:
    found: dict[UUID, list[Unit]] = {organisation: [] for organisation in organisations}
    receiving = Unit.objects.filter(
        organisation_id__in=organisations, pillar__in=RECEIVING_PILLARS
    ).select_related("organisation")
    for unit in sorted(receiving, key=lambda unit: RECEIVING_PILLARS.index(unit.pillar)):
        found[unit.organisation_id].append(unit)
    return found
