"""Deleting a case: all of it at once, its sealed files too; the log keeps that it happened."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import Error, transaction
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.entries import audited, locked_at
from komma.cases.actions.errors import Refused, demand, demand_handling
from komma.cases.models import Case
from komma.cases.queries import CaseFile
from komma.core import audit, deletions
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.deletions import journal
from komma.core.files import delete_blobs
from komma.core.files.stored import remove_now

if TYPE_CHECKING:
    from collections.abc import Iterable

_DELETED = "case.deleted"
_EXPIRED = "case.expired"
_DELETED_AGAIN = "case.deleted_again"

logger = logging.getLogger("komma.cases")


@transaction.atomic
def delete_case(file: CaseFile, *, version: int) -> None:
    """Delete a case that is over, or whose reporter asked for it; nothing brings it back."""
    demand_handling(file)
    case = locked_at(file, version)
    demand(
        rules.can_delete(case.status, asked=file.deletion_asked),
        _("Löschen können Sie einen Fall, wenn er abgeschlossen ist oder darum gebeten wurde."),
    )
    audited(_DELETED, case, file)
    _remove(case.pk)


def delete_expired() -> int:
    """Delete the cases whose deletion date has come; return how many. For the worker.

    Each in a transaction of its own: one that fails must not keep the others.
    """
    expired = Case.objects.filter(delete_on__lte=today()).values_list("pk", "organisation_id")
    count = 0
    for case, organisation in list(expired):
        try:
            with transaction.atomic():
                _remove(case)
                audit.record(_EXPIRED, organisation=organisation, case=case)
            count += 1
        except (Error, Refused) as error:
            logger.error("an expired case was not deleted: %s", type(error).__name__)
    return count


class Replay(NamedTuple):
    """What became of the journal of deletions: cases deleted again, and what stays unclear."""

    deleted: int
    unclear: int
    damaged: int


def replay() -> Replay:
    """Delete again what the journal names and a restore brought back. For the owner.

    Raises OSError or a database error; then nothing may serve.
    """
    told = journal.read()
    if not told.deleted and not told.begun:
        return Replay(0, 0, told.damaged)
    confirmed = _confirm_committed(told.begun)
    back = Case.objects.filter(pk__in=told.deleted | confirmed)
    restored = list(back.values_list("pk", "organisation_id"))
    for case, organisation in restored:
        _remove_again(case, organisation)
    unclear = Case.objects.filter(pk__in=told.begun - confirmed).count()
    journal.prune()
    return Replay(len(restored), unclear, told.damaged)


def tidy_journal() -> None:
    """Complete the journal after a crash and drop its old lines. For the worker, at night."""
    _confirm_committed(journal.read().begun)
    journal.prune()


@transaction.atomic
def _remove_again(case: UUID, organisation: UUID) -> None:
    # The one function that knows all rows of a case asks for a key or a deletion date.
    Case.objects.filter(pk=case).update(delete_on=today() - dt.timedelta(days=2))
    # Files before the commit: what fails here is tried again at the next start.
    remove_now(call("SELECT komma_delete_case(%s)", [case]))
    audit.record(_DELETED_AGAIN, organisation=organisation, case=case)


def _confirm_committed(begun: Iterable[UUID]) -> set[UUID]:
    """Confirm announced deletions that were committed, which only the audit log can prove."""
    proof = AuditEntry.objects.filter(
        case_id__in=list(begun), kind__in=[_DELETED, _EXPIRED, _DELETED_AGAIN]
    )
    confirmed = {case for case in proof.values_list("case_id", flat=True) if case}
    for case in confirmed:
        deletions.confirm(case)
    return confirmed


def _remove(case: UUID) -> None:
    """Delete all rows of a case and, on commit, its files.

    Raises `Refused` for somebody without a key, and where the journal cannot be written: a
    deletion that a restore would undo is none.
    """
    delete_blobs(call("SELECT komma_delete_case(%s)", [case]))
    try:
        deletions.begin(case)
    except deletions.JournalUnwritableError as error:
        logger.error("the journal of deletions cannot be written: %s", error)
        raise Refused(
            _(
                "Der Fall konnte gerade nicht gelöscht werden. Es ist nichts verändert."
                " Bitte versuchen Sie es später noch einmal oder geben Sie dem Betrieb Bescheid."
            )
        ) from error
    transaction.on_commit(lambda: deletions.confirm(case), robust=True)
