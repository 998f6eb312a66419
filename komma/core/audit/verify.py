"""Checking the hash chain (``komma audit verify``); runs as the owner of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

# A chain begins after the head that was kept of its expired entries, or at its seed.
_BROKEN = """
WITH chained AS (
    SELECT link.*, entry.id IS NULL AS missing,
           komma_audit_hash(link.previous, entry) AS expected,
           coalesce(lag(link.hash) OVER chain, head.hash,
                    sha256(convert_to(link.organisation_id::text || link.month, 'UTF8'))) AS before,
           coalesce(lag(link.position) OVER chain, head.entries, 0) AS position_before
    FROM core_auditlink AS link
    LEFT JOIN core_auditentry AS entry ON entry.id = link.entry_id
    LEFT JOIN core_audithead AS head
           ON head.organisation_id = link.organisation_id AND head.month = link.month
    WINDOW chain AS (PARTITION BY link.organisation_id, link.month ORDER BY link.position)
)
SELECT organisation_id::text, month, position,
       CASE WHEN missing THEN 'entry missing'
            WHEN expected IS DISTINCT FROM hash THEN 'entry changed'
            ELSE 'chain broken' END
FROM chained
WHERE missing OR expected IS DISTINCT FROM hash
   OR position <> position_before + 1 OR previous IS DISTINCT FROM before
UNION ALL
SELECT entry.organisation_id::text, to_char(entry.day, 'YYYY-MM'), 0, 'entry without link'
FROM core_auditentry AS entry
WHERE NOT EXISTS (SELECT 1 FROM core_auditlink AS link WHERE link.entry_id = entry.id)
UNION ALL
SELECT organisation_id::text, month, entries, 'dropped before its time'
FROM core_audithead
WHERE month >= to_char(date_trunc('month', dropped_on) - interval '1 month', 'YYYY-MM')
ORDER BY 1, 2, 3
"""


class Break(NamedTuple):
    """A place where the log is not what was written."""

    organisation: str
    month: str
    position: int
    reason: str


def broken_links() -> Iterator[Break]:
    """Yield every place where an entry was changed, removed or slipped in."""
    with connection.cursor() as cursor:
        cursor.execute(_BROKEN)
        for row in cursor.fetchall():
            yield Break(*row)


def count_links() -> int:
    """Return how many entries the chains hold."""
    return _number("SELECT count(*) FROM core_auditlink")


def count_dropped() -> int:
    """Return how many entries have expired; of them only the heads are left."""
    return _number("SELECT coalesce(sum(entries), 0) FROM core_audithead")


def _number(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        (number,) = cursor.fetchone()
    return int(number)
