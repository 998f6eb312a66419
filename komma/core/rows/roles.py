"""Privileges of the runtime roles; policies narrow them down row by row."""

from __future__ import annotations

from typing import Any

from django.db import connections

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
