"""Writing the audit log, always inside the transaction of the change it tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.utils import timezone

from komma.core.audit.models import AuditEntry
from komma.core.dates import today

if TYPE_CHECKING:
    from uuid import UUID


class AuditOutsideTransactionError(RuntimeError):
    """An audit entry was to be written apart from the change it belongs to."""


def record(
    kind: str,
    *,
    organisation: UUID,
    case: UUID | None = None,
    person: UUID | None = None,
    function: str = "",
) -> AuditEntry:
    """Append one entry. Without a person (a reporter acted) only the day is kept.

    ``kind``: a short English code such as ``case.opened``; ``function``: the actor's function
    as shown to the reporter, never a name.
    """
    if not connection.in_atomic_block:
        raise AuditOutsideTransactionError(kind)
    entry = AuditEntry(
        organisation_id=organisation,
        case_id=case,
        person_id=person,
        function=function[:120],
        kind=kind,
        at=timezone.now() if person else None,
        day=today(),
    )
    entry.save(force_insert=True)
    return entry
