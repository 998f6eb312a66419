"""Private to the vault: what stands inside and around a sealed value.

Outside, a sealed value is an ordinary age v1 file (https://age-encryption.org/v1). Inside, the
plaintext carries a short header that says where it belongs, and is padded to a size bucket.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import pyrage

BINDING_SIZE = 32
# Pyrage has one exception for all failures; only its message tells a foreign key from damage.
NO_MATCHING_KEY = re.compile("no matching keys", re.IGNORECASE)


class VaultError(Exception):
    """Something sealed cannot be opened, or a key is unusable. Messages never hold content."""


class WrongKey(VaultError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """The key at hand is not one that the value was sealed to, or is not a key at all."""


class Damaged(VaultError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """The bytes are not a complete, unchanged sealed value."""


class Transplanted(VaultError):  # noqa: N818 - reads as a finding, as DoesNotExist does
    """The value is intact, but was sealed for another place than the one it is opened at."""


@dataclass(frozen=True)
class Context:
    """The place of a sealed value; opening at another place fails with `Transplanted`.

    `column` names table and column, such as ``"cases.entry.text"``.
    """

    case: UUID
    column: str
    row: UUID

    @property
    def binding(self) -> bytes:
        """32 bytes that identify this place."""
        return binding("context", self.case.bytes, self.column.encode(), self.row.bytes)


def length_prefixed(*parts: bytes) -> bytes:
    """Join `parts` such that no two different sequences give the same bytes."""
    return b"".join(len(part).to_bytes(8) + part for part in parts)


def binding(kind: str, *parts: bytes) -> bytes:
    """SHA-256 over a kind and its parts: a fixed-size name for where a value belongs."""
    return hashlib.sha256(length_prefixed(b"komma/v1", kind.encode(), *parts)).digest()


def bucket(size: int, *, minimum: int, steps: int) -> int:
    """Return the smallest bucket that holds `size` bytes.

    Buckets are `minimum` (a power of two) and from there `steps` equal steps to each doubling,
    so that a length tells no more than its bucket and padding costs at most ``1 / steps``.
    """
    if size <= minimum:
        return minimum
    step = (1 << ((size - 1).bit_length() - 1)) // steps
    return -(-size // step) * step


def recipients(to: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    """Parse public keys (``age1…``); raises `VaultError` for none or for malformed ones."""
    if isinstance(to, str) or not to:
        raise VaultError("A list with at least one public key is needed.")
    try:
        return [pyrage.x25519.Recipient.from_str(public) for public in to]
    except pyrage.RecipientError:
        raise VaultError("Not a public age key.") from None


def parse_identity(secret: str) -> pyrage.x25519.Identity:
    """Parse a secret key (``AGE-SECRET-KEY-1…``); raises `WrongKey` without repeating it."""
    try:
        return pyrage.x25519.Identity.from_str(secret)
    except pyrage.IdentityError:
        raise WrongKey("Not a secret age key.") from None


def opening_error(error: Exception) -> VaultError:
    """Translate what pyrage raises while decrypting."""
    if NO_MATCHING_KEY.search(str(error)):
        return WrongKey("Sealed to other keys.")
    return Damaged("Not a complete, unchanged age file.")


def decrypt(sealed: bytes, secret: str) -> bytes:
    """Open an age file with one identity; raises `WrongKey` or `Damaged`."""
    identity = parse_identity(secret)
    try:
        return pyrage.decrypt(sealed, [identity])
    except pyrage.DecryptError as error:
        raise opening_error(error) from None
