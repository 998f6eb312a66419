"""Noting forged memberships and swapped keys, once a day each."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.core.cache import cache
from django.db import transaction

from komma.core.audit.log import record

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

_A_DAY = 24 * 3600  # seconds


def note_rejection(*, organisation: UUID, membership: UUID) -> None:
    """Write ``key.rejected`` to the audit log of the organisation.

    Receivers are looked up on pages that anybody can open, so that one entry a day, membership
    and process must do: the log is no place that strangers can fill.
    """
    known = f"key.rejected:{membership}"
    if cache.get(known):
        return
    logger.warning("membership or key rejected: %s", membership)
    record("key.rejected", organisation=organisation)
    transaction.on_commit(lambda: cache.set(known, 1, timeout=_A_DAY), robust=True)
