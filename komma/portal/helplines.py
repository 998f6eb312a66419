"""Helplines that are open to everybody; facts with their source and the day they were checked."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "data" / "helplines.json"


@dataclass(frozen=True)
class Helpline:
    """A telephone number, when somebody answers, and for what; in German."""

    name: str
    number: str
    hours: str
    about: str
    source: str
    entered_on: dt.date

    @property
    def dial(self) -> str:
        """The number for a ``tel:`` link (RFC 3966): digits only."""
        return "".join(filter(str.isdigit, self.number))


@cache
def helplines() -> tuple[Helpline, ...]:
    """Return the helplines in the order in which they are shown."""
    rows = json.loads(_DATA.read_text(encoding="utf-8"))
    return tuple(
        Helpline(**row | {"entered_on": dt.date.fromisoformat(row["entered_on"])}) for row in rows
    )
