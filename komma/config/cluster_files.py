"""Directories and files of the embedded cluster: creation, ownership, leftovers."""

import os
import pwd
import secrets
import shutil
import stat
import sys
from pathlib import Path
from typing import Final

from komma.config import places, postgres_programs
from komma.config.errors import SetupError
from komma.config.places import SystemUser

CLEAN_VARIABLES: Final = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
"""Nothing of our own environment reaches PostgreSQL: neither PG… settings nor secrets."""


def create_home(data_dir: Path, user: SystemUser) -> None:
    """Create the directory of the embedded database where ``user`` can reach it.

    Raises:
        SetupError: the existing directory is out of reach or belongs to somebody else.
    """
    home = places.cluster_home(data_dir)
    if not home.exists() and not places.reachable(data_dir, user):
        places.SHARED_HOME.mkdir(mode=0o711, exist_ok=True)
        home = places.SHARED_HOME / secrets.token_hex(8)
        (data_dir / places.POINTER).write_text(f"{home}\n", encoding="utf-8")
    if not places.reachable(home.parent, user):
        raise SetupError(f"User '{user.name}' cannot reach {home}: open its parent directories.")
    create_owned(home, user)


def create_owned(path: Path, user: SystemUser) -> None:
    """Create a directory (0700) of ``user``; an existing one must be exactly that.

    Raises:
        SetupError: it is a link, belongs to another user, or is open to others.
    """
    try:
        path.mkdir(mode=0o700)
        os.chown(path, user.uid, user.gid)
    except FileExistsError:
        pass
    except OSError as error:
        raise SetupError(f"Cannot create {path}: {error.strerror}.") from error
    status = path.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != user.uid:
        owner = pwd.getpwuid(status.st_uid).pw_name
        raise SetupError(f"{path} belongs to '{owner}', but the database runs as '{user.name}'.")
    if status.st_mode & 0o077:
        raise SetupError(f"{path} is open to other users: chmod 700 it.")


def create_cluster(home: Path, user: SystemUser, password: str, *, sync: bool) -> None:
    """Initialise the cluster; an interrupted attempt leaves nothing that looks like one.

    Raises:
        SetupError: initdb failed.
    """
    draft = home / "cluster.new"
    shutil.rmtree(draft, ignore_errors=True)
    password_file = home / "administrator.tmp"
    _write_owned(password_file, password, user)
    try:
        postgres_programs.run(
            [
                str(postgres_programs.program_dir(user) / "initdb"),
                f"--pgdata={draft}",
                "--username=postgres",
                f"--pwfile={password_file}",
                "--auth-local=scram-sha-256",
                "--auth-host=reject",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                *([] if sync else ["--no-sync"]),
            ],
            user=user,
            variables=CLEAN_VARIABLES,
        )
    finally:
        password_file.unlink()
    draft.rename(home / "cluster")


def server_pid(cluster: Path) -> int | None:
    """The process id in ``postmaster.pid`` if that process is this cluster's server."""
    try:
        pid = int((cluster / "postmaster.pid").read_text(encoding="utf-8").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    return pid if _serves(pid, cluster) else None


def remove_stale_pid_files(cluster: Path, socket_dir: Path) -> None:
    """Remove the lock files of a server that is gone, whatever has its process number now.

    After a restart of a container another process often has the old number; PostgreSQL would
    refuse to start beside it. Call it under the start lock only.
    """
    if server_pid(cluster) is None:
        (cluster / "postmaster.pid").unlink(missing_ok=True)
        (socket_dir / f".s.PGSQL.{places.SOCKET_PORT}.lock").unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        # Another user's process cannot be our server: it runs as us, or we are root.
        return False
    if sys.platform != "linux":
        return True
    try:
        # PostgreSQL's working directory is its cluster.
        return Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve()
    except OSError:
        return False


def _write_owned(path: Path, text: str, user: SystemUser) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    os.chown(path, user.uid, user.gid)
