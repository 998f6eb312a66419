"""The journal of deletions: a file outside the database, so that a restore of the database
cannot bring back what was deleted (docs/operations.md, "Backups").

One line per deletion: the day and the case's random id, nothing else. A deletion is announced
with a mark before its transaction commits, and repeated without it afterwards. So it fails as a
whole when the journal cannot be written, and a commit that fails leaves no order to delete a
living case.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import re
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.conf import settings

from komma.core.dates import today

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "deletions.journal"
KEEP: Final = dt.timedelta(days=40)
"""Longer than any backup lives (35 days): an older line can undo no restore."""
_MARK: Final = " begun"
_LINE: Final = re.compile(r"(\d{4}-\d{2}-\d{2}) ([0-9a-f-]{36})( begun)?")


class JournalUnwritableError(RuntimeError):
    """The journal cannot be written; whoever wants to delete must not commit."""


class Journal(NamedTuple):
    """What the journal tells: deleted cases, deletions only announced, and unreadable lines."""

    deleted: set[UUID]
    begun: set[UUID]
    damaged: int


def begin(case: UUID) -> None:
    """Announce a deletion, on disk when this returns; last inside its transaction.

    Raises JournalUnwritableError: the transaction must not commit.
    """
    _append(f"{today():%Y-%m-%d} {case}{_MARK}\n")


def confirm(case: UUID) -> None:
    """Note a deletion that has been committed. Raises JournalUnwritableError."""
    _append(f"{today():%Y-%m-%d} {case}\n")


def read() -> Journal:
    """Return what the journal tells; of no file, nothing. Raises OSError."""
    try:
        text = _path().read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return Journal(set(), set(), 0)
    lines = [_parse(line) for line in text.splitlines()]
    deleted = {line.case for line in lines if line and not line.only_begun}
    begun = {line.case for line in lines if line and line.only_begun}
    return Journal(deleted, begun - deleted, lines.count(None))


def prune() -> None:
    """Drop the lines that no living backup can contradict, and damaged ones. Raises OSError."""
    path = _path()
    if not path.exists():
        return
    with _locked(path, os.O_RDWR) as file:
        old = os.pread(file, os.fstat(file).st_size, 0).decode(errors="replace")
        oldest = today() - KEEP
        kept = [
            line for line in old.splitlines() if (parsed := _parse(line)) and parsed.day >= oldest
        ]
        new = "".join(f"{line}\n" for line in kept)
        if new != old:
            _replace(path, new.encode(), like=file)


class _Line(NamedTuple):
    day: dt.date
    case: UUID
    only_begun: bool


def _parse(line: str) -> _Line | None:
    found = _LINE.fullmatch(line)
    try:
        return (
            _Line(dt.date.fromisoformat(found[1]), UUID(found[2]), bool(found[3]))
            if found
            else None
        )
    except ValueError:
        return None


def _path() -> Path:
    return Path(settings.KOMMA_DATA_DIR) / NAME


def _append(line: str) -> None:
    path = _path()
    try:
        is_new = not path.exists()
        with _locked(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as file:
            data = line.encode()
            size = os.fstat(file).st_size
            if size and os.pread(file, 1, size - 1) != b"\n":
                data = b"\n" + data  # a crash tore the last line; ours must not join it
            if os.write(file, data) != len(data):
                raise JournalUnwritableError("disk full")
            os.fsync(file)
        if is_new:
            _sync_directory(path.parent)
    except OSError as error:
        raise JournalUnwritableError(type(error).__name__) from error


@contextmanager
def _locked(path: Path, flags: int) -> Iterator[int]:
    """Open the file alone among all processes, and not one that `prune` has just replaced."""
    while True:
        file = os.open(path, flags, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_current(path, file):
                yield file
                return
        finally:
            os.close(file)


def _is_current(path: Path, file: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _replace(path: Path, content: bytes, *, like: int) -> None:
    """Put new content in place at once, for the same user: root must not shut out the others."""
    other = path.with_name(f"{NAME}.new")
    file = os.open(other, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        status = os.fstat(like)
        if os.geteuid() == 0:
            os.fchown(file, status.st_uid, status.st_gid)
        with os.fdopen(os.dup(file), "wb") as stream:
            stream.write(content)
        os.fsync(file)
    finally:
        os.close(file)
    other.rename(path)
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    file = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
