"""The heads of the chains: to be kept apart from the database, and compared with it later.

A chain alone cannot show that its end was cut off, or that all of it was written anew by
somebody who owns the tables. A head that was exported before can.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import connection

from komma.core.audit.verify import Break

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEADS = """
SELECT DISTINCT ON (organisation_id, month) organisation_id::text, month, reached, hash
FROM (SELECT organisation_id, month, position AS reached, hash FROM core_auditlink
      UNION ALL
      SELECT organisation_id, month, entries, hash FROM core_audithead) AS chain
ORDER BY organisation_id, month, reached DESC
"""
_AT = """
SELECT hash FROM core_auditlink
WHERE organisation_id = %(organisation)s::uuid AND month = %(month)s AND position = %(entries)s
UNION ALL
SELECT hash FROM core_audithead
WHERE organisation_id = %(organisation)s::uuid AND month = %(month)s AND entries = %(entries)s
"""
_DROPPED_BEYOND = """
SELECT 1 FROM core_audithead
WHERE organisation_id = %(organisation)s::uuid AND month = %(month)s AND entries > %(entries)s
"""


class UnreadableHeadsError(ValueError):
    """A file is not an export of heads."""


class Head(NamedTuple):
    """How long the chain of an organisation and month is, and the hash of its last entry."""

    organisation: str
    month: str
    entries: int
    hash: str


class Comparison(NamedTuple):
    """What came of comparing exported heads; ``unchecked``: heads inside an expired part."""

    breaks: list[Break]
    unchecked: int


def heads() -> Iterator[Head]:
    """Yield the head of every chain, of expired ones too."""
    with connection.cursor() as cursor:
        cursor.execute(_HEADS)
        for organisation, month, reached, digest in cursor.fetchall():
            yield Head(organisation, month, reached, bytes(digest).hex())


def to_json(found: Iterable[Head]) -> str:
    """Return heads as a JSON list of objects with the names of `Head`."""
    return json.dumps([head._asdict() for head in found], indent=1)


def from_json(text: str) -> list[Head]:
    """Read what `to_json` wrote. Raises UnreadableHeadsError for anything else."""
    try:
        return [
            Head(str(UUID(each["organisation"])), each["month"], int(each["entries"]), each["hash"])
            for each in json.loads(text)
        ]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise UnreadableHeadsError from error


def compare(exported: Iterable[Head]) -> Comparison:
    """Compare heads that were exported before with the chains as they are now.

    A chain may have grown since, but must still hold the exported hash at its place. Where the
    entries around that place have expired, only the kept head is left: an export from the
    middle of the month can then no longer be checked.
    """
    breaks, unchecked = [], 0
    with connection.cursor() as cursor:
        for head in exported:
            place = head._asdict()
            cursor.execute(_AT, place)
            found = [bytes(digest).hex() for (digest,) in cursor.fetchall()]
            if found and all(digest == head.hash for digest in found):
                continue
            cursor.execute(_DROPPED_BEYOND, place)
            if not found and cursor.fetchone():
                unchecked += 1
                continue
            reason = "differs from the exported head" if found else "shorter than the exported head"
            breaks.append(Break(head.organisation, head.month, head.entries, reason))
    return Comparison(breaks, unchecked)
