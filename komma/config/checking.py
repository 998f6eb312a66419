"""``komma check``, ``komma audit verify`` and the refusals before serving."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from komma.config import database, startup
from komma.config.database_roles import RUNTIME_ROLES
from komma.config.environment import Environment, Role


def refuse_unsafe(environment: Environment, role: Role) -> None:
    """Refuse to serve when a runtime role is unprotected or production is not ready.

    Raises:
        SetupError: all problems, one a line.
    """
    problems = startup.runtime_problems(environment, role)
    if environment.mode == "production":
        problems += startup.production_problems(environment)
        problems += [] if problems else startup.demo_problems(environment, role)
    database.refuse(problems)


def report(environment: Environment, *, deploy: bool) -> int:
    """Print every problem; 0 if there is none.

    ``deploy`` adds what a production server needs, whatever the mode is.
    """
    problems = []
    for role in RUNTIME_ROLES:
        problems += startup.runtime_problems(environment, role)
    if deploy:
        problems += startup.production_problems(environment)
        problems += _deployment_problems(environment) if not problems else []
    for problem in problems:
        print(f"problem: {problem}")
    if not problems:
        print("All checks passed.")
    return 1 if problems else 0


def verify_audit_log() -> int:
    """Check the hash chain of the audit log as the owner of its tables; 0 if it is whole."""
    import django

    django.setup()
    from komma.core.audit.verify import broken_links, count_links

    with _closing_pool():
        breaks, count = list(broken_links()), count_links()
    for broken in breaks:
        place = f"organisation {broken.organisation}, month {broken.month}"
        print(f"problem: {place}, position {broken.position}: {broken.reason}")
    print(f"{count} entries checked, {len(breaks)} problems.")
    return 1 if breaks else 0


@contextmanager
def _closing_pool() -> Iterator[None]:
    """End the connection pool, whose threads would hold up the end of the command for seconds."""
    from django.db import connections
    from django.db.backends.postgresql.base import DatabaseWrapper

    try:
        yield
    finally:
        connection = connections["default"]
        assert isinstance(connection, DatabaseWrapper)
        connection.close()
        connection.close_pool()


def _deployment_problems(environment: Environment) -> list[str]:
    problems = startup.demo_problems(environment, "web")
    if environment.embedded:
        problems.append("The embedded PostgreSQL is for small use only: set DATABASE_URL.")
    with psycopg.connect(**environment.conninfo("web")) as connection:
        return problems + startup.log_problems(connection)
