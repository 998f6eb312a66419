"""What a reporter does in the mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from komma.cases.actions.entries import (
    IncomingFile,
    append,
    locked,
    newest_generations,
    save,
)
from komma.cases.codes import OPEN_STATUSES, STATUS_SENTENCES, EntryKind, Status, Strand
from komma.cases.models import Case, CaseReceipt
from komma.cases.queries import Mailbox
from komma.cases.retention import delete_on
from komma.cases.strands import StrandKeys, open_receipt
from komma.core import audit
from komma.core.dates import today


def write_message(
    mailbox: Mailbox,
    text: str,
    files: Sequence[IncomingFile] = (),
    kind: str = EntryKind.FROM_REPORTER,
    *,
    facts: dict[str, Any] | None = None,
    token: str = "",
) -> bool:
    """Add a message or a diary entry; the holders learn of it at the next quarter hour.

    ``token``: the form's own; a second submit of it changes nothing and returns False.
    Raises Case.DoesNotExist if the case was deleted meanwhile, and `Stale` if the files were
    sealed to a key that has been replaced meanwhile.
    """
    body: dict[str, Any] = {"kind": kind, "text": text}
    if facts:
        body["facts"] = facts
    return _add(mailbox, body, files=files, token=token)


def withdraw(mailbox: Mailbox, reason: str = "", *, token: str = "") -> bool:
    """Withdraw the report: no more inquiries; what was done stays documented until deletion."""
    return _add(mailbox, {"kind": EntryKind.WITHDRAWAL, "text": reason}, token=token, end=True)


def ask_for_deletion(mailbox: Mailbox, reason: str = "", *, token: str = "") -> bool:
    """Ask the handling body to delete the case; it decides and answers in the mailbox."""
    return _add(mailbox, {"kind": EntryKind.DELETION_REQUEST, "text": reason}, token=token)


@transaction.atomic
def _add(
    mailbox: Mailbox,
    body: dict[str, Any],
    *,
    files: Sequence[IncomingFile] = (),
    token: str,
    end: bool = False,
) -> bool:
    case = locked(mailbox.case_id)
    if not append(case, _newest_keys(mailbox), body, files=files, token=token):
        return False
    case.news_for_holders = True
    if case.held and not end:
        _back_to_quarantine(case, _newest_keys(mailbox))
    if end and case.status in OPEN_STATUSES:
        case.status = Status.WITHDRAWN
        case.closed_on = today()
        case.delete_on = delete_on(case.closed_on)
        case.version += 1
    save(case)
    audit.record(f"case.{body['kind']}", organisation=case.organisation_id, case=case.pk)
    return True


def _back_to_quarantine(case: Case, keys: StrandKeys) -> None:
    """Undo that a report was, or was about to be, sorted out as part of a flood: look again."""
    case.discard_by = None
    if case.status != Status.CLOSED:
        return
    case.status, case.closed_on, case.delete_on = Status.RECEIVED, None, None
    case.version += 1
    text = str(STATUS_SENTENCES[Status.RECEIVED])
    append(case, keys, {"kind": EntryKind.STATUS, "status": Status.RECEIVED, "text": text})


def _newest_keys(mailbox: Mailbox) -> StrandKeys:
    """Return the keys of a locked mailbox, opened again if somebody lost access meanwhile."""
    if newest_generations(mailbox.case_id).get(Strand.MAILBOX) == mailbox.generation:
        return mailbox.keys
    return open_receipt(CaseReceipt.objects.get(case_id=mailbox.case_id), mailbox.secret)
