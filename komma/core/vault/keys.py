"""Key pairs, and the two ways in which a person's secret key is kept: password and code.

Keys are age keys: X25519, as text (``age1…`` and ``AGE-SECRET-KEY-1…``).
"""

import hashlib
import hmac
import secrets
import struct
import unicodedata
from dataclasses import dataclass, field

import pyrage
from argon2.low_level import Type, hash_secret_raw

from komma.core.vault.bech32 import bech32_encode
from komma.core.vault.codes import new_code, parse_code
from komma.core.vault.derivation import derived_bytes
from komma.core.vault.envelope import Damaged, decrypt, parse_identity

SEED_SIZE = 32
RECOVERY_CHARACTERS = 24  # of 5 bits each: 120 bits
FINGERPRINT_DIGITS = 30  # about 100 bits
FINGERPRINT_GROUP = 5

# Version 1 of a secret under a password: time cost, memory in KiB, lanes, salt; then an age file.
PASSWORD_HEAD = struct.Struct(">BBIB16s")
PASSWORD_VERSION = 1
# OWASP's recommendation for Argon2id (RFC 9106): 19 MiB, two passes, one lane.
TIME_COST, MEMORY_KIB, LANES = 2, 19 * 1024, 1
MAXIMUM_MEMORY_KIB = 256 * 1024  # a forged row must not exhaust the machine
MAXIMUM_TIME_COST = 16


@dataclass(frozen=True)
class KeyPair:
    """An age key pair; the secret part never shows in logs."""

    secret: str = field(repr=False)
    public: str


def new_key_pair() -> KeyPair:
    """Make a fresh key pair."""
    identity = pyrage.x25519.Identity.generate()
    return KeyPair(secret=str(identity), public=str(identity.to_public()))


def public_of(secret: str) -> str:
    """Return the public key of a secret key; raises `WrongKey` if it is none."""
    return str(parse_identity(secret).to_public())


def identity_from_seed(seed: bytes) -> str:
    """Turn 32 uniformly random bytes into a secret age key; raises ValueError for other sizes."""
    if len(seed) != SEED_SIZE:
        raise ValueError("A seed has 32 bytes.")
    return bech32_encode("age-secret-key-", seed).upper()


def fingerprint(public: str) -> str:
    """Return 30 decimal digits in groups of five, for comparing a key on the telephone."""
    number = int.from_bytes(hashlib.sha256(public.encode()).digest()) % 10**FINGERPRINT_DIGITS
    digits = f"{number:0{FINGERPRINT_DIGITS}}"
    starts = range(0, FINGERPRINT_DIGITS, FINGERPRINT_GROUP)
    return " ".join(digits[start : start + FINGERPRINT_GROUP] for start in starts)


def wrap_with_password(secret: str, password: str, *, pepper: bytes) -> bytes:
    """Keep a secret key under a password.

    Argon2id over HMAC-SHA256(pepper, password) gives the seed of an age identity, to whose
    public key the secret is sealed. Without the pepper, guessing passwords is pointless.
    """
    parse_identity(secret)
    head = (PASSWORD_VERSION, TIME_COST, MEMORY_KIB, LANES, secrets.token_bytes(16))
    return PASSWORD_HEAD.pack(*head) + _sealed_to(
        _password_identity(password, pepper, head), secret
    )


def unwrap_with_password(wrapped: bytes, password: str, *, pepper: bytes) -> str:
    """Return the secret key; raises `WrongKey` for another password or pepper, or `Damaged`."""
    if len(wrapped) < PASSWORD_HEAD.size:
        raise Damaged("Too short for a wrapped key.")
    head = PASSWORD_HEAD.unpack_from(wrapped)
    version, time_cost, memory, lanes, _salt = head
    known = version == PASSWORD_VERSION and lanes == LANES
    bounded = 1 <= time_cost <= MAXIMUM_TIME_COST and 8 <= memory <= MAXIMUM_MEMORY_KIB
    if not (known and bounded):
        raise Damaged("Unknown version or cost of a wrapped key.")
    return _opened_with(_password_identity(password, pepper, head), wrapped[PASSWORD_HEAD.size :])


def new_recovery_code() -> str:
    """Return a code to print: 24 characters in six groups (120 bits) and a check character."""
    return new_code(RECOVERY_CHARACTERS)


def wrap_with_code(secret: str, code: str) -> bytes:
    """Keep a secret key under a recovery code.

    With 120 bits no slow hash is needed. The pepper is left out on purpose: after its loss,
    recovery codes are what still opens the cases. Raises `CodeError` for a mistyped code.
    """
    parse_identity(secret)
    return _sealed_to(_code_identity(code), secret)


def unwrap_with_code(wrapped: bytes, code: str) -> str:
    """Return the secret key; raises `WrongKey`, `Damaged`, or `CodeError` for a mistyped code."""
    return _opened_with(_code_identity(code), wrapped)


def _code_identity(code: str) -> str:
    entropy = parse_code(code, RECOVERY_CHARACTERS)
    return identity_from_seed(derived_bytes(entropy, "recovery code", length=SEED_SIZE))


def _password_identity(password: str, pepper: bytes, head: tuple[int, int, int, int, bytes]) -> str:
    _version, time_cost, memory, lanes, salt = head
    # The same letters may arrive composed or not, depending on the keyboard (RFC 8265, 4.2).
    normalised = unicodedata.normalize("NFC", password).encode()
    seed = hash_secret_raw(
        hmac.digest(pepper, normalised, "sha256"),
        salt,
        time_cost=time_cost,
        memory_cost=memory,
        parallelism=lanes,
        hash_len=SEED_SIZE,
        type=Type.ID,
    )
    return identity_from_seed(seed)


def _sealed_to(identity: str, secret: str) -> bytes:
    return pyrage.encrypt(secret.encode(), [parse_identity(identity).to_public()])


def _opened_with(identity: str, sealed: bytes) -> str:
    secret = decrypt(sealed, identity).decode("ascii", "replace")
    parse_identity(secret)
    return secret
