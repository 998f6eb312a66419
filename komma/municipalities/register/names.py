"""Names for people, and parts of addresses, made from those of the register."""

from __future__ import annotations

import re

from django.utils.text import slugify
from gv100ad import DistrictType

_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# Names that say by themselves what they are, as Heidekreis, Region Hannover.
_SPEAKS_FOR_ITSELF = re.compile(r"kreis|^Region |^Städteregion |^Regionalverband ", re.IGNORECASE)
_DISTRICT_WORD = re.compile(r"^(Landkreis|Kreis|Regionalverband|Region) ")
_PREFIXES = {DistrictType.KREIS: "Kreis", DistrictType.LANDKREIS: "Landkreis"}
_LONGEST = 39  # characters, so that a name and its Kreis fit into a slug


def short_name(official: str) -> str:
    """Return the name without titles, which the register puts behind a comma: "Weimar, Stadt"."""
    return official.partition(",")[0].strip()


def district_name(official: str, kind: DistrictType) -> str:
    """Return how people call a Kreis: "Görlitz" becomes "Landkreis Görlitz"."""
    name = short_name(official)
    prefix = _PREFIXES.get(kind, "")
    if not prefix or _SPEAKS_FOR_ITSELF.search(name):
        return name
    return f"{prefix} {name}"


def slug_of(name: str) -> str:
    """Return a name as part of an address, umlauts written out; never empty."""
    return slugify(name.lower().translate(_LETTERS))[:_LONGEST].strip("-") or "kommune"


def district_slug(name: str) -> str:
    """Return the name of a Kreis, without the word for it, as part of an address."""
    return slug_of(_DISTRICT_WORD.sub("", name))
