"""Noticing a flood of reports while it comes in, so that genuine ones stay to be seen.

All of it lives in the memory of one process and is forgotten after ten minutes: neither a moment
nor a fingerprint of a text is stored beside a report. Each process sees its share only: with ``n``
of them a flood is noticed after ``RATE`` to ``n`` times ``RATE`` reports. Reasons and limits stand
in docs/adr/0013-quarantine.md.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from array import array
from collections import Counter, deque
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Final

from komma.cases.codes import Held
from komma.cases.wording import trigrams

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

WINDOW: Final = 600.0  # seconds
# A town hall behind one address hands in 300 reports an hour, thus 50 in a window, and a real
# crisis brings 20 an hour. More than this is a flood; until then nothing is ever held.
RATE: Final = 60
# In a flood this many pass within a window although nobody knows where they belong; about as many
# as a few people can look through within the hour. What is like others never counts.
CROWD: Final = 200
# A text is like others if more than half of it stands in at least so many of them.
OTHERS: Final = 3
# Remembered of each text: the smallest keyed hashes, hence a sample that nobody can foresee, and
# the same for the same words. Bounds also how much of the language one report can take up.
SAMPLE: Final = 64
# Reports in memory, all bodies together: at most 128,000 hashes, about 20 MB. Where more come, the
# oldest are forgotten early, so that more passes, never less.
MOST: Final = 2000


@dataclass(frozen=True)
class _Seen:
    """A report of the window; nothing leads from here to its case."""

    at: float
    body: UUID
    passed: bool
    hashes: array[int]


@dataclass
class _Body:
    """What came in for one receiving body within the window."""

    came: int = 0
    passed: int = 0
    reports_with: Counter[int] = field(default_factory=Counter)


class Watch:
    """Counts and compares the reports of the last ten minutes. Safe for use by several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds that never go back."""
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = Lock()
        self._seen: deque[_Seen] = deque()
        self._bodies: dict[UUID, _Body] = {}

    def judge(self, body: UUID, text: str) -> str:
        """Return why a report that has just come for this body is to be held, or an empty string.

        Changes nothing, so that who has to send again is not taken for their own flood.
        """
        hashes = self._hashes(text)
        with self._lock:
            self._forget()
            known = self._bodies.get(body)
            if known is None or known.came < RATE:
                return ""
            common = sum(known.reports_with[each] >= OTHERS for each in hashes)
            if common * 2 > len(hashes):
                return Held.SIMILAR.value
            return Held.CROWD.value if known.passed >= CROWD else ""

    def note(self, body: UUID, text: str, *, held: str) -> None:
        """Remember for ten minutes that a report has come in, and whether it was held."""
        hashes = self._hashes(text)
        with self._lock:
            self._forget()
            if len(self._seen) >= MOST:
                self._drop()
            self._seen.append(_Seen(self._clock(), body, not held, hashes))
            known = self._bodies.setdefault(body, _Body())
            known.came += 1
            known.passed += not held
            known.reports_with.update(hashes)

    def __len__(self) -> int:
        """Return how many reports are remembered."""
        return len(self._seen)

    def _forget(self) -> None:
        before = self._clock() - WINDOW
        while self._seen and self._seen[0].at <= before:
            self._drop()

    def _drop(self) -> None:
        """Forget the oldest report, and all of a body with its last one."""
        oldest = self._seen.popleft()
        known = self._bodies[oldest.body]
        known.came -= 1
        known.passed -= oldest.passed
        for each in oldest.hashes:
            known.reports_with[each] -= 1
            if not known.reports_with[each]:
                del known.reports_with[each]
        if not known.came:
            del self._bodies[oldest.body]

    def _hashes(self, text: str) -> array[int]:
        found = sorted(
            int.from_bytes(
                hashlib.blake2b(" ".join(gram).encode(), digest_size=8, key=self._key).digest()
            )
            for gram in trigrams(text)
        )
        return array("Q", found[:SAMPLE])


watch: Final = Watch()
