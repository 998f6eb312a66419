"""What only the owner of the tables may do."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connection


def demand_owner(command: str) -> None:
    """Raise CommandError, naming the ``command`` to run, for any role but the tables' owner."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_has_role(current_user, tableowner, 'USAGE') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename = 'municipalities_municipality'"
        )
        row = cursor.fetchone()
    if row is None:
        raise CommandError("The database is empty. Please run `komma migrate` first.")
    if not row[0]:
        raise CommandError(f"This needs the owner role: run it as `{command}`.")
