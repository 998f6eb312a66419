"""Where the embedded database lives: its files, its programs and its socket.

PostgreSQL refuses to run as root, so root starts it as another system user. That user must be
able to reach the files without anybody's directories being opened for it. A checkout below
``/root`` is out of its reach: then the cluster is placed under :data:`SHARED_HOME` and a pointer
file in the data directory says where.
"""

import contextlib
import hashlib
import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from komma.config.errors import SetupError

SOCKET_PORT: Final = "5432"
SHARED_HOME: Final = Path("/var/lib/komma-postgres")
POINTER: Final = "postgres.location"
# sockaddr_un holds 107 bytes, of which "/.s.PGSQL.5432.lock" takes 19.
_LONGEST_SOCKET_DIR: Final = 107 - 19


@dataclass(frozen=True)
class SystemUser:
    """The system user that runs PostgreSQL."""

    name: str
    uid: int
    gid: int


def database_user(home: Path) -> SystemUser:
    """Ourselves; for root the owner of an existing ``home``, else ``postgres`` or ``nobody``.

    Raises:
        SetupError: root on a system that has neither.
    """
    if os.geteuid() != 0:
        return _user(pwd.getpwuid(os.geteuid()))
    if home.exists() and home.stat().st_uid != 0:
        return _user(pwd.getpwuid(home.stat().st_uid))
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return _user(pwd.getpwnam(name))
    raise SetupError(
        "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody'."
    )


def _user(entry: pwd.struct_passwd) -> SystemUser:
    return SystemUser(entry.pw_name, entry.pw_uid, entry.pw_gid)


def create_data_dir(path: Path) -> None:
    """Create the data directory; an existing one keeps its permissions.

    Root makes it searchable (0711), so that the database user reaches its own part below it.

    Raises:
        SetupError: it cannot be created, or cannot be read.
    """
    try:
        if not path.is_dir():
            path.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        # WhiteNoise warns when it is missing, even if it reads the files from elsewhere.
        (path / "static").mkdir(exist_ok=True)
    except OSError as error:
        raise SetupError(f"Cannot create the data directory {path}: {error.strerror}.") from error
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        raise SetupError(f"The data directory {path} is not readable and writable for this user.")


def cluster_home(data_dir: Path) -> Path:
    """The directory that holds cluster, socket and server log (it need not exist yet)."""
    pointer = data_dir / POINTER
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    return data_dir / "postgres"


def socket_dir(home: Path) -> Path:
    """The directory of the database socket: inside ``home``, or a short path if that is long."""
    inside = home / "socket"
    if len(os.fsencode(inside)) <= _LONGEST_SOCKET_DIR:
        return inside
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(f"/tmp/komma-{digest}")  # noqa: S108 - its owner is checked before use


def reachable(path: Path, user: SystemUser) -> bool:
    """Whether ``user`` may pass through every existing directory from the root to ``path``."""
    return all(
        _searchable(directory, user) for directory in (path, *path.parents) if directory.exists()
    )


def _searchable(directory: Path, user: SystemUser) -> bool:
    status = directory.stat()
    if status.st_uid == user.uid:
        return bool(status.st_mode & 0o100)
    groups = os.getgrouplist(user.name, user.gid)
    return bool(status.st_mode & (0o010 if status.st_gid in groups else 0o001))
