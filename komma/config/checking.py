"""``komma check`` and the refusals before serving."""

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


def _deployment_problems(environment: Environment) -> list[str]:
    problems = startup.demo_problems(environment, "web")
    if environment.embedded:
        problems.append("The embedded PostgreSQL is for small use only: set DATABASE_URL.")
    with psycopg.connect(**environment.conninfo("web")) as connection:
        return problems + startup.log_problems(connection)
