"""Reminding of deadlines, by mail without content; the days stay sealed."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import Error, transaction
from django.db.models import QuerySet

from komma.cases.actions.news import MAIL_TRIES
from komma.cases.codes import OPEN_STATUSES, Status, Strand
from komma.cases.deadlines import CaseDeadlines
from komma.cases.models import Case, CaseKey, CaseReceipt, DeadlineWatch
from komma.cases.watching import due, fresh, open_watch, seal_watch, told
from komma.core.dates import today
from komma.core.vault.envelope import VaultError
from komma.people.actions import hint
from komma.people.hints import Hint

AT_ONCE = 500  # cases in one transaction

logger = logging.getLogger("komma.cases")


def begin_watch(case: UUID, found: CaseDeadlines) -> None:
    """Watch over the deadlines of a report that comes in; as the holder of its receipt."""
    sealed = seal_watch(case, fresh(found.ends, today=today()))
    DeadlineWatch(case_id=case, sealed=sealed).save(force_insert=True)


def watch_anew(case: UUID, found: Callable[[], CaseDeadlines]) -> None:
    """Watch over a case that nobody watches, since it came in before there was a watch."""
    if not DeadlineWatch.objects.filter(case_id=case).exists():
        renew_watch(case, found())


def renew_watch(case: UUID, found: CaseDeadlines) -> None:
    """Watch over the deadlines as a holder has corrected them; what was told stays told."""
    row = DeadlineWatch.objects.select_for_update().filter(case_id=case).first()
    before = open_watch(case, bytes(row.sealed)) if row else {}
    sealed = seal_watch(case, fresh(found.ends, today=today(), before=before))
    if row is None:
        DeadlineWatch(case_id=case, sealed=sealed).save(force_insert=True)
    else:
        DeadlineWatch.objects.filter(case_id=case).update(sealed=sealed)


def remind() -> bool:
    """Tell of every deadline that comes near, once; whether a reporter's mail is due.

    For the worker, one run a day. Holders are told while the case is open, reporters until the
    deadline ends: their right to demand prosecution outlasts the case. Each row is sealed anew and
    in random order, so that the database does not show which of them was due. A batch that fails is
    told of on the next day and keeps no other one from being told.
    """
    # Who has not been let in from quarantine is not mailed about.
    watched = DeadlineWatch.objects.exclude(case__status=Status.RECEIVED, case__held__gt="")
    ids = list(watched.values_list("pk", flat=True))
    random.SystemRandom().shuffle(ids)
    for start in range(0, len(ids), AT_ONCE):
        try:
            _remind(watched, ids[start : start + AT_ONCE])
        except Error as error:
            logger.error("a batch of reminders failed: %s", type(error).__name__)
    return CaseReceipt.objects.filter(mail_tries__gt=0).exists()


@transaction.atomic
def _remind(watched: QuerySet[DeadlineWatch], ids: list[UUID]) -> None:
    # Watches are locked before receipts, as a deletion does.
    now, near = today(), []
    for row in watched.select_for_update(skip_locked=True, of=("self",)).filter(pk__in=ids):
        try:
            watch = open_watch(row.pk, bytes(row.sealed))
        except (VaultError, ValueError):
            logger.error("a watch over deadlines cannot be opened")
            continue
        if due(watch, now):
            near.append(row.pk)
        DeadlineWatch.objects.filter(pk=row.pk).update(sealed=seal_watch(row.pk, told(watch, now)))
    _tell(near)


def _tell(cases: Iterable[UUID]) -> None:
    reporters = CaseReceipt.objects.filter(case_id__in=cases, notify_sealed__isnull=False)
    reporters.update(mail_tries=MAIL_TRIES)
    still_open = Case.objects.filter(pk__in=cases, status__in=OPEN_STATUSES)
    keys = CaseKey.objects.filter(
        case__in=still_open, strand=Strand.MAILBOX, is_reserve=False
    ).values_list("person_id", flat=True)
    for person in set(keys):
        hint(person, Hint.DUE)
