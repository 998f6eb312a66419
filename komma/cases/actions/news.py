"""Telling by mail, without content, that something awaits."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Q

from komma.cases.codes import Status, Strand
from komma.cases.models import Case, CaseKey, CaseReceipt
from komma.core import mail
from komma.core.vault.server import open_for_server
from komma.people.actions import hint
from komma.people.hints import Hint, mail_for

REPORTER_PATH = "/postfach/"


def announce(*, urgent: bool = False) -> list[UUID]:
    """Hint to the holders of cases with news; return the cases whose reporter waits for a mail.

    For the worker. ``urgent``: a report tells of present danger. Which one is sealed, so holders
    of all reports that came in since the last quarter hour get the urgent wording. Marks are
    cleared in the transaction that queues the mails: none is lost and none is sent twice.
    """
    with transaction.atomic():
        waiting = Q(news_for_holders=True) | Q(news_for_reporter=True)
        cases = list(Case.objects.select_for_update(skip_locked=True).filter(waiting))
        _hint_holders([case for case in cases if case.news_for_holders], urgent=urgent)
        told = [case.pk for case in cases if case.news_for_reporter]
        reporters = CaseReceipt.objects.filter(case_id__in=told, notify_sealed__isnull=False)
        found = list(reporters.values_list("case_id", flat=True))
        Case.objects.filter(pk__in=[case.pk for case in cases]).update(
            news_for_holders=False, news_for_reporter=False
        )
    return found


def mail_reporter(case: UUID) -> None:
    """Send the hint to the address that the reporter left, if the case is still there."""
    receipt = CaseReceipt.objects.filter(case_id=case, notify_sealed__isnull=False).first()
    if receipt is None or receipt.notify_sealed is None:
        return
    address = open_for_server(bytes(receipt.notify_sealed), f"notify/{case}").decode()
    mail.send(mail_for(Hint.NEWS), to=address, link=mail.onward(REPORTER_PATH))


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
