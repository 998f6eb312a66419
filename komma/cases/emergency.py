"""Opening cases with both emergency keys: for whom, and what waits for the second person."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from komma.cases.models import EmergencyUse
from komma.core.vault.envelope import VaultError
from komma.core.vault.server import open_for_server, seal_for_server
from komma.municipalities.emergency import AN_HOUR
from komma.municipalities.queries import Receiver, receivers_of_units, receiving_units
from komma.people.queries import people_by_id

# By case and strand: the generation, and what paper B has opened.
type Layers = dict[UUID, dict[str, tuple[int, bytes]]]


@dataclass(frozen=True)
class Recipient:
    """Somebody to whom cases of their own unit can be handed."""

    receiver: Receiver
    unit: UUID
    unit_name: str
    name: str


@dataclass(frozen=True)
class Pending:
    """What one person has begun and another can end.

    ``layers``: what paper B has opened; ``left_out``: number of cases that stay closed.
    """

    use: EmergencyUse
    reason: str
    membership: UUID
    left_out: int
    layers: Layers = field(repr=False)

    @property
    def count(self) -> int:
        """How many cases it is about."""
        return len(self.layers)


class Layer(NamedTuple):
    """The newest secret of a strand under both emergency keys; ``sealed`` None where declined."""

    case: UUID
    strand: str
    generation: int
    public: str
    sealed: bytes | None


def recipients(organisation_id: UUID) -> list[Recipient]:
    """Return the proven people who handle cases of the organisation, by unit."""
    units = receiving_units(organisation_id)
    found = receivers_of_units(unit.pk for unit in units)
    people = people_by_id({each.person for unit in units for each in found[unit.pk]})
    return [
        Recipient(each, unit.pk, unit.name, people[each.person].name)
        for unit in units
        for each in found[unit.pk]
    ]


def layers_of(unit_id: UUID, number: str) -> dict[UUID, list[Layer]]:
    """Return what the emergency keys could open, by case; for the account administration.

    The case of this number or, where it is empty, all open ones that nobody can open any more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM komma_emergency_layers(%s, %s)", [unit_id, number])
        rows = [Layer._make(row) for row in cursor.fetchall()]
    found: dict[UUID, list[Layer]] = {}
    for row in rows:
        found.setdefault(row.case, []).append(row)
    return found


def sealed_half(use: UUID, content: dict[str, Any], layers: Layers) -> bytes:
    """Seal to the server what the second person goes on with; ``content``: JSON values."""
    opened = {
        str(case): {strand: [generation, layer.hex()] for strand, (generation, layer) in of.items()}
        for case, of in layers.items()
    }
    return seal_for_server(json.dumps(content | {"layers": opened}).encode(), _purpose(use))


def pending_use(organisation_id: UUID) -> Pending | None:
    """Return the use of the emergency keys that waits for its second person, or None.

    Begun within the hour; one that this server has not written is left out.
    """
    since = timezone.now() - AN_HOUR
    uses = EmergencyUse.objects.filter(organisation_id=organisation_id, started_at__gt=since)
    for use in uses.order_by("-started_at"):
        try:
            content = json.loads(open_for_server(bytes(use.half), _purpose(use.pk)))
        except VaultError:
            continue
        return _pending(use, content)
    return None


def _pending(use: EmergencyUse, content: dict[str, Any]) -> Pending:
    layers = {
        UUID(case): {name: (pair[0], bytes.fromhex(pair[1])) for name, pair in strands.items()}
        for case, strands in content["layers"].items()
    }
    return Pending(use, content["reason"], UUID(content["membership"]), content["left_out"], layers)


def _purpose(use: UUID) -> str:
    return f"emergency use/{use}"
