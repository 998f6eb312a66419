"""What is too old goes at night; the newest of its kind always stays. For the worker."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from komma.core.dates import today

KEPT = dt.timedelta(days=3 * 365)

# IS NOT DISTINCT FROM: an empty building or place is one like any other.
_REPLACED = """
    DELETE FROM prevention_text AS old USING prevention_text AS newer
     WHERE newer.organisation_id = old.organisation_id AND newer.slug = old.slug
       AND newer.building_id IS NOT DISTINCT FROM old.building_id
       AND old.in_force_on IS NOT NULL AND newer.id > old.id AND newer.in_force_on < %(before)s
"""
_REPEATED = """
    DELETE FROM prevention_record AS old USING prevention_record AS newer
     WHERE newer.organisation_id = old.organisation_id AND newer.kind = old.kind
       AND newer.place IS NOT DISTINCT FROM old.place
       AND old.held_on < %(before)s AND newer.held_on > old.held_on
"""


def expire() -> int:
    """Delete versions that were replaced, and records, of more than three years ago.

    Returns how many rows.
    """
    values = {"before": today() - KEPT}
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, values)
        count: int = cursor.rowcount
        cursor.execute(_REPEATED, values)
        count += cursor.rowcount
    return count
