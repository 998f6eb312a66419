"""The database server of a test run: embedded, or the one that KOMMA_TEST_DATABASE_URL names."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from komma.config import database_roles
from komma.config.embedded import EmbeddedPostgres
from komma.config.environment import ROLES
from komma.config.keyfiles import create_key_files, read_key


@dataclass(frozen=True)
class DatabaseServer:
    """A server with KommA's three roles.

    ``variables`` belong into the environment before Django's settings load; ``log_dir`` is None
    for a server that somebody else runs.
    """

    variables: dict[str, str]
    log_dir: Path | None
    stop: Callable[[], None]


def start_database_server(directory: Path) -> DatabaseServer:
    """Start or prepare the server; data and keys lie below ``directory``.

    ``KOMMA_TEST_DATABASE_URL`` is the address of a superuser on a disposable server: its roles
    ``komma_owner``, ``komma_web`` and ``komma_worker`` get new passwords.

    Raises:
        SetupError: the embedded server does not start.
        psycopg.Error: the named server cannot be reached or changed.
    """
    keys = directory / "keys"
    variables = {
        "KOMMA_MODE": "test",
        "KOMMA_DB_ROLE": "owner",
        "KOMMA_DATA_DIR": str(directory),
        "KOMMA_KEY_DIR": str(keys),
    }
    address = os.environ.get("KOMMA_TEST_DATABASE_URL")
    if address:
        variables |= _prepare(address, keys)
        return DatabaseServer(variables, None, lambda: None)
    server = EmbeddedPostgres.for_tests(directory)
    server.__enter__()
    return DatabaseServer(variables, server.log_dir, server.stop)


def _prepare(address: str, keys: Path) -> dict[str, str]:
    create_key_files(keys)
    passwords = {role: read_key(keys, f"db_{role}") for role in ROLES}
    with psycopg.connect(address, autocommit=True) as administrator:
        database_roles.ensure_cluster(administrator, passwords, for_tests=True)
    place = conninfo_to_dict(address) | {"dbname": database_roles.DATABASE}
    owner: dict[str, Any] = place | {"user": "komma_owner", "password": passwords["owner"]}
    return {"DATABASE_URL": make_conninfo(**owner)}
