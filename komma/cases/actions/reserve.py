"""The reserve of a case: deputies who have keys that open nothing until they are called in."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from uuid import uuid4

from django.db import transaction

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.entries import audited, locked_for
from komma.cases.actions.errors import Refused
from komma.cases.codes import Strand
from komma.cases.models import Case
from komma.cases.queries import CaseFile, is_excluded
from komma.cases.strands import StrandKeys, seal_for_holder
from komma.municipalities.queries import Receiver, receivers

MOST_ADDED = 3  # at one opening; the next one goes on

logger = logging.getLogger("komma.cases")


def keys_for(case: Case, strands: Iterable[StrandKeys], receiver: Receiver) -> str:
    """Seal the newest secrets of strands to a proven receiver, in the form of the functions."""
    return json.dumps(
        [
            {
                "id": str(uuid4()),
                "strand": keys.strand,
                "generation": keys.generation,
                "sealed": seal_for_holder(case.pk, keys.strand, keys.secret, receiver.public).hex(),
            }
            for keys in strands
        ]
    )


def refill_reserve(file: CaseFile) -> int:
    """Seal an open case to deputies of its unit who are not in reserve yet; return to how many.

    Deputies who joined since the intake, or replaced a lost key before they were called in. Who is
    excluded never is one. For a holder who works on the case; for others nothing happens.
    """
    missing = _missing(file)
    if not missing:
        return 0
    added = 0
    with transaction.atomic():
        case = locked_for(file)
        for receiver in missing[:MOST_ADDED]:
            added += _add(case, file, receiver)
        if added:
            audited("case.reserve_added", case, file)
    return added


def _missing(file: CaseFile) -> list[Receiver]:
    complete = set(Strand) <= set(file.strands)
    if not (file.may_handle and complete and rules.is_open(file.case.status)):
        return []
    settled = {h.person for h in file.holders if not h.is_reserve or h.public is not None}
    return [
        receiver
        for receiver in receivers(file.case.unit_id)
        if receiver.is_deputy
        and receiver.person not in settled
        and not is_excluded(file.case_id, receiver.person, receiver.roles)
    ]


def _add(case: Case, file: CaseFile, receiver: Receiver) -> int:
    tags = rules.tags_of(case.pk, receiver.person, receiver.roles)
    keys = keys_for(case, file.strands.values(), receiver)
    try:
        with transaction.atomic():
            call(
                "SELECT komma_add_reserve(%s, %s, %s, %s::bytea[], %s, %s)",
                [case.pk, receiver.person, receiver.public, tags, receiver.title, keys],
            )
    except Refused:
        # Somebody leaving right now, or of a house that must not read it.
        logger.info("a deputy was not put in reserve")
        return 0
    return 1
