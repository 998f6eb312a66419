"""The two emergency keys: making them once, and proving that the paper can still be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komma.core.dates import today
from komma.core.vault.keys import new_key_pair
from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.papers import (
    demand_another_hand,
    demand_present,
    locked,
    take_paper,
)
from komma.municipalities.actions.readiness import closing_confirmed
from komma.municipalities.emergency import PARTS, emergency_key_mac
from komma.municipalities.models import EmergencyKey

if TYPE_CHECKING:
    from uuid import UUID


def make_emergency_key(*, organisation_id: UUID, part: str, by: UUID) -> str:
    """Make key ``A`` or ``B`` in place of the one before and return its secret half.

    The secret is kept nowhere: it is for paper. Nothing is sealed to the key before
    ``verify_emergency_key``. Cases sealed to the key before still need that one. Raises Refused
    for somebody who has seen a paper of the other part.
    """
    demand_administration(organisation_id, by)
    if part not in PARTS:
        raise ValueError(part)
    pair = new_key_pair()
    with closing_confirmed(organisation_id, may_close=True):
        former = list(locked(organisation_id).filter(part=part))
        demand_another_hand(organisation_id, part, by)
        seen_by = sorted({by}.union(*(key.seen_by for key in former)))
        EmergencyKey.objects.filter(organisation_id=organisation_id, part=part).delete()
        EmergencyKey(
            organisation_id=organisation_id,
            part=part,
            public=pair.public,
            seen_by=seen_by,
            mac=emergency_key_mac(organisation_id, part, pair.public, seen_by),
        ).save(force_insert=True)
        note("emergency.made", organisation_id=organisation_id, by=by)
    return pair.secret


def verify_emergency_key(*, organisation_id: UUID, part: str, typed: str, by: UUID) -> None:
    """Note that the paper was read today; from then on cases are sealed to the key.

    ``typed``: what is on the paper, as `take_paper` reads it; it is compared and forgotten.
    Raises Refused if it is not the secret of the stored, proven key, or for somebody who has seen
    a paper of the other part.
    """
    demand_administration(organisation_id, by)
    with closing_confirmed(organisation_id, may_close=True):
        _secret, is_present = take_paper(
            organisation_id=organisation_id, part=part, typed=typed, by=by
        )
        demand_present(is_present)
        own = EmergencyKey.objects.filter(organisation_id=organisation_id, part=part)
        own.update(verified_on=today())
        note("emergency.verified", organisation_id=organisation_id, by=by)
