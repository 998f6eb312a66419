"""What must hold before KommA serves anybody.

Every function returns the problems it found, one English sentence each; an empty list is good.
"""

from typing import Final, LiteralString

import psycopg

from komma.config.environment import Environment, Role
from komma.config.keyfiles import KEY_NAMES, loose_paths
from komma.config.postgres_settings import QUIET_LOG

OLDEST_POSTGRES: Final = 15
SHORTEST_SECRET: Final = 50

_ATTRIBUTES: Final[LiteralString] = """
    SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication
    FROM pg_roles WHERE rolname = session_user
"""
_POWERFUL: Final[LiteralString] = """
    SELECT rolname FROM pg_roles
    WHERE rolname <> session_user AND pg_has_role(session_user, oid, 'MEMBER')
      AND (rolsuper OR rolbypassrls OR rolname IN ('pg_read_all_data', 'pg_write_all_data',
        'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program'))
    ORDER BY rolname
"""
_OWNED: Final[LiteralString] = """
    SELECT c.oid::regclass::text FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_'
      AND n.nspname <> 'information_schema' AND pg_has_role(session_user, c.relowner, 'MEMBER')
    ORDER BY 1 LIMIT 1
"""
_CREATABLE: Final[LiteralString] = """
    SELECT nspname FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
      AND has_schema_privilege(session_user, oid, 'CREATE')
    ORDER BY 1 LIMIT 1
"""
_TEMPORARY: Final[LiteralString] = """
    SELECT has_database_privilege(session_user, current_database(), 'TEMP')
"""


def version_problems(connection: psycopg.Connection) -> list[str]:
    """Whether the server is new enough."""
    major = connection.info.server_version // 10000
    if major >= OLDEST_POSTGRES:
        return []
    return [f"PostgreSQL {major} is too old: KommA needs version {OLDEST_POSTGRES} or newer."]


def role_problems(connection: psycopg.Connection) -> list[str]:
    """Whether row-level security binds the user of this connection.

    It does not bind superusers, roles with BYPASSRLS and owners of tables, nor members of such
    roles (PostgreSQL manual, chapter "Row Security Policies"). Rights to create or to administer
    would be a way to become one.
    """
    user = connection.info.user
    attributes = connection.execute(_ATTRIBUTES).fetchone() or ()
    words = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION")
    problems = [
        f"Database role {user} has the attribute {word}: row-level security would not hold."
        for word, has in zip(words, attributes, strict=True)
        if has
    ]
    problems += [
        f"Database role {user} is a member of {name}: row-level security would not hold."
        for (name,) in connection.execute(_POWERFUL).fetchall()
    ]
    for (table,) in connection.execute(_OWNED).fetchall():
        problems.append(f"Database role {user} owns the table {table} or may act as its owner.")
    for (schema,) in connection.execute(_CREATABLE).fetchall():
        problems.append(f"Database role {user} may create objects in the schema {schema}.")
    if connection.execute(_TEMPORARY).fetchone() == (True,):
        problems.append(f"Database role {user} may create temporary tables in the database.")
    return problems


def log_problems(connection: psycopg.Connection) -> list[str]:
    """Whether statements or values could reach the log of the database server."""
    problems = []
    for name, wanted in QUIET_LOG.items():
        row = connection.execute("SELECT setting FROM pg_settings WHERE name = %s", [name])
        found = (row.fetchone() or ("unknown",))[0]
        if found != wanted:
            problems.append(f"PostgreSQL setting {name} is '{found}', should be '{wanted}'.")
    return problems


def runtime_problems(environment: Environment, role: Role) -> list[str]:
    """Whether the database is reachable, new enough and binds a runtime role.

    Raises:
        SetupError: address or password of the role is missing.
    """
    try:
        with psycopg.connect(**environment.conninfo(role), connect_timeout=10) as connection:
            return version_problems(connection) or role_problems(connection)
    except psycopg.OperationalError as error:
        return [unreachable(role, error)]


def unreachable(role: Role, error: psycopg.OperationalError) -> str:
    """The reason of a failed connection without the names of host and user before it."""
    reason = str(error).strip().splitlines()[-1].rsplit("FATAL:", 1)[-1].strip()
    return f"The database cannot be reached as komma_{role}: {reason}"


def demo_problems(environment: Environment, role: Role) -> list[str]:
    """Whether accounts of a demonstration, whose passwords are public, are in the database.

    Raises:
        psycopg.Error: the database is unreachable.
    """
    with psycopg.connect(**environment.conninfo(role), connect_timeout=10) as connection:
        if connection.execute("SELECT to_regclass('people_person')").fetchone() == (None,):
            return ["The database has no tables yet: run 'komma migrate'."]
        if connection.execute("SELECT 1 FROM people_person WHERE is_demo LIMIT 1").fetchone():
            return ["The database holds demonstration accounts, whose passwords are public."]
    return []


def production_problems(environment: Environment) -> list[str]:
    """What ``komma serve`` refuses in production, as far as no database is needed."""
    problems = []
    if environment.debug:
        problems.append("KOMMA_DEBUG is on: error pages would show contents.")
    if len(environment.secret_key) < SHORTEST_SECRET:
        problems.append(
            f"The secret key is missing or shorter than {SHORTEST_SECRET} characters:"
            " run 'komma keys' or set KOMMA_SECRET_KEY."
        )
    if not environment.url.startswith("https://"):
        problems.append("KOMMA_URL must begin with https:// in production.")
    return problems + _key_problems(environment)


def _key_problems(environment: Environment) -> list[str]:
    directory = environment.key_dir
    if directory.is_relative_to(environment.data_dir):
        return [
            "KOMMA_KEY_DIR lies inside the data directory: a stolen copy of the data would"
            " contain its keys."
        ]
    missing = [
        name for name in KEY_NAMES if name != "secret_key" and not (directory / name).is_file()
    ]
    problems = [f"Key file {directory / name} is missing." for name in missing if name[:3] != "db_"]
    problems += [
        f"{path} is open to other users: chmod go-rwx it." for path in loose_paths(directory)
    ]
    return problems
