"""Looking for words in everything an installation has written."""

from __future__ import annotations

import base64
import urllib.parse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

CHUNK = 8 * 1024 * 1024


def spellings(word: str) -> set[bytes]:
    """Return the byte strings in which a word could lie about: encodings and quotings."""
    plain = word.encode()
    found = {
        plain,
        word.encode("utf-16-le"),
        plain.hex().encode(),
        plain.hex().upper().encode(),
        urllib.parse.quote_plus(word).encode(),
        word.encode("unicode_escape"),
    }
    # Base64 in each of its three alignments, without the ends that depend on the neighbours.
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + plain)
        found.add(encoded[4 if shift else 0 : -4])
    return found


def places_of(words: Iterable[str], roots: Iterable[Path]) -> list[str]:
    """Return "word: file" for each file below ``roots`` that holds a spelling of a word."""
    wanted = [(word, spelling) for word in words for spelling in spellings(word)]
    return sorted(
        {
            f"{word}: {path}"
            for root in roots
            for path in _files(root)
            for word in _found_in(path, wanted)
        }
    )


def _files(root: Path) -> Iterator[Path]:
    yield from (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())


def _found_in(path: Path, wanted: list[tuple[str, bytes]]) -> Iterator[str]:
    longest = max(len(spelling) for _, spelling in wanted)
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            text = tail + chunk
            yield from (word for word, spelling in wanted if spelling in text)
            tail = text[-longest:]
