"""The link with which a forgotten password is replaced; private to the app.

The link names its person and the password hash it was made for, both sealed to the server key:
it works once, since a new password has another hash, and nobody can make one from the database.
"""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.urls import reverse

from komma.core.vault.server import issue_token, read_token, server_mac
from komma.people import queries

if TYPE_CHECKING:
    from komma.people.models import Person

PURPOSE = "password reset"
MAX_AGE = timedelta(hours=1)


def path_for(person: Person) -> str:
    """Return the local path of a fresh link."""
    token = issue_token({"person": str(person.pk), "proof": _proof(person)}, PURPOSE)
    return reverse("people:reset", args=[token])


def person_for(token: str) -> Person | None:
    """Return the person whose password the link may replace, or None if it is used or expired."""
    payload = read_token(token, PURPOSE, max_age=MAX_AGE)
    person = queries.person_by_id(UUID(payload["person"])) if payload else None
    if payload is None or person is None or not person.is_active:
        return None
    return person if hmac.compare_digest(payload["proof"], _proof(person)) else None


def _proof(person: Person) -> str:
    return server_mac(PURPOSE, person.pk, person.password).hex()
