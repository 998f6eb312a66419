"""The procedures that come with the program: starting points, each in a readable file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from komma.procedures.model import Limit, Phase, Procedure, Step

_FILES = Path(__file__).parent
# In the order in which they are shown.
_NAMES = ("uebergriff", "amt-und-mandat", "agg-beschwerde", "rassismus-im-haus")


@cache
def shipped() -> dict[str, Procedure]:
    """Return the procedures by id."""
    return {
        name: parse(name, (_FILES / f"{name}.toml").read_text(encoding="utf-8")) for name in _NAMES
    }


def parse(name: str, text: str) -> Procedure:
    """Read a procedure (TOML); raises ValueError, KeyError or TypeError for what is no procedure.

    Whether it makes sense is for ``checks.problems`` to say.
    """
    data = tomllib.loads(text)
    return Procedure(
        id=name,
        title=data["title"],
        about=data["about"],
        scene=data["scene"],
        source=data["source"],
        last_checked=data["last_checked"],
        sides=frozenset(data["sides"]),
        phases=tuple(Phase(**phase) for phase in data["phase"]),
        steps=tuple(_step(step) for step in data["step"]),
    )


def _step(data: dict[str, Any]) -> Step:
    return Step(
        **data
        | {
            "limit": Limit.parse(data["limit"]),
            "after": tuple(data.get("after", ())),
            "levels": frozenset(data.get("levels", ())),
        }
    )
