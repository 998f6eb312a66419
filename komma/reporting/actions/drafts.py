"""Drafts: begun with the first answer, sealed at once, ended after a day."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from komma.cases.actions.intake import seal_meta
from komma.core import rows
from komma.core.dates import full_hour_after
from komma.core.files import SealedUpload, delete_blobs, keep_files
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import seal_json, seal_text
from komma.reporting.cookies import draft_keys
from komma.reporting.models import Draft, DraftFile
from komma.reporting.queries import Answers, OpenDraft, answers_context, secret_context
from komma.reporting.rules import DRAFT_HOURS

if TYPE_CHECKING:
    from collections.abc import Iterable


def start_draft(
    entropy: bytes, organisation_id: UUID, answers: Answers, *, last_step: str = ""
) -> OpenDraft:
    """Begin a draft under a cookie, in the place of an ended one of the same cookie."""
    derived = draft_keys(entropy)
    discard(entropy)
    draft = OpenDraft(
        lookup=derived.lookup,
        case_id=uuid.uuid4(),
        organisation_id=organisation_id,
        keys=new_key_pair(),
        answers=answers,
        last_step=last_step,
        expires_at=full_hour_after(timezone.now(), hours=DRAFT_HOURS),
    )
    Draft(
        lookup=draft.lookup,
        case_id=draft.case_id,
        organisation_id=organisation_id,
        public=draft.keys.public,
        secret=seal_text(
            draft.keys.secret, to=[derived.public], context=secret_context(draft.case_id)
        ),
        answers=_sealed_answers(draft),
        expires_at=draft.expires_at,
    ).save(force_insert=True)
    return draft


def save_answers(draft: OpenDraft, answers: Answers, *, last_step: str) -> OpenDraft:
    """Put answers in the place of those with the same names; the draft is locked by the caller."""
    changed = replace(draft, answers=draft.answers | answers, last_step=last_step)
    Draft.objects.filter(lookup=draft.lookup).update(answers=_sealed_answers(changed))
    return changed


def add_files(draft: OpenDraft, uploads: Iterable[SealedUpload]) -> None:
    """Add files, already sealed to the draft's key while they were uploaded."""
    chosen = list(uploads)
    for upload in chosen:
        DraftFile(
            id=upload.id,
            draft_id=draft.lookup,
            blob=upload.blob,
            meta=seal_meta(draft.case_id, upload.id, draft.keys.public, upload.meta()),
        ).save(force_insert=True)
    keep_files(chosen)


def remove_file(draft: OpenDraft, file_id: UUID) -> None:
    """Remove a file of the draft; one that is not there is no error."""
    found = DraftFile.objects.filter(draft_id=draft.lookup, pk=file_id)
    delete_blobs(list(found.values_list("blob", flat=True)))
    found.delete()


def discard(entropy: bytes) -> None:
    """Delete the draft of a cookie with its files, if there is one."""
    lookup = draft_keys(entropy).lookup
    rows.use_draft(lookup)
    delete_blobs(list(DraftFile.objects.filter(draft_id=lookup).values_list("blob", flat=True)))
    Draft.objects.filter(lookup=lookup).delete()


def _sealed_answers(draft: OpenDraft) -> bytes:
    return seal_json(
        {"answers": draft.answers, "last_step": draft.last_step},
        to=[draft.keys.public],
        context=answers_context(draft.case_id),
    )
