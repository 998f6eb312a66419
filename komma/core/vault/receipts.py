"""The receipt: a reporter's only key, on paper; and what is derived from such secrets.

A receipt carries 100 bits of randomness, which no one can search through. That is why no slow
hash is needed and reporting stays fast. Only the look-up id and the public key are stored.
"""

from dataclasses import dataclass, field

from komma.core.vault.codes import CodeError, CodeIncomplete, CodeMistyped, new_code, parse_code
from komma.core.vault.derivation import derived_bytes
from komma.core.vault.keys import SEED_SIZE, identity_from_seed, public_of

RECEIPT_CHARACTERS = 20  # of 5 bits each: 100 bits
LOOKUP_SIZE = 16
LEAST_ENTROPY = 12  # bytes; less would need a slow hash

ReceiptError = CodeError
ReceiptIncomplete = CodeIncomplete
ReceiptMistyped = CodeMistyped


@dataclass(frozen=True)
class Derived:
    """What a receipt or another random secret opens.

    `lookup` (32 hex characters) finds the row and `public` (``age1…``) seals to it; both are
    stored. `secret` (``AGE-SECRET-KEY-1…``) opens it and is never stored.
    """

    lookup: str
    secret: str = field(repr=False)
    public: str


def new_receipt() -> str:
    """Return a fresh receipt: five groups of four characters and a check character."""
    return new_code(RECEIPT_CHARACTERS)


def parse_receipt(text: str) -> bytes:
    """Return the 13 bytes of randomness in a typed receipt, for `derive`.

    Forgives case, blanks, missing hyphens, and O for 0, I or L for 1. Raises `ReceiptIncomplete`
    for too few characters, `ReceiptMistyped` for any wrong character or swapped neighbours.
    """
    return parse_code(text, RECEIPT_CHARACTERS)


def derive(entropy: bytes, *, purpose: str, pepper: bytes) -> Derived:
    """Derive look-up id and key pair by HKDF-SHA256 with the pepper as salt.

    `entropy` is random, from a receipt or a cookie, at least 12 bytes (ValueError otherwise).
    Another purpose or another pepper gives unrelated results.
    """
    if len(entropy) < LEAST_ENTROPY:
        raise ValueError("Too little entropy to do without a slow hash.")
    lookup = derived_bytes(entropy, purpose, "lookup", salt=pepper, length=LOOKUP_SIZE)
    seed = derived_bytes(entropy, purpose, "identity", salt=pepper, length=SEED_SIZE)
    secret = identity_from_seed(seed)
    return Derived(lookup=lookup.hex(), secret=secret, public=public_of(secret))
