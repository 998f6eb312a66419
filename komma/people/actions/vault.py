"""The key pair of a person: made once, kept under the password and under a printed code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.core.vault.envelope import Damaged, VaultError, WrongKey
from komma.core.vault.keys import (
    new_key_pair,
    new_recovery_code,
    unwrap_with_code,
    unwrap_with_password,
    wrap_with_code,
    wrap_with_password,
)
from komma.core.vault.server import server_keys
from komma.people import queries
from komma.people.actions.errors import VaultExists
from komma.people.models import PersonKey, PersonSecret
from komma.people.rules import key_mac

if TYPE_CHECKING:
    from uuid import UUID

    from komma.people.models import Person


def create_vault(person: Person, password: str) -> str:
    """Make a person's key pair and return the recovery code, which nothing can show again.

    Raises VaultExists.
    """
    if queries.has_vault(person.pk):
        raise VaultExists
    return _make_keys(person, password)


def replace_vault(person: Person, password: str) -> str:
    """Make a new key pair in place of one that nobody can open; return its recovery code.

    What was sealed to the old key stays closed until a colleague grants access anew.
    """
    return _make_keys(person, password)


def open_with_password(person_id: UUID, password: str) -> str | None:
    """Return the person's secret key, or None if there is none under this password."""
    wrapped = _wrapped(person_id)
    if wrapped is None:
        return None
    try:
        return unwrap_with_password(
            bytes(wrapped.by_password), password, pepper=server_keys().pepper
        )
    except VaultError:
        return None


def open_with_code(person_id: UUID, code: str) -> str | None:
    """Return the person's secret key, or None if there is none under this recovery code.

    Raises CodeError for a code with a typing mistake.
    """
    wrapped = _wrapped(person_id)
    if wrapped is None or wrapped.by_recovery is None:
        return None
    try:
        return unwrap_with_code(bytes(wrapped.by_recovery), code)
    except (WrongKey, Damaged):
        return None


def rewrap(*, person_id: UUID, secret: str, password: str) -> None:
    """Keep the opened secret key under another password; cases stay readable."""
    sealed = wrap_with_password(secret, password, pepper=server_keys().pepper)
    with acting_as(person_id):
        PersonSecret.objects.filter(person_id=person_id).update(by_password=sealed)


def renew_recovery_code(*, person_id: UUID, secret: str) -> str:
    """Return a new recovery code; the old one no longer opens anything."""
    code = new_recovery_code()
    with acting_as(person_id):
        PersonSecret.objects.filter(person_id=person_id).update(
            by_recovery=wrap_with_code(secret, code)
        )
    return code


def _make_keys(person: Person, password: str) -> str:
    pair = new_key_pair()
    code = new_recovery_code()
    with acting_as(person.pk):
        PersonSecret.objects.filter(person_id=person.pk).delete()
        PersonKey.objects.filter(person_id=person.pk).delete()
        PersonKey(
            person=person,
            public=pair.public,
            mac=key_mac(person.pk, pair.public),
            created_on=today(),
        ).save(force_insert=True)
        PersonSecret(
            person=person,
            by_password=wrap_with_password(pair.secret, password, pepper=server_keys().pepper),
            by_recovery=wrap_with_code(pair.secret, code),
        ).save(force_insert=True)
    return code


def _wrapped(person_id: UUID) -> PersonSecret | None:
    # At sign-in nobody is known to the database yet.
    with acting_as(person_id):
        return queries.own_secret(person_id)
