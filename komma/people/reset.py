"""The link with which a forgotten password is replaced; private to the app.

It holds the person, the minute it was made, and a MAC over both and the present password hash:
it works once, since a new password has another hash, and nobody can make one from the database.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from komma.core.vault.server import server_mac
from komma.people import queries

if TYPE_CHECKING:
    from komma.people.models import Person

MAX_AGE = timedelta(hours=1)
# Person, minutes since 1970, half of an HMAC-SHA256: 128 bits, short enough for a line of a mail.
TOKEN = struct.Struct(">16sI16s")
MINUTE = 60


def path_for(person: Person) -> str:
    """Return the local path of a fresh link."""
    minute = int(time.time()) // MINUTE
    packed = TOKEN.pack(person.pk.bytes, minute, _proof(person, minute))
    return reverse("people:reset", args=[base64.urlsafe_b64encode(packed).decode()])


def person_for(token: str) -> Person | None:
    """Return the person whose password the link may replace, or None if it is used or expired."""
    try:
        owner, minute, proof = TOKEN.unpack(base64.urlsafe_b64decode(token.encode()))
    except (binascii.Error, struct.error):
        return None
    age = int(time.time()) // MINUTE - minute
    person = queries.person_by_id(UUID(bytes=owner))
    if person is None or not person.is_active:
        return None
    # A link of the future would be one that a wrong clock made valid for longer.
    fresh = 0 <= age * MINUTE <= MAX_AGE.total_seconds()
    return person if fresh and hmac.compare_digest(proof, _proof(person, minute)) else None


def _proof(person: Person, minute: int) -> bytes:
    return server_mac("password reset", person.pk, str(minute), person.password)[:16]
