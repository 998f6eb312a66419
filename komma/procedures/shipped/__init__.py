"""The procedures that come with the program: starting points, each in a readable file."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from komma.procedures.data import from_data
from komma.procedures.model import Procedure

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
    """Read a procedure from TOML; raises ValueError, KeyError or TypeError for what is none."""
    return from_data(name, tomllib.loads(text))
