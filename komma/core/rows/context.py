"""Who acts in this transaction: the variables that row policies read.

All are set with ``is_local=true``, so they end with the transaction and never reach the next
request that borrows the connection from the pool.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

PERSON = "komma.person"
RECEIPT = "komma.receipt"
DRAFT = "komma.draft"
INVITATION = "komma.invitation"


class OutsideTransactionError(RuntimeError):
    """A person was to be set outside a transaction, where the setting would not hold."""


def _set(variable: str, value: str) -> None:
    if not connection.in_atomic_block:
        raise OutsideTransactionError(f"{variable} can only be set inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [variable, value])


def become(person: UUID | None) -> None:
    """Act as this person for the rest of the transaction; ``None``: as nobody."""
    _set(PERSON, str(person) if person else "")


def use_receipt(lookup: str) -> None:
    """Act as the holder of the receipt with this look-up id (mailbox)."""
    _set(RECEIPT, lookup)


def use_draft(lookup: str) -> None:
    """Act as the holder of the draft cookie with this look-up id (intake)."""
    _set(DRAFT, lookup)


def use_invitation(token_hash: str) -> None:
    """Act as the holder of the invitation whose token has this hash."""
    _set(INVITATION, token_hash)


def current_person() -> str:
    """Return the person's id as the database sees it, or an empty string."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting(%s, true), '')", [PERSON])
        (value,) = cursor.fetchone()
    return str(value)


@contextmanager
def acting_as(person: UUID | None) -> Iterator[None]:
    """Open a transaction in which this person acts; for commands, jobs, the demo and tests."""
    with transaction.atomic():
        before = current_person()
        become(person)
        yield
        if not connection.needs_rollback:
            _set(PERSON, before)
