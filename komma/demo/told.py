"""What was told so far, in files of the data directory, so that telling again changes nothing.

Cases are sealed: the program itself cannot find out which invented ones it has made already.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Told:
    """One case that was told; see ``plan.Story``. ``code``: the receipt."""

    key: str
    case: str
    town: str
    name: str
    code: str = field(repr=False)


def all_told() -> list[Told]:
    """Return what was told, oldest first."""
    path = _record()
    if not path.exists():
        return []
    return [Told(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def remember(told: Told) -> None:
    """Add a case, and its receipt to the list for visitors if it has a name there."""
    with _record().open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(told), ensure_ascii=False) + "\n")
    if told.name:
        with _receipts().open("a", encoding="utf-8") as file:
            file.write(f"{told.name} ({told.town}): {told.code}\n")


def forget() -> None:
    """Begin anew, because the database has."""
    for path in (_record(), _receipts()):
        path.unlink(missing_ok=True)


def receipts() -> list[tuple[str, str]]:
    """Return (name, code) of the receipts with which visitors may try the mailbox."""
    path = _receipts()
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(name, code) for name, _colon, code in (line.rpartition(": ") for line in lines)]


def _directory() -> Path:
    path: Path = settings.KOMMA_DATA_DIR / "demo"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _record() -> Path:
    return _directory() / "faelle.jsonl"


def _receipts() -> Path:
    return _directory() / "quittungen.txt"
