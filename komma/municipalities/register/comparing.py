"""Comparing an edition with what is known: who stays, who has a new key, who is new, who ended."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from komma.municipalities.register.names import short_name
from komma.municipalities.register.succession import Piece, successors

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
    from uuid import UUID

    from komma.municipalities.models import Municipality
    from komma.municipalities.register.places import Place


@dataclass
class Comparison:
    """What an edition changes. ``kept`` and ``rekeyed`` pair what is known with its new record;
    ``successor`` tells by ids of ended ones the key of the place that took over.
    """

    kept: list[tuple[Municipality, Place]] = field(default_factory=list)
    rekeyed: list[tuple[Municipality, Place]] = field(default_factory=list)
    new: list[Place] = field(default_factory=list)
    ended: list[Municipality] = field(default_factory=list)
    successor: dict[UUID, str] = field(default_factory=dict)


class _Marked(NamedTuple):
    """What may show that two records with different keys are the same place."""

    name: str
    postcode: str
    area: int


def compare(known: Iterable[Municipality], places: Sequence[Place]) -> Comparison:
    """Match by key first; what is left over on both sides by name and area (``_SAME_PLACE``).

    Municipalities that no edition has named (entered by hand) never end.
    """
    by_key = {each.ags: each for each in known}
    found: Comparison = Comparison()
    for place in places:
        row = by_key.pop(place.ags, None)
        if row is None:
            found.new.append(place)
        else:
            found.kept.append((row, place))
    gone = [row for row in by_key.values() if row.official_name and row.valid_until is None]
    for same in _SAME_PLACE:
        pairs = _only_pairs(gone, found.new, same)
        found.rekeyed += pairs
        moved = {row.ags for row, _place in pairs}
        gone = [row for row in gone if row.ags not in moved]
        arrived = {place.ags for _row, place in pairs}
        found.new = [place for place in found.new if place.ags not in arrived]
    found.ended = gone
    found.successor = _followed(found)
    return found


def _by_name(place: _Marked) -> Hashable:
    return (place.name, place.postcode) if place.postcode else None


def _by_name_and_area(place: _Marked) -> Hashable:
    return (place.name, place.area) if place.area else None


def _by_area(place: _Marked) -> Hashable:
    return (place.postcode, place.area) if place.postcode and place.area else None


# What must be equal, and occur once on each side, for two records with different keys to be the
# same place; always within a Land, and Kreise among themselves.
_SAME_PLACE = (_by_name, _by_name_and_area, _by_area)


def _only_pairs(
    gone: Sequence[Municipality], new: Sequence[Place], same: Callable[[_Marked], Hashable]
) -> list[tuple[Municipality, Place]]:
    rows: defaultdict[Hashable, list[Municipality]] = defaultdict(list)
    for row in gone:
        name = short_name(row.official_name)
        marked = _Marked(name, row.seat_postcode, row.area_ha or 0)
        rows[_with_land(row.ags, same(marked))].append(row)
    places: defaultdict[Hashable, list[Place]] = defaultdict(list)
    for place in new:
        marked = _Marked(place.short, place.postcode, place.area)
        places[_with_land(place.ags, same(marked))].append(place)
    return [
        (rows[mark][0], places[mark][0])
        for mark in rows
        if mark is not None and len(rows[mark]) == len(places[mark]) == 1
    ]


def _with_land(ags: str, mark: Hashable) -> Hashable:
    return None if mark is None else (ags[:2], len(ags), mark)


def _followed(found: Comparison) -> dict[UUID, str]:
    """Return who took over: Kreise within their Land, municipalities within their Kreis."""
    districts = _taken_over(found, 5, lambda ags: ags[:2])
    now = {row.ags: place.ags for row, place in found.rekeyed if len(row.ags) == 5}
    now |= {row.ags: districts[row.pk] for row in found.ended if row.pk in districts}
    towns = _taken_over(found, 8, lambda ags: now.get(ags[:5], ags[:5]))
    return districts | towns


def _taken_over(found: Comparison, length: int, around: Callable[[str], str]) -> dict[UUID, str]:
    ended: defaultdict[str, list[Piece[UUID]]] = defaultdict(list)
    for row in found.ended:
        if len(row.ags) == length:
            ended[around(row.ags)].append(Piece(row.pk, row.area_ha or 0))
    grown: defaultdict[str, list[Piece[str]]] = defaultdict(list)
    for ags_before, place, area in _growth(found):
        if len(place.ags) == length:
            for where in {around(ags_before), around(place.ags)}:
                grown[where].append(Piece(place.ags, area))
    successor: dict[UUID, str] = {}
    for where, pieces in ended.items():
        successor |= successors(pieces, grown[where])
    return successor


def _growth(found: Comparison) -> Iterator[tuple[str, Place, int]]:
    """Yield the key before, the place and by how many hectares it grew; a new one, from nothing."""
    for row, place in (*found.kept, *found.rekeyed):
        if row.area_ha is not None and place.area > row.area_ha:
            yield row.ags, place, place.area - row.area_ha
    for place in found.new:
        yield place.ags, place, place.area
