"""What the server itself can open or vouch for, without anybody present.

Its two secrets are files outside the database: `server_key`, an age identity, and `pepper`, 64
hexadecimal characters. They are read when first needed and then kept. Nothing here creates them:
a new pepper in place of a lost one would lock every mailbox for good.
"""

import base64
import hmac
import json
import time
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from komma.core.vault.derivation import derived_bytes
from komma.core.vault.envelope import Damaged, VaultError, binding, length_prefixed
from komma.core.vault.keys import public_of
from komma.core.vault.sealing import seal_bound, unseal_bound

PEPPER_SIZE = 32
MAC_SIZE = 32
LOOSE_MODE = 0o077
CLOCK_TOLERANCE = 60  # seconds between the clocks of two web servers


@dataclass(frozen=True)
class ServerKeys:
    """The server's own keys; secret parts never show in logs."""

    secret: str = field(repr=False)
    public: str
    pepper: bytes = field(repr=False)
    mac_key: bytes = field(repr=False)


def server_keys() -> ServerKeys:
    """Return the keys in ``settings.KOMMA_KEY_DIR``.

    Raises ImproperlyConfigured if a file is missing or malformed, or if in production anyone but
    its owner may read it.
    """
    return _read_keys(Path(settings.KOMMA_KEY_DIR), settings.KOMMA_MODE == "production")


def seal_for_server(plaintext: bytes, purpose: str) -> bytes:
    """Seal to the server key, for one purpose.

    A MAC inside proves that this server made the value: whoever can write to the database and
    learns the server's public key still cannot slip in, say, a second factor of their own.
    Values that must not change places among each other name their place in `purpose`.
    """
    proof = server_mac("sealed", purpose, plaintext)
    return seal_bound(proof + plaintext, to=[server_keys().public], binding=_binding(purpose))


def open_for_server(sealed: bytes, purpose: str) -> bytes:
    """Open what `seal_for_server` made; raises `WrongKey`, `Transplanted` or `Damaged`."""
    content = unseal_bound(sealed, identity=server_keys().secret, binding=_binding(purpose))
    proof, plaintext = content[:MAC_SIZE], content[MAC_SIZE:]
    if not hmac.compare_digest(proof, server_mac("sealed", purpose, plaintext)):
        raise Damaged("Not sealed by this server.")
    return plaintext


def server_mac(purpose: str, *parts: str | bytes | UUID) -> bytes:
    """HMAC-SHA256 (32 bytes) over typed, length-prefixed parts; for exclusions and key rows.

    ``"ab", "c"`` and ``"a", "bc"`` differ, and so do a UUID and its text.
    """
    message = length_prefixed(purpose.encode(), *(_typed(part) for part in parts))
    return hmac.digest(server_keys().mac_key, message, "sha256")


def issue_token(payload: dict[str, Any], purpose: str) -> str:
    """Return a token for a cookie or link: sealed, unforgeable, with its time; URL-safe text."""
    content = json.dumps({"at": int(time.time()), "payload": payload}).encode()
    return base64.urlsafe_b64encode(seal_for_server(content, f"token/{purpose}")).decode()


def read_token(token: str, purpose: str, *, max_age: timedelta) -> dict[str, Any] | None:
    """Return the payload of a token, or None if it is foreign, changed or older than `max_age`."""
    try:
        content = json.loads(
            open_for_server(base64.urlsafe_b64decode(token.encode()), f"token/{purpose}")
        )
    except (VaultError, ValueError):
        return None
    age = time.time() - content["at"]
    if not -CLOCK_TOLERANCE <= age <= max_age.total_seconds():
        return None
    payload: dict[str, Any] = content["payload"]
    return payload


def _typed(part: str | bytes | UUID) -> bytes:
    if isinstance(part, UUID):
        return b"u" + part.bytes
    return b"s" + part.encode() if isinstance(part, str) else b"b" + part


def _binding(purpose: str) -> bytes:
    return binding("server", purpose.encode())


@cache
def _read_keys(directory: Path, strict: bool) -> ServerKeys:
    secret = _read(directory / "server_key", strict)
    try:
        public = public_of(secret)
        pepper = bytes.fromhex(_read(directory / "pepper", strict))
    except (VaultError, ValueError) as error:
        raise ImproperlyConfigured(f"A key file in {directory} is malformed.") from error
    if len(pepper) != PEPPER_SIZE:
        raise ImproperlyConfigured(f"The pepper in {directory} must have 64 hex characters.")
    mac_key = derived_bytes(secret.encode(), "server mac", length=MAC_SIZE)
    return ServerKeys(secret=secret, public=public, pepper=pepper, mac_key=mac_key)


def _read(path: Path, strict: bool) -> str:
    try:
        if strict and path.stat().st_mode & LOOSE_MODE:
            raise ImproperlyConfigured(f"{path} must be readable by its owner only (chmod 600).")
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(f"The key file {path} cannot be read.") from error
