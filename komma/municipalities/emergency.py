"""The two emergency keys of an organisation: what may be sealed to them, and what proves them."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from komma.core.vault.server import server_mac
from komma.municipalities.models import EmergencyKey

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


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
    found = emergency_keys(organisation_id)
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
