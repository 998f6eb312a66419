"""The levels of danger: what each means, by which criteria, and who acts."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "levels.toml"
LEVELS = range(4)


@dataclass(frozen=True)
class LevelRow:
    """One level; ``acts``: who acts then, and how."""

    level: int
    title: str
    criteria: tuple[str, ...]
    acts: str

    @property
    def label(self) -> str:
        """The level as it reads in a choice."""
        return f"{self.level} – {self.title}"

    @property
    def coded(self) -> list[tuple[str, str]]:
        """The criteria with a short code each, which changes with the words."""
        return [
            (f"{self.level}-{blake2s(each.encode(), digest_size=4).hexdigest()}", each)
            for each in self.criteria
        ]


def from_rows(rows: Iterable[dict[str, Any]]) -> tuple[LevelRow, ...]:
    """Read a level table from plain data; raises ValueError, KeyError or TypeError for none."""
    found = tuple(
        LevelRow(int(row["level"]), str(row["title"]), tuple(row["criteria"]), str(row["acts"]))
        for row in rows
    )
    if [row.level for row in found] != list(LEVELS):
        raise ValueError("a level table has each level once, in order")
    return found


def to_rows(levels: Iterable[LevelRow]) -> list[dict[str, Any]]:
    """Write a level table down as JSON; `from_rows` reads it again."""
    return [
        {"level": row.level, "title": row.title, "criteria": list(row.criteria), "acts": row.acts}
        for row in levels
    ]


@cache
def shipped_levels() -> tuple[LevelRow, ...]:
    """Return the levels that come with the program."""
    return from_rows(tomllib.loads(_FILE.read_text(encoding="utf-8"))["level"])
