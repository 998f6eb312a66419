"""Typed reader of the environment (the names are listed in docs/operations.md).

Knows nothing of Django: the settings, the ``komma`` command and the tests all read it.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, cast, get_args
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

from komma.config import places
from komma.config.errors import SetupError
from komma.config.keyfiles import create_key_files, read_key

type Mode = Literal["production", "demo", "test"]
type Role = Literal["owner", "web", "worker"]

MODES: Final[tuple[Mode, ...]] = get_args(Mode.__value__)
ROLES: Final[tuple[Role, ...]] = get_args(Role.__value__)
_URL_NAMES: Final[dict[Role, str]] = {
    "owner": "DATABASE_URL",
    "web": "KOMMA_WEB_DATABASE_URL",
    "worker": "KOMMA_WORKER_DATABASE_URL",
}
_YES: Final = {"1", "true", "yes", "on"}
_NO: Final = {"", "0", "false", "no", "off"}


@dataclass(frozen=True)
class Environment:
    """One installation as its environment describes it.

    ``role`` is the database role of this process. ``secret_key`` is empty only in production,
    when neither ``KOMMA_SECRET_KEY`` nor its file exists; ``komma serve`` refuses that.
    """

    mode: Mode
    debug: bool
    data_dir: Path
    key_dir: Path
    host: str
    port: int
    url: str
    role: Role
    secret_key: str
    web_workers: int | None
    database_urls: Mapping[Role, str]

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> "Environment":
        """Read the variables (default: of this process).

        In modes ``demo`` and ``test`` missing key files are created; production never does that,
        since a new pepper in place of a forgotten mount would lock every mailbox.

        Raises:
            SetupError: a value is malformed, or the key files cannot be created or read.
        """
        given = os.environ if variables is None else variables
        mode = cast(Mode, _choice(given, "KOMMA_MODE", MODES, "production"))
        data_dir = Path(given.get("KOMMA_DATA_DIR") or "var").resolve()
        key_dir = Path(given.get("KOMMA_KEY_DIR") or data_dir / "keys").resolve()
        if mode != "production":
            places.create_data_dir(data_dir)
            create_key_files(key_dir)
        return cls(
            mode=mode,
            debug=_flag(given, "KOMMA_DEBUG"),
            data_dir=data_dir,
            key_dir=key_dir,
            host=given.get("KOMMA_HOST") or "127.0.0.1",
            port=_port(given),
            url=_public_url(given),
            role=cast(Role, _choice(given, "KOMMA_DB_ROLE", ROLES, "web")),
            secret_key=given.get("KOMMA_SECRET_KEY") or _secret_key(key_dir, mode),
            web_workers=_number(given, "KOMMA_WEB_WORKERS", 1, 64),
            database_urls={r: given[name] for r, name in _URL_NAMES.items() if given.get(name)},
        )

    @property
    def embedded(self) -> bool:
        """Whether the database is the embedded PostgreSQL (no database address is set)."""
        return not self.database_urls

    def database(self, role: Role | None = None) -> dict[str, Any]:
        """Django's ``DATABASES`` entry for a role (default: the role of this process).

        ``OPTIONS`` holds libpq parameters (``sslmode`` …): add to it, do not replace it. Type
        checkers load the settings without an installation, so a missing password file shows
        only when somebody connects.

        Raises:
            SetupError: the address is missing or malformed.
        """
        role = role or self.role
        parts = self._parts(role, self._password_if_present(role))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.pop("dbname", "komma"),
            "USER": parts.pop("user", ""),
            "PASSWORD": parts.pop("password", ""),
            "HOST": parts.pop("host", ""),
            "PORT": parts.pop("port", ""),
            "OPTIONS": parts,
        }

    def conninfo(self, role: Role) -> dict[str, Any]:
        """The same as keyword arguments of :func:`psycopg.connect`.

        Raises:
            SetupError: the address is missing or malformed, or the password file is missing.
        """
        if role not in self.database_urls:
            read_key(self.key_dir, f"db_{role}")
        return self._parts(role, self._password_if_present(role))

    def _password_if_present(self, role: Role) -> str:
        name = f"db_{role}"
        return read_key(self.key_dir, name) if (self.key_dir / name).exists() else ""

    def _parts(self, role: Role, password: str) -> dict[str, Any]:
        own = {"user": f"komma_{role}", "password": password}
        if self.embedded:
            home = places.cluster_home(self.data_dir)
            socket = {"host": str(places.socket_dir(home)), "port": places.SOCKET_PORT}
            # A process that squats the socket must not talk us into sending the password.
            return own | socket | {"dbname": "komma", "require_auth": "scram-sha-256"}
        if role in self.database_urls:
            return _parse_url(_URL_NAMES[role], self.database_urls[role])
        if "owner" not in self.database_urls:
            raise SetupError(f"{_URL_NAMES[role]} is not set, but needed by this command.")
        return _parse_url("DATABASE_URL", self.database_urls["owner"]) | own


def _parse_url(name: str, url: str) -> dict[str, Any]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.Error:
        # Not chained: libpq quotes the address, which may hold a password.
        raise SetupError(f"{name} is not a PostgreSQL address (postgresql://…).") from None


def _choice(given: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = given.get(name) or default
    if value not in allowed:
        raise SetupError(f"{name} must be one of {', '.join(allowed)}, not '{value}'.")
    return value


def _flag(given: Mapping[str, str], name: str) -> bool:
    value = given.get(name, "").strip().lower()
    if value not in _YES | _NO:
        raise SetupError(f"{name} must be 1 or 0, not '{value}'.")
    return value in _YES


def _number(given: Mapping[str, str], name: str, low: int, high: int) -> int | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise SetupError(f"{name} must be a number from {low} to {high}, not '{text}'.")
    return int(text)


def _port(given: Mapping[str, str]) -> int:
    return _number(given, "KOMMA_PORT", 1, 65535) or 8000


def _public_url(given: Mapping[str, str]) -> str:
    text = given.get("KOMMA_URL") or f"http://localhost:{_port(given)}"
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise SetupError(
            "KOMMA_URL must be an address without a path, such as https://komma.example."
        )
    return text.rstrip("/")


def _secret_key(key_dir: Path, mode: Mode) -> str:
    if mode == "production" and not (key_dir / "secret_key").exists():
        return ""
    return read_key(key_dir, "secret_key")
