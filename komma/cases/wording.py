"""Like wording: three words in a row as they stand in a text, compared without letters' details.

Pure and in memory only. Nothing computed here is ever stored: it would be a fingerprint of what
somebody wrote.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from uuid import UUID

LENGTH = 3  # words; two are common chance, four let one changed word hide too much

type Trigram = tuple[str, str, str]

_WORD = re.compile(r"[^\W\d_]+")
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def words_of(text: str) -> list[str]:
    """Return the words without case, accents, digits, punctuation and invisible characters.

    >>> words_of("Größe 38: ÄRGER, Aerger!")
    ['groesse', 'aerger', 'aerger']
    """
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_SPELT_OUT)
    plain = (
        char
        for char in unicodedata.normalize("NFKD", composed)
        if unicodedata.category(char) not in ("Mn", "Cf")
    )
    return _WORD.findall("".join(plain))


def trigrams(text: str) -> set[Trigram]:
    """Return all runs of three words; none for a shorter text, which says too little."""
    words = words_of(text)
    return set(zip(words, words[1:], words[2:], strict=False))


def groups_of(texts: Mapping[UUID, str]) -> list[list[UUID]]:
    """Put texts together of which more than half stands in the first of their group as well.

    Keeps the given order. Takes time in proportion to the number of words.
    """
    groups: list[list[UUID]] = []
    places: dict[Trigram, list[int]] = {}
    for key, text in texts.items():
        grams = trigrams(text)
        shared = Counter(place for gram in grams for place in places.get(gram, ()))
        place, count = shared.most_common(1)[0] if shared else (0, 0)
        if count * 2 > len(grams):
            groups[place].append(key)
            continue
        for gram in grams:
            places.setdefault(gram, []).append(len(groups))
        groups.append([key])
    return groups
