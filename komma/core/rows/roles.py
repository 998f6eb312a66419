"""Privileges of the runtime roles; policies narrow them down row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connections, transaction

from komma.core.rows.privileges import OPENED, Allowed, allowed

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNTIME_ROLES = ("komma_web", "komma_worker")


def grant_default_privileges(*, using: str, **_kwargs: Any) -> None:
    """Let the runtime roles use what the migrations are about to create.

    Runs before ``migrate``, in test databases too. Roles belong to the cluster and are made
    beforehand, see docs/operations.md.
    """
    roles = ", ".join(RUNTIME_ROLES)
    with connections[using].cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {roles}")
        cursor.execute(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public "
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {roles}"
        )
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {roles}"
        )
        cursor.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC")
        cursor.execute(
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO {roles}"
        )


def narrow_privileges(*, using: str, **_kwargs: Any) -> None:
    """Take away what ``privileges.PRIVILEGES`` does not allow; runs after ``migrate``.

    Tables and functions of other packages come and change with their migrations, hence not in a
    migration of ours.
    """
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relkind = 'S' FROM pg_class"
            " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'S')"
        )
        for name, is_sequence in cursor.fetchall():
            line = allowed(name)
            if line is not None:
                for statement in _narrowing(name, line, is_sequence=is_sequence):
                    cursor.execute(statement)
        cursor.execute(
            "SELECT oid::regprocedure::text FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND starts_with(proname, %s)",
            [OPENED],
        )
        for (function,) in cursor.fetchall():
            cursor.execute(
                f"ALTER FUNCTION {function} SECURITY DEFINER"
                " SET search_path = pg_catalog, public, pg_temp"
            )


def _narrowing(name: str, line: Allowed, *, is_sequence: bool) -> Iterator[str]:
    """Yield the statements for one table, or for a sequence of a table, as by its name."""
    kind = "SEQUENCE" if is_sequence else "TABLE"
    for role, privileges in zip(RUNTIME_ROLES, (line.web, line.worker), strict=True):
        yield f'REVOKE ALL ON {kind} "{name}" FROM {role}'
        granted = privileges
        if is_sequence:
            granted = "USAGE, SELECT" if "INSERT" in privileges else ""
        if granted:
            yield f'GRANT {granted} ON {kind} "{name}" TO {role}'
