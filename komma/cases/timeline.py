"""Entries and attachments, opened in memory. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from komma.cases.codes import EntryKind, Status
from komma.cases.facts import describe
from komma.cases.models import Attachment, Entry
from komma.cases.strands import StrandKeys, entry_context, file_context, meta_context
from komma.core.vault.sealing import Context, VaultError, unseal_json

REPORTER_KINDS = (
    EntryKind.REPORT,
    EntryKind.FROM_REPORTER,
    EntryKind.DIARY,
    EntryKind.WITHDRAWAL,
    EntryKind.DELETION_REQUEST,
)


@dataclass(frozen=True)
class OpenAttachment:
    """A file of an entry: what its sealed description says, and what opens its bytes.

    ``size`` in bytes; ``blob`` names it in the sealed storage.
    """

    id: UUID
    case_id: UUID
    entry_id: UUID
    blob: str
    name: str
    content_type: str
    size: int
    sha256: str
    secret: str = field(repr=False)

    @property
    def context(self) -> Context:
        """The place that the file's bytes are sealed for."""
        return file_context(self.case_id, self.id)


@dataclass(frozen=True)
class OpenEntry:
    """An entry of the timeline with its words.

    ``function``: who wrote it, as reporters see it, empty for the reporter; ``person``: who, for
    staff. ``readable`` is False where the body cannot be opened (damaged or put there by force).
    """

    id: UUID
    strand: str
    sequence: int
    day: dt.date
    kind: str
    body: dict[str, Any] = field(repr=False)
    attachments: tuple[OpenAttachment, ...] = ()
    readable: bool = True

    @property
    def text(self) -> str:
        return str(self.body.get("text", ""))

    @property
    def function(self) -> str:
        return str(self.body.get("function", ""))

    @property
    def person(self) -> UUID | None:
        found = self.body.get("person")
        return UUID(found) if found else None

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The facts of a report or a diary entry, as (label, value).

        Of what staff added none: its text says it.
        """
        return [] if self.kind == EntryKind.FACTS else describe(self.body.get("facts") or {})

    @property
    def label(self) -> str:
        """What kind of entry it is, in German; of a status, what holds from then on."""
        if self.kind == EntryKind.STATUS and self.body.get("status") in Status:
            return _("Jetzt: %(status)s") % {"status": Status(self.body["status"]).label}
        labels: dict[str, Any] = dict(EntryKind.choices)
        return str(labels.get(self.kind, self.kind))

    @property
    def from_reporter(self) -> bool:
        """Tell whether the reporter wrote it."""
        return self.kind in REPORTER_KINDS


def open_entries(
    entries: Iterable[Entry],
    strands: Mapping[str, StrandKeys],
    attachments: Iterable[Attachment] = (),
) -> list[OpenEntry]:
    """Open entries and their attachments with the strands at hand, in order of sequence.

    Entries of a strand that is not at hand are left out: their readers are others.
    """
    files: dict[UUID, list[OpenAttachment]] = {}
    for attachment in attachments:
        found = _open_attachment(attachment, strands)
        if found is not None:
            files.setdefault(found.entry_id, []).append(found)
    opened = [
        _open_entry(entry, strands[entry.strand], tuple(files.get(entry.pk, ())))
        for entry in entries
        if entry.strand in strands
    ]
    return sorted(opened, key=lambda entry: entry.sequence)


def _open_entry(
    entry: Entry, keys: StrandKeys, attachments: tuple[OpenAttachment, ...]
) -> OpenEntry:
    try:
        body = unseal_json(
            bytes(entry.body),
            identity=keys.secrets[entry.generation],
            context=entry_context(entry.case_id, entry.pk),
        )
        readable = isinstance(body, dict)
    except (VaultError, KeyError):  # one damaged entry must not hide the others
        body, readable = {}, False
    return OpenEntry(
        id=entry.pk,
        strand=entry.strand,
        sequence=entry.sequence,
        day=entry.day,
        kind=str(body.get("kind", "")) if readable else "",
        body=body if readable else {},
        attachments=attachments,
        readable=readable,
    )


def _open_attachment(
    attachment: Attachment, strands: Mapping[str, StrandKeys]
) -> OpenAttachment | None:
    try:
        secret = strands[attachment.strand].secrets[attachment.generation]
        meta = unseal_json(
            bytes(attachment.meta),
            identity=secret,
            context=meta_context(attachment.case_id, attachment.pk),
        )
        return OpenAttachment(
            id=attachment.pk,
            case_id=attachment.case_id,
            entry_id=attachment.entry_id,
            blob=attachment.blob,
            name=str(meta["name"]),
            content_type=str(meta["type"]),
            size=int(meta["size"]),
            sha256=str(meta["sha256"]),
            secret=secret,
        )
    except (VaultError, KeyError, TypeError, ValueError):
        return None
