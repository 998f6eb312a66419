"""Private to the actions: append a sealed entry to a locked case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from komma.cases.actions.errors import Stale
from komma.cases.codes import Strand
from komma.cases.models import Attachment, Case, Entry
from komma.cases.queries import CaseFile
from komma.cases.strands import StrandKeys, entry_context, meta_context
from komma.core import audit
from komma.core.dates import today
from komma.core.vault.sealing import seal_json
from komma.core.vault.server import server_mac


@dataclass(frozen=True)
class IncomingFile:
    """A file that was sealed on its way in: to the mailbox strand, under this id.

    ``meta`` is made by `seal_meta`; ``generation`` is the strand's at the time of sealing.
    """

    id: UUID
    blob: str
    meta: bytes
    generation: int = 1


def seal_meta(case: UUID, file: UUID, public: str, meta: dict[str, Any]) -> bytes:
    """Seal what describes a file: ``SealedUpload.meta()`` (name, type, size, sha256)."""
    return seal_json(meta, to=[public], context=meta_context(case, file))


def entry_id(case: UUID, token: str) -> UUID:
    """Return the id of the entry that a form with this token makes, so that it is made once.

    A keyed hash: a token that somebody makes up never meets the id of another entry. It looks
    like a random UUID, since that of a reporter must not tell a moment.
    """
    if not token:
        return uuid4()
    return UUID(bytes=server_mac("entry", case, token)[:16], version=4)


def locked(case_id: UUID) -> Case:
    """Lock and read a case; raises Case.DoesNotExist where the acting person sees none."""
    return Case.objects.select_for_update().get(pk=case_id)


def append(
    case: Case,
    keys: StrandKeys,
    body: dict[str, Any],
    *,
    files: Sequence[IncomingFile] = (),
    token: str = "",
) -> bool:
    """Append an entry to a case locked by `locked`; False if the form's token was used before.

    Changes ``case.last_sequence`` in memory; the caller saves the case.
    """
    identifier = entry_id(case.pk, token)
    if token and Entry.objects.filter(pk=identifier, case=case).exists():
        return False
    case.last_sequence += 1
    Entry(
        id=identifier,
        case=case,
        strand=keys.strand,
        generation=keys.generation,
        sequence=case.last_sequence,
        day=today(),
        body=seal_json(body, to=[keys.public], context=entry_context(case.pk, identifier)),
    ).save(force_insert=True)
    for file in files:
        _attach(case, identifier, keys.strand, file)
    return True


def _attach(case: Case, entry: UUID, strand: str, file: IncomingFile) -> None:
    Attachment(
        id=file.id,
        case=case,
        entry_id=entry,
        strand=strand,
        generation=file.generation,
        blob=file.blob,
        meta=file.meta,
    ).save(force_insert=True)


def locked_at(case_id: UUID, version: int) -> Case:
    """Lock a case for a change of its state; raises `Stale` if another change came first."""
    case = locked(case_id)
    if case.version != version:
        raise Stale(_("Inzwischen hat jemand anderes den Fall geändert."))
    return case


def by_staff(file: CaseFile, kind: str, text: str = "", **more: Any) -> dict[str, Any]:
    """Return the body of an entry that a holder writes, with author and minute."""
    at = timezone.now().replace(second=0, microsecond=0).isoformat()
    body = {"kind": kind, "person": str(file.person), "function": file.function, "at": at}
    return body | ({"text": text} if text else {}) | more


def note_down(case: Case, file: CaseFile, kind: str, text: str, **more: Any) -> None:
    """Append an entry for the holders only."""
    append(case, file.strands[Strand.INTERNAL], by_staff(file, kind, text, **more))


def audited(kind: str, case: Case, file: CaseFile) -> None:
    """Write to the audit log that this holder did something to the case."""
    audit.record(
        kind,
        organisation=case.organisation_id,
        case=case.pk,
        person=file.person,
        function=file.function,
    )
