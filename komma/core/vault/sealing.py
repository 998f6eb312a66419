"""Seal content to public keys and open it with a secret key.

A sealed value is an age v1 file, so any age tool opens it with the right identity. Sealing needs
public keys only: whoever adds to a case need not be able to read it. That also means that a
sealed value does not prove who made it; `komma.core.vault.server` adds such a proof where the
server itself is the author.
"""

import json
from collections.abc import Sequence
from typing import Any

import pyrage

from komma.core.vault.envelope import (
    BINDING_SIZE,
    Context,
    Damaged,
    Transplanted,
    VaultError,
    WrongKey,
    bucket,
    decrypt,
    recipients,
)
from komma.core.vault.streams import seal_stream, unseal_stream

__all__ = [
    "Context",
    "Damaged",
    "Transplanted",
    "VaultError",
    "WrongKey",
    "seal",
    "seal_bound",
    "seal_json",
    "seal_stream",
    "seal_text",
    "unseal",
    "unseal_bound",
    "unseal_json",
    "unseal_stream",
    "unseal_text",
]

MAGIC = b"KommA-v1"
LENGTH_SIZE = 8
HEADER_SIZE = len(MAGIC) + BINDING_SIZE + LENGTH_SIZE
MINIMUM_BUCKET = 256
STEPS_PER_DOUBLING = 8  # at most 12.5 % padding


def seal(plaintext: bytes, *, to: Sequence[str], context: Context) -> bytes:
    """Seal `plaintext` to all public keys in `to` (``age1…``, at least one), bound to `context`.

    The length of the result tells the size bucket only, blurred further by the random stanza
    that age adds to its header.
    """
    return seal_bound(plaintext, to=to, binding=context.binding)


def unseal(sealed: bytes, *, identity: str, context: Context) -> bytes:
    """Open what `seal` made; raises `WrongKey`, `Damaged` or `Transplanted`."""
    return unseal_bound(sealed, identity=identity, binding=context.binding)


def seal_text(text: str, *, to: Sequence[str], context: Context) -> bytes:
    """Seal a text as UTF-8."""
    return seal(text.encode(), to=to, context=context)


def unseal_text(sealed: bytes, *, identity: str, context: Context) -> str:
    """Open what `seal_text` made; errors as `unseal`, `Damaged` also for other than UTF-8."""
    try:
        return unseal(sealed, identity=identity, context=context).decode()
    except UnicodeDecodeError:
        raise Damaged("Not a text.") from None


def seal_json(value: object, *, to: Sequence[str], context: Context) -> bytes:
    """Seal a JSON value: UTF-8, keys sorted; raises TypeError or ValueError for other values."""
    text = json.dumps(
        value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    )
    return seal(text.encode(), to=to, context=context)


def unseal_json(sealed: bytes, *, identity: str, context: Context) -> Any:
    """Open what `seal_json` made; errors as `unseal`, `Damaged` also for other than JSON."""
    try:
        return json.loads(unseal(sealed, identity=identity, context=context))
    except ValueError:
        raise Damaged("Not a JSON value.") from None


def seal_bound(plaintext: bytes, *, to: Sequence[str], binding: bytes) -> bytes:
    """Seal with any 32-byte binding; private to the vault, others use `seal`."""
    size = HEADER_SIZE + len(plaintext)
    padded = bucket(size, minimum=MINIMUM_BUCKET, steps=STEPS_PER_DOUBLING)
    length = len(plaintext).to_bytes(LENGTH_SIZE)
    framed = b"".join((MAGIC, binding, length, plaintext, bytes(padded - size)))
    return pyrage.encrypt(framed, recipients(to))


def unseal_bound(sealed: bytes, *, identity: str, binding: bytes) -> bytes:
    """Open what `seal_bound` made; private to the vault, others use `unseal`."""
    framed = decrypt(sealed, identity)
    if len(framed) < HEADER_SIZE or not framed.startswith(MAGIC):
        raise Damaged("An age file, but not a value sealed here.")
    if framed[len(MAGIC) : len(MAGIC) + BINDING_SIZE] != binding:
        raise Transplanted("Sealed for another place.")
    end = HEADER_SIZE + int.from_bytes(framed[HEADER_SIZE - LENGTH_SIZE : HEADER_SIZE])
    padded = bucket(end, minimum=MINIMUM_BUCKET, steps=STEPS_PER_DOUBLING)
    if len(framed) != padded or any(framed[end:]):
        raise Damaged("Length and padding do not agree.")
    return framed[HEADER_SIZE:end]
