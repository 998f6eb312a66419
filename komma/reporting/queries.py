"""Reading drafts and pending receipts: only what the cookie of this request opens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from komma.cases.strands import file_context, meta_context
from komma.core import rows
from komma.core.vault.keys import KeyPair, public_of
from komma.core.vault.sealing import (
    Context,
    VaultError,
    unseal_json,
    unseal_text,
)
from komma.reporting.cookies import draft_keys
from komma.reporting.models import Draft, DraftFile, PendingReceipt

if TYPE_CHECKING:
    from datetime import datetime

    from komma.core.vault.receipts import Derived

Answers = dict[str, list[str]]


@dataclass(frozen=True)
class OpenDraft:
    """A draft, opened. ``answers``: what was typed, by field name, as forms send it."""

    lookup: str
    case_id: UUID
    organisation_id: UUID
    keys: KeyPair
    answers: Answers = field(repr=False)
    last_step: str
    expires_at: datetime

    def file_place(self, file_id: UUID) -> Context:
        """Return where a file of this draft is sealed for: the future case."""
        return file_context(self.case_id, file_id)


@dataclass(frozen=True)
class DraftedFile:
    """A file of a draft; ``meta`` is its opened description (name, type, size, sha256)."""

    id: UUID
    blob: str
    sealed_meta: bytes = field(repr=False)
    meta: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.meta["name"])

    @property
    def content_type(self) -> str:
        return str(self.meta["type"])

    @property
    def size(self) -> int:
        return int(self.meta["size"])


def secret_context(case_id: UUID) -> Context:
    """Return where a draft's mailbox secret is sealed for its cookie."""
    return Context(case_id, "draft.secret", case_id)


def answers_context(case_id: UUID) -> Context:
    """Return where a draft's answers are sealed for the mailbox key."""
    return Context(case_id, "draft.answers", case_id)


def receipt_context(lookup: str) -> Context:
    """Return where a pending receipt is sealed; the row names no case."""
    return Context(UUID(hex=lookup), "receipt.pending", UUID(hex=lookup))


def open_draft(entropy: bytes, *, lock: bool = False) -> OpenDraft | None:
    """Open the draft of a cookie; None if there is none, it has ended or was tampered with.

    Afterwards the transaction acts with this cookie. ``lock`` holds off changes from other tabs.
    """
    derived = draft_keys(entropy)
    rows.use_draft(derived.lookup)
    found = Draft.objects.filter(lookup=derived.lookup, expires_at__gt=timezone.now())
    row = (found.select_for_update() if lock else found).first()
    if row is None:
        return None
    try:
        return _opened(row, derived)
    except VaultError:
        return None


def _opened(row: Draft, derived: Derived) -> OpenDraft:
    secret = unseal_text(
        bytes(row.secret), identity=derived.secret, context=secret_context(row.case_id)
    )
    content = unseal_json(bytes(row.answers), identity=secret, context=answers_context(row.case_id))
    return OpenDraft(
        lookup=row.lookup,
        case_id=row.case_id,
        organisation_id=row.organisation_id,
        # Computed, not read: a public key swapped in the database is never sealed to.
        keys=KeyPair(secret=secret, public=public_of(secret)),
        answers=content["answers"],
        last_step=content["last_step"],
        expires_at=row.expires_at,
    )


def drafted_files(draft: OpenDraft) -> list[DraftedFile]:
    """Return the files of a draft by name; damaged ones are left out."""
    found = []
    for row in DraftFile.objects.filter(draft_id=draft.lookup):
        try:
            meta = unseal_json(
                bytes(row.meta),
                identity=draft.keys.secret,
                context=meta_context(draft.case_id, row.pk),
            )
        except VaultError:
            continue
        found.append(DraftedFile(row.pk, row.blob, bytes(row.meta), meta))
    return sorted(found, key=lambda file: (file.name, file.id))


def count_files(draft: OpenDraft) -> int:
    """Return how many files a draft has."""
    return DraftFile.objects.filter(draft_id=draft.lookup).count()


def pending_receipt(entropy: bytes) -> dict[str, Any] | None:
    """Return what the receipt page shows, as long as the receipt may be shown again."""
    derived = draft_keys(entropy)
    rows.use_draft(derived.lookup)
    found = PendingReceipt.objects.filter(lookup=derived.lookup, expires_at__gt=timezone.now())
    row = found.first()
    if row is None:
        return None
    try:
        content: dict[str, Any] = unseal_json(
            bytes(row.sealed), identity=derived.secret, context=receipt_context(derived.lookup)
        )
    except VaultError:
        return None
    return content
