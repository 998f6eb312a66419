"""Private to the actions: append a sealed entry to a locked case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from komma.cases.actions.errors import Stale
from komma.cases.codes import WORDS, Strand
from komma.cases.models import Attachment, Case, CaseStrand, Entry
from komma.cases.queries import CaseFile
from komma.cases.rules import entry_id
from komma.cases.strands import StrandKeys, entry_context, meta_context
from komma.core import audit
from komma.core.dates import today
from komma.core.vault.sealing import seal_json


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


def locked(case_id: UUID) -> Case:
    """Lock and read a case; raises Case.DoesNotExist where the acting person sees none."""
    return Case.objects.select_for_update().get(pk=case_id)


def locked_for(file: CaseFile) -> Case:
    """Lock a case that somebody has opened; raises `Stale` if its keys have changed since.

    Otherwise something would be sealed to a key that somebody who left still has, or a key be
    handed on that opens nothing.
    """
    case = locked(file.case_id)
    demand_newest(case, file)
    return case


def demand_newest(case: Case, file: CaseFile) -> None:
    """Raise `Stale` unless the opened strands of a locked case are the newest."""
    newest = newest_generations(case.pk)
    if any(newest.get(name) != keys.generation for name, keys in file.strands.items()):
        raise Stale(_("Die Zugänge zu diesem Fall haben sich gerade geändert."))


def newest_generations(case: UUID) -> dict[str, int]:
    """Return the newest generation of each strand of a case that the acting person sees."""
    rows = CaseStrand.objects.filter(case_id=case).values_list("strand")
    return dict(rows.annotate(Max("generation")).order_by())


# What the actions change of a case; nothing else may be written (migrations/sql/0002_keys.sql).
CHANGING = (
    "status",
    "level",
    "awaits_answer",
    "closed_on",
    "delete_on",
    "last_sequence",
    "news_for_holders",
    "news_for_reporter",
    "version",
    "discard_by",
)


def save(case: Case) -> None:
    """Write what an action changed of a locked case."""
    case.save(update_fields=CHANGING)


def append(
    case: Case,
    keys: StrandKeys,
    body: dict[str, Any],
    *,
    files: Sequence[IncomingFile] = (),
    token: str = "",
) -> bool:
    """Append an entry to a case locked by `locked`; False if the form's token was used before.

    Changes ``case.last_sequence`` and, by a word of staff to the reporter, ``case.awaits_answer``
    in memory; the caller saves the case. Raises `Stale` for files that were sealed to a former key,
    which somebody who left may have kept.
    """
    identifier = entry_id(case.pk, token)
    if token and Entry.objects.filter(pk=identifier, case=case).exists():
        return False
    if any(file.generation != keys.generation for file in files):
        raise Stale(
            _("Während die Dateien übertragen wurden, haben sich die Schlüssel geändert.")
            + " "
            + _("Bitte wählen Sie die Dateien noch einmal aus.")
        )
    case.last_sequence += 1
    case.awaits_answer = case.awaits_answer and not _is_word(body)
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


def _is_word(body: dict[str, Any]) -> bool:
    """Tell whether staff says something to the reporter; how often they will hear is not enough."""
    return body["kind"] in WORDS and "person" in body and "interim_weeks" not in body


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


def locked_at(file: CaseFile, version: int) -> Case:
    """Lock a case for a change of its state; raises `Stale` if another change came first."""
    case = locked(file.case_id)
    if case.version != version:
        raise Stale(_("Inzwischen hat jemand anderes den Fall geändert."))
    demand_newest(case, file)
    return case


def by_staff(file: CaseFile, kind: str, text: str = "", **more: Any) -> dict[str, Any]:
    """Return the body of an entry that a holder writes, with author and minute."""
    return written_by(file.person, file.function, kind, text, **more)


def written_by(
    person: UUID, function: str, kind: str, text: str = "", **more: Any
) -> dict[str, Any]:
    """Return the body of an entry that somebody writes in this function."""
    at = timezone.now().replace(second=0, microsecond=0).isoformat()
    body = {"kind": kind, "person": str(person), "function": function, "at": at}
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
