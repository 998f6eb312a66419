"""Programme rounds and who takes part in them; only the owner role may change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komma.municipalities.models import ProgrammeRound, RoundPart

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


def open_round(*, name: str, starts_on: dt.date, ends_on: dt.date) -> ProgrammeRound:
    """Return the round of this name; make it if there is none."""
    found, _made = ProgrammeRound.objects.get_or_create(
        name=name, defaults={"starts_on": starts_on, "ends_on": ends_on}
    )
    return found


def take_part(*, programme_round: ProgrammeRound, organisation_id: UUID, role: str) -> None:
    """Give an organisation a part (a ``RoundRole``) in a round; twice is once."""
    RoundPart.objects.get_or_create(
        round=programme_round, organisation_id=organisation_id, role=role
    )
