"""The two emergency keys of an organisation: what may be sealed to them, and what proves them."""

from __future__ import annotations

import datetime as dt
import hmac
from typing import TYPE_CHECKING

from django.utils import timezone

from komma.core.vault.keys import fingerprint
from komma.core.vault.server import server_mac
from komma.municipalities.models import EmergencyDrill, EmergencyKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

PARTS = ("A", "B")
A_YEAR = dt.timedelta(days=365)
AN_HOUR = dt.timedelta(hours=1)  # between the first paper and the second
EDITION = 11  # ten digits and a blank: enough to tell sheets of one town apart


def emergency_key_mac(
    organisation_id: UUID, part: str, public: str, seen_by: Iterable[UUID] = ()
) -> bytes:
    """Return the proof (32 bytes, HMAC under the server key) that a key was registered here.

    It covers who has seen the paper, so that nobody can be struck off.
    """
    return server_mac("emergency key", organisation_id, part, public, *sorted(seen_by))


def is_authentic(key: EmergencyKey) -> bool:
    """Tell whether this server registered exactly this key."""
    expected = emergency_key_mac(key.organisation_id, key.part, key.public, key.seen_by)
    return hmac.compare_digest(bytes(key.mac), expected)


def emergency_keys(organisation_id: UUID) -> dict[str, EmergencyKey]:
    """Return the proven keys by part, ``A`` and ``B``; also those not verified yet."""
    found = EmergencyKey.objects.filter(organisation_id=organisation_id)
    return {key.part: key for key in found if is_authentic(key)}


def emergency_publics(organisation_id: UUID) -> tuple[str, str] | None:
    """Return the public keys A and B, or None unless both are verified, proven and apart.

    Apart: nobody has seen both papers.
    """
    return _ready(emergency_keys(organisation_id))


def _ready(found: dict[str, EmergencyKey]) -> tuple[str, str] | None:
    a, b = found.get("A"), found.get("B")
    if a is None or b is None or a.verified_on is None or b.verified_on is None:
        return None
    return (a.public, b.public) if set(a.seen_by).isdisjoint(b.seen_by) else None


def has_seen(person_id: UUID, organisation_id: UUID, part: str) -> bool:
    """Tell whether the person has had a paper of this part in hand."""
    found = EmergencyKey.objects.filter(
        organisation_id=organisation_id, part=part, seen_by__contains=[person_id]
    )
    return bool(found.exists())


def edition_of(public: str) -> str:
    """Return what a sheet and the page call a key, so that a replaced sheet is told apart."""
    return fingerprint(public)[:EDITION]


def pending_drill(organisation_id: UUID) -> EmergencyDrill | None:
    """Return the drill that waits for its second person, not older than an hour."""
    since = timezone.now() - AN_HOUR
    found = EmergencyDrill.objects.filter(
        organisation_id=organisation_id, finished_on=None, started_at__gt=since
    )
    return found.order_by("-started_at").first()


def finished_drills(organisation_id: UUID) -> list[EmergencyDrill]:
    """Return the drills with their protocols, the newest first."""
    found = EmergencyDrill.objects.filter(organisation_id=organisation_id).exclude(finished_on=None)
    return list(found.order_by("-finished_on", "-id"))


def drill_due_on(organisation_id: UUID) -> dt.date | None:
    """Return the day by which both papers must have been tried: a year after the last proof.

    Proof is the last drill or, where there was none since, the making of the older key. None
    where the keys are not ready, which is a gap of its own. For the account administration and the
    worker; to others the drills do not show.
    """
    keys = emergency_keys(organisation_id)
    if _ready(keys) is None:
        return None
    made = min(key.made_on for key in keys.values())
    drills = EmergencyDrill.objects.filter(organisation_id=organisation_id)
    last = drills.exclude(finished_on=None).order_by("-finished_on").first()
    return max(made, (last and last.finished_on) or made) + A_YEAR
