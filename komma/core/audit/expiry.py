"""Dropping expired months of the audit log (``komma audit expire``); runs as the owner."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db import connection, transaction

from komma.core.audit.verify import broken_links
from komma.core.dates import today

_CHAINS = """
SELECT organisation_id::text, month FROM core_auditlink WHERE month < %(before)s
UNION
SELECT organisation_id::text, to_char(day, 'YYYY-MM') FROM core_auditentry AS entry
WHERE to_char(day, 'YYYY-MM') < %(before)s
  AND NOT EXISTS (SELECT 1 FROM core_auditlink AS link WHERE link.entry_id = entry.id)
ORDER BY 1, 2
"""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%(organisation)s::text || %(month)s, 0))"
_KEEP_HEAD = """
INSERT INTO core_audithead (id, organisation_id, month, entries, hash, dropped_on)
SELECT gen_random_uuid(), organisation_id, month, position, hash, %(day)s::date
FROM core_auditlink WHERE organisation_id = %(organisation)s::uuid AND month = %(month)s
ORDER BY position DESC LIMIT 1
ON CONFLICT (organisation_id, month) DO UPDATE
SET entries = excluded.entries, hash = excluded.hash, dropped_on = excluded.dropped_on
"""
_DROP_ENTRIES = """
DELETE FROM core_auditentry AS entry USING core_auditlink AS link
WHERE link.entry_id = entry.id
  AND link.organisation_id = %(organisation)s::uuid AND link.month = %(month)s
"""
# What was slipped in without a link; reached only when broken months are dropped too.
_DROP_UNLINKED = """
DELETE FROM core_auditentry AS entry
WHERE organisation_id = %(organisation)s::uuid AND to_char(day, 'YYYY-MM') = %(month)s
  AND NOT EXISTS (SELECT 1 FROM core_auditlink AS link WHERE link.entry_id = entry.id)
"""
_DROP_LINKS = """
DELETE FROM core_auditlink
WHERE organisation_id = %(organisation)s::uuid AND month = %(month)s
"""


class Dropped(NamedTuple):
    """A month of an organisation whose entries are gone."""

    organisation: str
    month: str
    entries: int


class Kept(NamedTuple):
    """A month that should go, but whose chain is broken: evidence that somebody must look at."""

    organisation: str
    month: str


def expire(*, months: int, also_broken: bool = False) -> tuple[list[Dropped], list[Kept]]:
    """Drop the entries of whole months that are older than ``months``; keep each chain's head.

    Each month of an organisation in a transaction of its own, so that an interrupted run goes
    on where it ended. Raises ValueError for less than one month.
    """
    if months < 1:
        raise ValueError(months)
    broken = set() if also_broken else {(each.organisation, each.month) for each in broken_links()}
    dropped, kept = [], []
    for organisation, month in _chains(before=_month_before(today(), months)):
        if (organisation, month) in broken:
            kept.append(Kept(organisation, month))
        else:
            dropped.append(Dropped(organisation, month, _drop(organisation, month)))
    return dropped, kept


def _month_before(day: dt.date, months: int) -> str:
    """Return the first month (YYYY-MM) of which not all days are older than ``months``."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return f"{year:04d}-{month + 1:02d}"


def _chains(*, before: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_CHAINS, {"before": before})
        return [(organisation, month) for organisation, month in cursor.fetchall()]


@transaction.atomic
def _drop(organisation: str, month: str) -> int:
    """Drop one month and return how many entries went."""
    chain = {"organisation": organisation, "month": month}
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, chain)
        cursor.execute(_KEEP_HEAD, chain | {"day": today()})
        cursor.execute(_DROP_ENTRIES, chain)
        linked = int(cursor.rowcount)
        cursor.execute(_DROP_UNLINKED, chain)
        unlinked = int(cursor.rowcount)
        cursor.execute(_DROP_LINKS, chain)
    return linked + unlinked
