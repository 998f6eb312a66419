"""The door to a municipality's procedures: its own where it has published one, else the shipped."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from komma.procedures.data import from_data
from komma.procedures.model import Procedure
from komma.procedures.models import ProcedureVersion
from komma.procedures.shipped import shipped

SHIPPED = 0  # the number of a version that came with the program


@dataclass(frozen=True)
class InForce:
    """A procedure as it holds now; ``number``: its version, `SHIPPED` without an own one."""

    procedure: Procedure
    number: int
    published_on: dt.date | None = None


def in_force(organisation_id: UUID) -> dict[str, InForce]:
    """Return the procedures of an organisation by slug, in one query. Only for its members."""
    found = {slug: InForce(procedure, SHIPPED) for slug, procedure in shipped().items()}
    newest = ProcedureVersion.objects.filter(organisation_id=organisation_id, number__isnull=False)
    for row in newest.order_by("slug", "-number").distinct("slug"):
        number = row.number or SHIPPED
        found[row.slug] = InForce(from_data(row.slug, row.body), number, row.published_on)
    return found
