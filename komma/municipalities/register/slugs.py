"""Parts of addresses for new places. A slug never changes: it stands on posters."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from komma.municipalities.register.names import district_slug, slug_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from komma.municipalities.register.places import Place

# Below /melden/ these are pages of their own.
RESERVED: Final = frozenset({"quittung", "verlassen"})


def slugs_for(
    new: Sequence[Place], *, among: Iterable[Place], taken: Collection[str]
) -> dict[str, str]:
    """Return by key a slug for each new place.

    A name that occurs once ``among`` all places is taken as it is; equal names get the Kreis, else
    the Land, else the key appended, so that no bare "neustadt" leads to the wrong one of thirty.
    """
    places = list(among)
    districts = {each.ags: each.name for each in places if len(each.ags) == 5}
    counts = Counter(slug for place in places for slug in _candidates(place, districts))
    used = {*RESERVED, *taken}
    found: dict[str, str] = {}
    for place in new:
        free = (s for s in _candidates(place, districts) if counts[s] == 1 and s not in used)
        found[place.ags] = next(free, f"{slug_of(place.name)}-{place.ags}")
        used.add(found[place.ags])
    return found


def _candidates(place: Place, districts: Mapping[str, str]) -> Iterator[str]:
    base = slug_of(place.name)
    yield base
    if place.district:
        yield f"{base}-{district_slug(districts[place.district])}"
    yield f"{base}-{place.land.lower()}"
