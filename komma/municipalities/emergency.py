"""The two emergency keys of an organisation: what may be sealed to them, and what proves them."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from komma.core.vault.server import server_mac
from komma.municipalities.models import EmergencyKey

if TYPE_CHECKING:
    from uuid import UUID


def emergency_key_mac(organisation_id: UUID, part: str, public: str) -> bytes:
    """Return the proof (32 bytes, HMAC under the server key) that a key was registered here."""
    return server_mac("emergency key", organisation_id, part, public)


def is_authentic(key: EmergencyKey) -> bool:
    """Tell whether this server registered exactly this key."""
    expected = emergency_key_mac(key.organisation_id, key.part, key.public)
    return hmac.compare_digest(bytes(key.mac), expected)


def emergency_keys(organisation_id: UUID) -> dict[str, EmergencyKey]:
    """Return the proven keys by part, ``A`` and ``B``; also those not verified yet."""
    found = EmergencyKey.objects.filter(organisation_id=organisation_id)
    return {key.part: key for key in found if is_authentic(key)}


def emergency_publics(organisation_id: UUID) -> tuple[str, str] | None:
    """Return the public keys A and B, or None unless both are verified and proven."""
    found = {
        part: key.public
        for part, key in emergency_keys(organisation_id).items()
        if key.verified_on is not None
    }
    return (found["A"], found["B"]) if {"A", "B"} <= found.keys() else None
