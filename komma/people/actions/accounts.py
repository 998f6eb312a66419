"""Accounts and passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import IntegrityError, transaction

from komma.people import jobs, queries
from komma.people.actions import vault
from komma.people.models import Person

if TYPE_CHECKING:
    from uuid import UUID


def add_person(*, email: str, name: str, is_demo: bool = False) -> Person:
    """Return the person with this address; make an account without password if there is none."""
    found = queries.person_by_email(email)
    if found is not None:
        return found
    person = Person(email=queries.normalised(email), name=name.strip()[:120], is_demo=is_demo)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:  # somebody else added them at the same moment
        return Person.objects.get(email=person.email)
    return person


def rename(person_id: UUID, name: str) -> None:
    """Change the name that colleagues see."""
    Person.objects.filter(pk=person_id).update(name=name.strip()[:120])


def change_password(*, person: Person, current: str, new: str, secret: str | None) -> bool:
    """Replace the password; tell whether the vault came along.

    ``secret``: the opened vault's key, if it is open. After a reset by mail the vault still
    hangs on the password before; then it stays there unless it is open.
    """
    secret = secret or vault.open_with_password(person.pk, current)
    with transaction.atomic():
        _set_password(person, new)
        if secret is not None:
            vault.rewrap(person_id=person.pk, secret=secret, password=new)
    return secret is not None


def reset_password(person: Person, new: str) -> None:
    """Replace a forgotten password. Opens nothing; second factor and vault stay as they are."""
    with transaction.atomic():
        _set_password(person, new)


def request_reset(email: str) -> None:
    """Mail a link to a new password, if there is such an account.

    Does and takes the same for every address, so that nobody can find out who has an account.
    """
    person = queries.person_by_email(email)
    jobs.mail_reset.defer(person=str(person.pk if person else uuid4()))


def tell_of_change(person_id: UUID) -> None:
    """Mail the person that the way they sign in was changed."""
    jobs.mail_changed.defer(person=str(person_id))


def _set_password(person: Person, password: str) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])
    tell_of_change(person.pk)
