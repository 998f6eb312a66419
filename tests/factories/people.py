"""People with keys."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from komma.core.dates import today
from komma.core.vault.keys import KeyPair, new_key_pair, wrap_with_password
from komma.core.vault.server import server_keys
from komma.people.models import Person, PersonKey, PersonSecret
from komma.people.rules import key_mac

if TYPE_CHECKING:
    from uuid import UUID

PASSWORD = "ein langes Passwort 27"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Account:
    """A person together with what only they know."""

    person: Person
    keys: KeyPair

    @property
    def id(self) -> UUID:
        return self.person.pk

    @property
    def secret(self) -> str:
        return self.keys.secret


def make_account(name: str = "", *, email: str = "", password: str | None = None) -> Account:
    """Create a person with a key; with ``password`` also what signing in needs (slow: Argon2).

    To be called inside ``as_owner()``.
    """
    number = next(_numbers)
    person = Person(email=email or f"person{number}@stadt.example", name=name or f"Person {number}")
    person.set_unusable_password()
    if password:
        person.set_password(password)
    person.save(force_insert=True)
    keys = new_key_pair()
    PersonKey.objects.create(
        person=person, public=keys.public, mac=key_mac(person.pk, keys.public), created_on=today()
    )
    if password:
        PersonSecret.objects.create(
            person=person,
            by_password=wrap_with_password(keys.secret, password, pepper=server_keys().pepper),
        )
    return Account(person, keys)
