"""Making the database ready for a command: start it, prepare its roles, refuse unsafe ones."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from komma.config import database_roles, startup
from komma.config.embedded import EmbeddedPostgres
from komma.config.environment import Environment, Role
from komma.config.errors import SetupError


@contextmanager
def available(environment: Environment) -> Iterator[EmbeddedPostgres | None]:
    """The embedded database runs inside this block; a server that ran before stays.

    Yields None when the database is an external one.

    Raises:
        SetupError: the embedded server does not start.
    """
    if not environment.embedded:
        yield None
        return
    server = EmbeddedPostgres(environment.data_dir, environment.key_dir)
    try:
        if server.start():
            server.ensure_roles()
        yield server
    finally:
        server.stop()


def prepare_external(environment: Environment) -> None:
    """Before migrating a server that somebody else runs: version and runtime roles.

    Raises:
        SetupError: it is unreachable, too old, or lacks a role that we may not create.
    """
    if environment.embedded:
        return
    passwords: dict[Role, str] = {}
    for role in database_roles.RUNTIME_ROLES:
        address = environment.conninfo(role)
        if address.get("user") != f"komma_{role}":
            raise SetupError(
                f"The address for role {role} must name the user komma_{role}:"
                " the row policies are written for it."
            )
        passwords[role] = address.get("password") or ""
    try:
        with psycopg.connect(**environment.conninfo("owner"), autocommit=True) as owner:
            refuse(startup.version_problems(owner))
            database_roles.ensure_runtime_roles(owner, passwords)
    except psycopg.OperationalError as error:
        raise SetupError(startup.unreachable("owner", error)) from error


def refuse(problems: list[str]) -> None:
    """Raise SetupError with all problems, one a line, if there are any."""
    if problems:
        raise SetupError("\n".join(problems))


@contextmanager
def django_at_hand() -> Iterator[None]:
    """Django is set up inside this block, with the role chosen before.

    Afterwards the connection pool ends, whose threads would hold up a command for seconds.
    """
    import django
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    django.setup()
    try:
        yield
    finally:
        connection = connections["default"]
        assert isinstance(connection, DatabaseWrapper)
        connection.close()
        connection.close_pool()
