"""Making things for tests, past the row policies; everything else acts on the runtime role."""

from __future__ import annotations

from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def _as_role(role: str) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            (before,) = cursor.fetchone()
            cursor.execute(f"SET LOCAL ROLE {role}")
        yield
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {before}")


def as_owner() -> AbstractContextManager[None]:
    """Act as the owner of the tables, in a savepoint."""
    return _as_role("komma_owner")


def as_worker() -> AbstractContextManager[None]:
    """Act as the job worker, in a savepoint."""
    return _as_role("komma_worker")
