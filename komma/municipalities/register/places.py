"""What an edition of the register says about a place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from komma.municipalities.codes import Land

# The official key begins with the number of the Land.
LAENDER: Final[dict[str, str]] = {f"{number:02}": land for number, land in enumerate(Land, 1)}


@dataclass(frozen=True)
class Place:
    """A municipality (eight digits) or a Landkreis (five) of an edition.

    ``official``: its name in the register; ``short``: without titles; ``name``: for people.
    ``area`` in hectares; ``district``: key of the Kreis, empty where there is none above.
    """

    ags: str
    official: str
    short: str
    name: str
    kind: str
    postcode: str
    population: int
    area: int
    district: str = ""

    @property
    def land(self) -> str:
        """The Land by ISO 3166-2:DE, from the key."""
        return LAENDER[self.ags[:2]]


@dataclass(frozen=True)
class Edition:
    """A whole file; ``date`` is its Gebietsstand. Kreise come before their municipalities."""

    date: dt.date
    places: list[Place]
