"""Plain text as people type it: paragraphs and lists, for pages and for paper."""

from __future__ import annotations

import re
from typing import NamedTuple

_BULLET = re.compile(r"^\s*[-•–*]\s+")
_GAP = re.compile(r"_{3,}")


class Block(NamedTuple):
    """A paragraph, or a list where the lines began with a dash."""

    is_list: bool
    lines: list[str]


def gaps(text: str) -> int:
    """Return how many blanks ("____") wait to be filled in."""
    return len(_GAP.findall(text))


def blocks(text: str) -> list[Block]:
    """Return the blocks of a text; a blank line ends one, and so does the begin of a list."""
    found: list[Block] = []
    for chunk in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        current: Block | None = None
        for line in filter(str.strip, chunk.split("\n")):
            is_list = _BULLET.match(line) is not None
            if current is None or current.is_list != is_list:
                current = Block(is_list, [])
                found.append(current)
            current.lines.append(_BULLET.sub("", line).strip())
    return found
