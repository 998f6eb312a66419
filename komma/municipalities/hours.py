"""Opening hours: read what people write in German, and tell who answers at a moment.

What cannot be read for certain is not guessed: then nobody is called open or closed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

_LOOK_AHEAD = 14  # days; longer than any row of holidays
_WEEK = 7
_DAYS = ("mo", "di", "mi", "do", "fr", "sa", "so")
_WORDS = re.compile(
    r"""(?P<day>(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag)s?\b
               |(?:mo|di|mi|do|fr|sa|so)\b\.?)
    |(?P<daily>täglich\b)
    |(?P<time>\d{1,2}(?:[:.]\d{2})?(?!\d))
    |(?P<to>bis\b|[-–—])
    |(?P<and>und\b|[,;/&+])
    |(?P<filler>uhr\b|von\b|:)
    |(?P<blank>\s+)
    |(?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_ALWAYS = re.compile(r"(täglich,?\s*)?(rund um die uhr|24 stunden)\.?", re.IGNORECASE)

type IsClosed = Callable[[dt.date], bool]


class Opening(NamedTuple):
    """Hours on some days of the week: ISO numbers (Monday is 1); ``until`` None is midnight."""

    days: frozenset[int]
    begins: dt.time
    until: dt.time | None

    @property
    def is_daily(self) -> bool:
        """Whether it is the same on every day of the week, holidays too."""
        return len(self.days) == _WEEK

    @property
    def is_always(self) -> bool:
        """Whether it never closes."""
        return self.is_daily and self.begins == dt.time.min and self.until is None


@dataclass(frozen=True)
class Standing:
    """Whether somebody answers at a moment; ``is_open`` None: the hours are not known for certain.

    ``until``: when it closes, None for midnight; ``again_at``: when it opens next.
    """

    moment: dt.datetime
    is_open: bool | None
    is_always: bool = False
    until: dt.time | None = None
    again_at: dt.datetime | None = None

    @property
    def is_closed(self) -> bool:
        """Whether it is certain that nobody answers."""
        return self.is_open is False

    @property
    def closes(self) -> str:
        """When an open line closes: "15:00"."""
        return time_format(self.until, "G:i") if self.until else "24:00"

    @property
    def again(self) -> str:
        """When it opens, as people say it: "heute ab 7:00 Uhr"; "" where that is not known."""
        if self.again_at is None:
            return ""
        days = (self.again_at.date() - self.moment.date()).days
        time = time_format(self.again_at.time(), "G:i")
        if days == 0:
            return _("heute ab %(time)s Uhr") % {"time": time}
        if days == 1:
            return _("morgen ab %(time)s Uhr") % {"time": time}
        day = date_format(self.again_at, "l" if days < _WEEK else "l, j. F")
        return _("wieder %(day)s, %(time)s Uhr") % {"day": day, "time": time}


def read_hours(text: str) -> tuple[Opening, ...] | None:
    """Return the hours in a text such as "Mo bis Do, 9 bis 15 Uhr"; None for what is unclear."""
    if _ALWAYS.fullmatch(text.strip()):
        return (Opening(frozenset(range(1, _WEEK + 1)), dt.time.min, None),)
    words = [
        (kind, found.group())
        for found in _WORDS.finditer(text.strip().rstrip("."))
        if (kind := str(found.lastgroup)) not in ("blank", "filler")
    ]
    try:
        return tuple(_clauses(words)) or None
    except ValueError:
        return None


def standing(openings: Iterable[Opening], now: dt.datetime, is_closed: IsClosed) -> Standing:
    """Tell whether somebody answers at ``now``; ``is_closed``: days on which nobody does."""
    known = sorted(openings, key=lambda opening: opening.begins)
    for each in _on(known, now.date(), is_closed):
        if each.begins <= now.time() and (each.until is None or now.time() < each.until):
            return Standing(now, True, is_always=each.is_always, until=each.until)
    return Standing(now, False, again_at=_next(known, now, is_closed))


def _next(openings: list[Opening], now: dt.datetime, is_closed: IsClosed) -> dt.datetime | None:
    for ahead in range(_LOOK_AHEAD):
        day = now.date() + dt.timedelta(days=ahead)
        for each in _on(openings, day, is_closed):
            begins = dt.datetime.combine(day, each.begins, tzinfo=now.tzinfo)
            if begins > now:
                return begins
    return None


def _on(openings: Iterable[Opening], day: dt.date, is_closed: IsClosed) -> list[Opening]:
    if is_closed(day):
        return []
    return [each for each in openings if day.isoweekday() in each.days]


def _clauses(words: list[tuple[str, str]]) -> Iterable[Opening]:
    """Yield what is read; every day needs hours, and nothing may be left over (ValueError)."""
    days: set[int] = set()
    has_hours = True
    while words:
        kind, word = words.pop(0)
        if kind in ("day", "daily"):
            if has_hours:
                days, has_hours = set(), False
            days |= set(range(1, _WEEK + 1)) if kind == "daily" else _span(word, words)
        elif kind == "time" and days:
            begins = _time(word)
            _demand(bool(words) and words.pop(0)[0] == "to" and bool(words))
            kind, word = words.pop(0)
            _demand(kind == "time")
            until = None if _clock(word) == (24, 0) else _time(word)
            _demand(until is None or begins < until)
            has_hours = True
            yield Opening(frozenset(days), begins, until)
        else:
            _demand(kind == "and")
    _demand(has_hours)


def _span(word: str, words: list[tuple[str, str]]) -> set[int]:
    first = last = _day(word)
    if len(words) > 1 and words[0][0] == "to" and words[1][0] == "day":
        words.pop(0)
        last = _day(words.pop(0)[1])
    return {(first + each - 1) % _WEEK + 1 for each in range((last - first) % _WEEK + 1)}


def _day(word: str) -> int:
    found = word.lower()
    return _DAYS.index("sa" if found.startswith("sonnabend") else found[:2]) + 1


def _clock(word: str) -> tuple[int, int]:
    hour, _sign, minute = word.replace(".", ":").partition(":")
    return int(hour), int(minute or 0)


def _time(word: str) -> dt.time:
    return dt.time(*_clock(word))


def _demand(holds: bool) -> None:
    if not holds:
        raise ValueError
