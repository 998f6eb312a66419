"""What the watch over deadlines keeps: days that end, and up to which threshold was told. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from uuid import UUID

from komma.core.vault.server import open_for_server, seal_for_server

# Days before an end on which somebody is reminded, each once.
THRESHOLDS = (30, 14, 3)
# More ends than that would make the sealed value longer than that of other cases.
MOST_ENDS = 8

# By day on which a deadline ends: the lowest threshold that was told, 0 before the first.
type Watch = dict[dt.date, int]


def fresh(ends: Iterable[dt.date], *, today: dt.date, before: Watch | None = None) -> Watch:
    """Return a watch over these ends, the nearest first; what has ended is left out.

    Thresholds that have passed count as told: whoever writes this is just being shown the days,
    and so is everybody who opens the news of it.
    """
    told = before or {}
    coming = sorted(end for end in set(ends) if end >= today)[:MOST_ENDS]
    return {end: told.get(end) or reached(end, today) for end in coming}


def reached(end: dt.date, today: dt.date) -> int:
    """Return the lowest threshold that has come; 0 before the first one and after the end."""
    left = (end - today).days
    return min((each for each in THRESHOLDS if 0 <= left <= each), default=0)


def due(watch: Watch, today: dt.date) -> Watch:
    """Return the ends of which somebody is to be told today, with the threshold; each once.

    After days without a run only the nearest threshold counts.
    """
    found = {end: reached(end, today) for end in watch}
    return {end: now for end, now in found.items() if now and (not watch[end] or now < watch[end])}


def told(watch: Watch, today: dt.date) -> Watch:
    """Return the watch after everything due was told, without what has ended."""
    return {end: told for end, told in (watch | due(watch, today)).items() if end >= today}


def seal_watch(case: UUID, watch: Watch) -> bytes:
    """Seal a watch to the server key, for this case only."""
    rows = [[end.toordinal(), told] for end, told in watch.items()]
    return seal_for_server(json.dumps(rows, separators=(",", ":")).encode(), _purpose(case))


def open_watch(case: UUID, sealed: bytes) -> Watch:
    """Open it; raises `VaultError` for what this server did not seal for this case."""
    rows = json.loads(open_for_server(sealed, _purpose(case)))
    return {dt.date.fromordinal(end): told for end, told in rows}


def _purpose(case: UUID) -> str:
    return f"deadlines/{case}"
