"""Proofs that rows about people were made by this server; private to the app, see ``rules``."""

import hmac
from uuid import UUID

from komma.core.vault.server import server_mac


def key_mac(person_id: UUID, public: str) -> bytes:
    """Return the proof (32 bytes, HMAC under the server key) that this key is this person's."""
    return server_mac("person key", person_id, public)


def key_is_authentic(person_id: UUID, public: str, mac: bytes) -> bool:
    """Tell whether ``mac`` proves the key; to be asked before anything is sealed to it."""
    return hmac.compare_digest(bytes(mac), key_mac(person_id, public))
