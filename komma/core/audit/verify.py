"""Checking the hash chain (``komma audit verify``); runs as the owner of the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

_BROKEN = """
WITH chained AS (
    SELECT link.*, entry.id IS NULL AS missing,
           komma_audit_hash(link.previous, entry) AS expected,
           lag(link.hash) OVER chain AS before,
           lag(link.position) OVER chain AS position_before
    FROM core_auditlink AS link
    LEFT JOIN core_auditentry AS entry ON entry.id = link.entry_id
    WINDOW chain AS (PARTITION BY link.organisation_id, link.month ORDER BY link.position)
)
SELECT organisation_id::text, month, position,
       CASE WHEN missing THEN 'entry missing'
            WHEN expected IS DISTINCT FROM hash THEN 'entry changed'
            ELSE 'chain broken' END
FROM chained
WHERE missing OR expected IS DISTINCT FROM hash
   OR (position_before IS NULL AND position <> 1)
   OR (position_before IS NOT NULL
       AND (position <> position_before + 1 OR previous IS DISTINCT FROM before))
UNION ALL
SELECT entry.organisation_id::text, to_char(entry.day, 'YYYY-MM'), 0, 'entry without link'
FROM core_auditentry AS entry
WHERE NOT EXISTS (SELECT 1 FROM core_auditlink AS link WHERE link.entry_id = entry.id)
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
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_auditlink")
        (count,) = cursor.fetchone()
    return int(count)
