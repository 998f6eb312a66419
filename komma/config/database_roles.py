"""The three database roles and the privileges they start with.

``komma_owner`` owns the database and its tables and runs migrations; ``komma_web`` and
``komma_worker`` serve pages and jobs and are subject to row-level security.
"""

from collections.abc import Mapping
from typing import Final, LiteralString

import psycopg
from psycopg import sql

from komma.config.environment import Role
from komma.config.errors import SetupError

DATABASE: Final = "komma"
RUNTIME_ROLES: Final[tuple[Role, ...]] = ("web", "worker")
_HARMLESS: Final[LiteralString] = (
    "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION"
)


def ensure_cluster(
    administrator: psycopg.Connection, passwords: Mapping[Role, str], *, for_tests: bool = False
) -> None:
    """Create roles and database on a server of our own; passwords follow the key files.

    ``for_tests`` lets the owner create test databases and act as the runtime roles.

    Args:
        administrator: a superuser's connection in autocommit mode.
    """
    for role, password in passwords.items():
        _ensure_role(administrator, role, password, renew=True)
    if not _exists(administrator, "SELECT 1 FROM pg_database WHERE datname = %s", DATABASE):
        administrator.execute("CREATE DATABASE komma OWNER komma_owner TEMPLATE template0")
    # The runtime roles have no business in any database but this one.
    for database in ("postgres", "template1", DATABASE):
        name = sql.Identifier(database)
        administrator.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    administrator.execute("GRANT CONNECT ON DATABASE komma TO komma_web, komma_worker")
    if for_tests:
        administrator.execute("ALTER ROLE komma_owner CREATEDB")
        administrator.execute("GRANT CONNECT ON DATABASE postgres TO komma_owner")
        administrator.execute("GRANT komma_web, komma_worker TO komma_owner")


def ensure_runtime_roles(owner: psycopg.Connection, passwords: Mapping[Role, str]) -> None:
    """Create missing runtime roles on a server that somebody else runs, and close the database.

    Nobody but the owner may make temporary tables: they come first on a search path that does not
    say otherwise. A user who does not own the database cannot take that right away; PostgreSQL
    only warns then, and ``startup.role_problems`` refuses to serve.

    Args:
        owner: the connection of ``DATABASE_URL`` in autocommit mode.

    Raises:
        SetupError: a role is missing and this user may not create roles.
    """
    try:
        for role in RUNTIME_ROLES:
            _ensure_role(owner, role, passwords[role], renew=False)
        database = sql.Identifier(owner.info.dbname)
        owner.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO komma_web, komma_worker").format(database)
        )
        owner.execute(
            sql.SQL("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC, komma_web, komma_worker").format(
                database
            )
        )
    except psycopg.errors.InsufficientPrivilege as error:
        raise SetupError(
            "The user of DATABASE_URL may not create the roles komma_web and komma_worker:"
            " let an administrator create them (docs/operations.md, 'Database roles')."
        ) from error


def _ensure_role(connection: psycopg.Connection, role: Role, password: str, *, renew: bool) -> None:
    name = f"komma_{role}"
    known = _exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = %s", name)
    if known and not renew:
        return
    # Only a SCRAM verifier travels, so that no statement log can ever hold the password.
    verifier = connection.pgconn.encrypt_password(
        password.encode(), name.encode(), b"scram-sha-256"
    ).decode()
    statement = sql.SQL("{verb} ROLE {name} {attributes} PASSWORD {verifier}").format(
        verb=sql.SQL("ALTER" if known else "CREATE"),
        name=sql.Identifier(name),
        attributes=sql.SQL(_HARMLESS),
        verifier=sql.Literal(verifier),
    )
    connection.execute(statement)


def _exists(connection: psycopg.Connection, query: LiteralString, name: str) -> bool:
    return connection.execute(query, [name]).fetchone() is not None
