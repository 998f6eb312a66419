"""What a folder holds and which papers there are, with texts to begin from: `data/*.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_DATA: Final = Path(__file__).parent / "data"
# Their blanks are filled in by hand when it happens.
_SHEETS: Final = frozenset({"drohanruf"})


@dataclass(frozen=True)
class Section:
    """A section of the emergency folder.

    ``per_building``: each building has its own text, else one holds for all. ``live``: what is
    put in from elsewhere whenever somebody looks; ``written``: whether there is a text at all;
    ``level``: of a card for conduct, the level it is for.
    """

    slug: str
    title: str
    about: str
    text: str = ""
    per_building: bool = False
    live: str = ""
    written: bool = True
    level: int | None = None

    @property
    def is_sheet(self) -> bool:
        """Whether its blanks are to stay: a sheet to write on during a call."""
        return self.slug in _SHEETS


@dataclass(frozen=True)
class Paper:
    """A paper of the organisation that is put in force and signed."""

    slug: str
    title: str
    about: str
    text: str


@cache
def sections() -> dict[str, Section]:
    """Return the sections in the order of the folder."""
    found = [Section(**row) for row in _rows("sections.toml")]
    return {each.slug: each for each in found}


@cache
def papers() -> dict[str, Paper]:
    """Return the papers by their slug, which no section has."""
    found = [Paper(**row) for row in _rows("papers.toml")]
    return {each.slug: each for each in found}


def _rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a file; each holds one list."""
    (rows,) = tomllib.loads((_DATA / name).read_text(encoding="utf-8")).values()
    return [row | {"text": row.get("text", "").strip()} for row in rows]
