"""Spreading the invented cases over the past weeks; runs as the owner of the database.

Only here are dates of cases changed: the actions always write today, and a network in which
everything happened today shows neither deadlines nor a history. The audit log keeps its days,
since its chain of hashes would break.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from komma.demo import told

# Counted from the day of receipt; a case that was moved no longer has the day it was told on.
_CASE = """
UPDATE cases_case
   SET received_on = received_on - %(ago)s::int, answer_due_on = answer_due_on - %(ago)s::int,
       closed_on = closed_on - %(ago)s::int + %(last)s::int,
       delete_on = make_date(
           extract(year FROM delete_on)::int - extract(year FROM closed_on)::int
           + extract(year FROM closed_on - %(ago)s::int + %(last)s::int)::int, 1, 1),
       news_for_holders = news_for_holders AND %(fresh)s,
       news_for_reporter = false
 WHERE id = %(case)s AND received_on = %(told_on)s
"""
_ENTRIES = """
UPDATE cases_entry AS e
   SET day = %(told_on)s::date - %(ago)s::int + d.day
  FROM unnest(%(days)s::int[]) WITH ORDINALITY AS d (day, sequence)
 WHERE e.case_id = %(case)s AND e.sequence = d.sequence
"""
_OPENINGS = """
UPDATE cases_reporterview
   SET day = %(told_on)s::date - %(ago)s::int + %(opened)s::int WHERE case_id = %(case)s
"""
_FRESH = 2  # days; older cases have been told of by mail long ago


def spread() -> int:
    """Move each told case to the days its story names, once; return how many were moved."""
    moved = 0
    for each in told.all_told():
        if each.days_ago == 0:
            continue
        values: dict[str, Any] = {
            "case": each.case,
            "told_on": each.told_on,
            "ago": each.days_ago,
            "last": each.days[-1],
            "days": each.days,
            "opened": each.opened,
            "fresh": each.days_ago <= _FRESH,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CASE, values)
            if cursor.rowcount == 0:
                continue
            cursor.execute(_ENTRIES, values)
            if each.opened is not None:
                cursor.execute(_OPENINGS, values)
            moved += 1
    return moved
