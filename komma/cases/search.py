"""Search in opened contents: in memory, never in the database, and nothing is kept of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import accumulate, filterfalse
from uuid import UUID

from komma.cases.facts import free_texts
from komma.cases.listing import Filters, filtered
from komma.cases.models import Case
from komma.cases.queries import opened_reports
from komma.cases.timeline import OpenEntry

MOST_CASES = 1000
CONTEXT = 60  # characters of the excerpt on each side of the find


@dataclass(frozen=True)
class Found:
    """A case whose report holds the searched words; ``function``: that of the searching holder."""

    case: Case
    function: str
    excerpt: str


def search(person: UUID, secret: str, organisation_id: UUID, text: str) -> list[Found]:
    """Look for all words of ``text`` in the reports of the newest 1,000 visible cases.

    Forgives case and umlauts. Only keys and report entries are opened. Whoever shows results
    records them as opened (``actions.opening.record_many``).
    """
    words = folded(text).split()
    if not words:
        return []
    cases = list(filtered(person, organisation_id, Filters(status="all"))[:MOST_CASES])
    reports = opened_reports(person, secret, [case.pk for case in cases])
    found = []
    for case in cases:
        if case.pk not in reports:
            continue
        function, entry = reports[case.pk]
        content = " ".join(_words(entry))
        comparable = folded(content)
        if all(word in comparable for word in words):
            found.append(Found(case, function, _excerpt(content, words[0])))
    return found


def folded(text: str) -> str:
    """Return a text for comparing: case folded, without accents and dots above letters."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filterfalse(unicodedata.combining, decomposed))


def _words(entry: OpenEntry) -> list[str]:
    """Return the free texts of a report; codes are what the filters are for."""
    return [*free_texts(entry.body.get("facts") or {}), entry.text]


def _excerpt(content: str, word: str) -> str:
    """Return what stands around the first find; folding can change lengths (ß becomes ss)."""
    lengths = accumulate(len(folded(char)) for char in content)
    before_find = folded(content).find(word)
    at = next((index for index, length in enumerate(lengths) if length > before_find), 0)
    start, end = max(at - CONTEXT, 0), at + len(word) + CONTEXT
    before, after = "…" if start else "", "…" if end < len(content) else ""
    return f"{before}{content[start:end].strip()}{after}"
