"""Key and password files outside the database (mode 0600 in a directory 0700).

The six keys are listed in :data:`KEY_NAMES`; the embedded database adds the password of its
administrator. A file is written completely before it gets its name, so that two processes that
start at the same moment agree on one key.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pyrage

from komma.config.errors import SetupError


def _age_identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def _hex_256_bit() -> str:
    return secrets.token_hex(32)


def _password() -> str:
    return secrets.token_urlsafe(32)


_MAKERS: Final[dict[str, Callable[[], str]]] = {
    "server_key": _age_identity,
    "pepper": _hex_256_bit,
    "secret_key": lambda: secrets.token_urlsafe(64),
    "db_owner": _password,
    "db_web": _password,
    "db_worker": _password,
    "db_administrator": _password,
}

KEY_NAMES: Final = ("server_key", "pepper", "secret_key", "db_owner", "db_web", "db_worker")
"""What every installation has; ``db_administrator`` exists in embedded mode only."""


def create_key_files(directory: Path, names: tuple[str, ...] = KEY_NAMES) -> list[Path]:
    """Create the missing key files and return their paths; existing files stay untouched.

    Raises:
        SetupError: the directory cannot be created or written.
    """
    try:
        if not directory.is_dir():
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [directory / name for name in names if _create(directory / name, _MAKERS[name])]
    except OSError as error:
        raise SetupError(f"Cannot write key files to {directory}: {error.strerror}.") from error


def read_key(directory: Path, name: str) -> str:
    """The text of one key file without its line end.

    Raises:
        SetupError: the file is missing, empty or unreadable.
    """
    path = directory / name
    try:
        text = path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise SetupError(f"Key file {path} is missing: create it with 'komma keys'.") from error
    except OSError as error:
        raise SetupError(f"Key file {path} cannot be read: {error.strerror}.") from error
    if not text:
        raise SetupError(f"Key file {path} is empty.")
    return text


def loose_paths(directory: Path) -> list[Path]:
    """The directory and key files that group or others may read, write or search."""
    if not directory.is_dir():
        return []
    paths = [directory, *sorted(path for path in directory.iterdir() if path.is_file())]
    return [path for path in paths if path.stat().st_mode & 0o077]


def _create(path: Path, make: Callable[[], str]) -> bool:
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link fails if the name exists by now: the first writer wins, whole or not at all.
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
