"""Private to the vault: keys derived from high-entropy secrets by HKDF-SHA256 (RFC 5869)."""

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from komma.core.vault.envelope import length_prefixed


def derived_bytes(secret: bytes, *purpose: str, salt: bytes | None = None, length: int) -> bytes:
    """Derive `length` bytes for one purpose; different purposes give unrelated bytes."""
    info = length_prefixed(b"komma/v1", *(part.encode() for part in purpose))
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
