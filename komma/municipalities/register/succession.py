"""Where the area of ended places went: exact sums of hectares, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence


@dataclass(frozen=True)
class Piece[K: Hashable]:
    """A place that ended, or one that grew, and the ``area`` in hectares by which."""

    key: K
    area: int


def successors[E: Hashable, G: Hashable](
    ended: Sequence[Piece[E]], grown: Sequence[Piece[G]]
) -> dict[E, G]:
    """Return who took over which ended place, where the areas allow one answer only.

    A place took over a set of ended ones if it grew by exactly their area. If two sets fit, or two
    places fit one set, nobody is named: a wrong town hall is worse than none.
    """
    lasting = [piece for piece in ended if piece.area > 0]
    fits: dict[E, set[G]] = {piece.key: set() for piece in lasting}
    ambiguous: set[E] = set()
    for piece in grown:
        found = list(islice(_exact_sums([each.area for each in lasting], piece.area), 2))
        for positions in found:
            for position in positions:
                key = lasting[position].key
                fits[key].add(piece.key)
                if len(found) > 1:
                    ambiguous.add(key)
    return {
        key: next(iter(places))
        for key, places in fits.items()
        if len(places) == 1 and key not in ambiguous
    }


def _exact_sums(areas: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    """Yield the sets of positions whose areas sum up to ``total``, which is above zero.

    ``reachable[n]`` has bit s set if some of the first n areas sum up to s; walking back along set
    bits only, no step is in vain, so that the first two sets are found at once however many there
    are.
    """
    if not 0 < total <= sum(areas):
        return
    mask = (1 << (total + 1)) - 1
    reachable = [1]
    for area in areas:
        reachable.append((reachable[-1] | reachable[-1] << area) & mask)

    def back(count: int, rest: int) -> Iterator[tuple[int, ...]]:
        if not reachable[count] >> rest & 1:
            return
        if count == 0:
            yield ()
            return
        yield from back(count - 1, rest)
        if areas[count - 1] <= rest:
            for others in back(count - 1, rest - areas[count - 1]):
                yield (*others, count - 1)

    yield from back(len(areas), total)
