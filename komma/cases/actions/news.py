"""Telling by mail, without content, that something awaits."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from smtplib import SMTPException
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from komma.cases.codes import Status, Strand
from komma.cases.models import Case, CaseKey, CaseReceipt
from komma.core import mail
from komma.core.dates import today
from komma.core.vault.envelope import VaultError
from komma.core.vault.server import open_for_server
from komma.people.actions import hint
from komma.people.hints import Hint, mail_for

REPORTER_PATH = "/postfach/"
MAIL_TRIES = 40  # one every quarter hour: ten hours outlast a night of maintenance

logger = logging.getLogger("komma.cases")


def announce(*, urgent: bool = False) -> bool:
    """Hint to the holders of cases with news; tell whether a reporter's mail is due.

    For the worker. ``urgent``: a report tells of present danger. Which one is sealed, so holders
    of all reports that came in since the last quarter hour get the urgent wording. Marks are
    cleared in the transaction that queues the mails: none is lost and none is sent twice.
    Reporters' mails are marked, not queued: a job would name the case.
    """
    with transaction.atomic():
        waiting = Q(news_for_holders=True) | Q(news_for_reporter=True)
        cases = list(Case.objects.select_for_update(skip_locked=True).filter(waiting))
        fresh = [case for case in cases if case.news_for_holders]
        _hint_holders([case for case in fresh if not case.held], urgent=urgent)
        _hint_of_quarantine([case.pk for case in fresh if case.held])
        told = [case.pk for case in cases if case.news_for_reporter]
        reporters = CaseReceipt.objects.filter(case_id__in=told, notify_sealed__isnull=False)
        reporters.update(mail_tries=MAIL_TRIES)
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(
            news_for_holders=False, news_for_reporter=False
        )
    return CaseReceipt.objects.filter(mail_tries__gt=0).exists()


def announce_held_danger() -> None:
    """Tell of danger among the reports in quarantine, at the next quarter hour. For the worker.

    Which report it is stays sealed, so all are told who hold one that came today or yesterday:
    around midnight the job runs on the day after.
    """
    recent = _quarantine().filter(received_on__gte=today() - dt.timedelta(days=1))
    for person in _holders(recent.values_list("pk", flat=True)):
        hint(person, Hint.ACUTE)


def remind_of_quarantine() -> None:
    """Hint once a day to all who hold a report in quarantine. For the worker."""
    for person in _holders(_quarantine().values_list("pk", flat=True)):
        hint(person, Hint.NEWS)


def mail_reporters() -> int:
    """Send the due hints to the addresses that reporters left; return how many went out.

    For the worker, one run at a time. What fails is tried again with the next quarter hour. The
    attempt is counted before, so that a crash never sends more than that.
    """
    due = CaseReceipt.objects.filter(mail_tries__gt=0)
    sent = 0
    for receipt in list(due):
        due.filter(pk=receipt.pk).update(mail_tries=F("mail_tries") - 1)
        try:
            _mail_reporter(receipt)
        except (OSError, SMTPException, VaultError) as error:
            logger.warning("a reporter's hint was not sent: %s", type(error).__name__)
        else:
            due.filter(pk=receipt.pk).update(mail_tries=0)
            sent += 1
    return sent


def _mail_reporter(receipt: CaseReceipt) -> None:
    sealed = bytes(receipt.notify_sealed or b"")
    address = open_for_server(sealed, f"notify/{receipt.case_id}").decode()
    mail.send(mail_for(Hint.NEWS), to=address, link=mail.onward(REPORTER_PATH))


def _quarantine() -> QuerySet[Case]:
    return Case.objects.exclude(held="").filter(status=Status.RECEIVED)


def _holders(cases: Iterable[UUID]) -> set[UUID]:
    keys = CaseKey.objects.filter(case_id__in=cases, strand=Strand.MAILBOX, is_reserve=False)
    return set(keys.values_list("person_id", flat=True))


def _hint_of_quarantine(fresh: list[UUID]) -> None:
    """Hint to those who hold nothing in quarantine but what is fresh: the others know of it."""
    known = _holders(_quarantine().exclude(pk__in=fresh).values_list("pk", flat=True))
    for person in _holders(fresh) - known:
        hint(person, Hint.NEWS, at_once=True)


def _hint_holders(cases: list[Case], *, urgent: bool) -> None:
    """Queue one mail to each person."""
    fresh = {case.pk for case in cases if urgent and case.status == Status.RECEIVED}
    keys = CaseKey.objects.filter(
        case_id__in=[case.pk for case in cases], strand=Strand.MAILBOX, is_reserve=False
    )
    holders = list(keys.values_list("person_id", "case_id"))
    alarmed = {person for person, case in holders if case in fresh}
    for person in {person for person, _case in holders}:
        hint(person, Hint.ACUTE if person in alarmed else Hint.NEWS, at_once=True)
