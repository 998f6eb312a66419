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


def emergency_publics(organisation_id: UUID) -> tuple[str, str] | None:
    """Return the public keys A and B, or None unless both are verified and proven."""
    found = {
        key.part: key.public
        for key in EmergencyKey.objects.filter(
            organisation_id=organisation_id, verified_on__isnull=False
        )
        if hmac.compare_digest(
            bytes(key.mac), emergency_key_mac(organisation_id, key.part, key.public)
        )
    }
    return (found["A"], found["B"]) if {"A", "B"} <= found.keys() else None
