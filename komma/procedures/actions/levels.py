"""Setting what the levels of danger mean in a municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.procedures.actions.errors import Refused, Stale
from komma.procedures.actions.locking import demand_coordination, next_version, note
from komma.procedures.levels import to_rows
from komma.procedures.models import LevelTable
from komma.procedures.queries import levels_in_force

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from komma.procedures.levels import LevelRow


def set_levels(
    *, organisation_id: UUID, rows: Sequence[LevelRow], reason: str, number: int, by: UUID
) -> None:
    """Put another level table in force; ``number``: the version it was decided on.

    Cases keep what was noted with their level. Raises `Stale` where another one came first.
    """
    demand_coordination(organisation_id, by)
    held = levels_in_force(organisation_id)
    if held.rows == tuple(rows):
        raise Refused(_("Es hat sich nichts geändert."))
    table = LevelTable(
        organisation_id=organisation_id,
        number=number + 1,
        rows=to_rows(rows),
        reason=reason,
        set_on=today(),
        set_by_id=by,
    )
    stale = Stale(_("Inzwischen haben sich die Stufen geändert."))
    if held.number != number:
        raise stale
    try:
        with next_version(otherwise=stale):
            table.save(force_insert=True)
            note("levels.set", organisation_id=organisation_id, by=by)
    except IntegrityError as error:  # both at the same moment: the number is taken
        raise stale from error
