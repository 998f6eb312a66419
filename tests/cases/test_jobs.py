"""What the worker does at night and every quarter hour, on its own database role."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
from django.core import mail
from django.db import Error, connection, transaction

from komma.cases import jobs
from komma.cases.actions import escalation, news, removal
from komma.cases.codes import Status
from komma.cases.models import Case, CaseKey, Entry
from komma.cases.queries import case_file
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.factories import as_owner, as_worker
from tests.factories.reports import Reported, box_of, make_report

if TYPE_CHECKING:
    from uuid import UUID

    from tests.factories.towns import Town


def queued(task: str) -> list[dict[str, str]]:
    """Return the arguments of the waiting jobs of one task."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT args FROM procrastinate_jobs WHERE task_name = %s AND status = 'todo'", [task]
        )
        return [json.loads(args) for (args,) in cursor.fetchall()]


def change(reported: Reported, **values: object) -> None:
    with as_owner():
        Case.objects.filter(pk=reported.id).update(**values)


def hinted() -> set[str]:
    return {args["person"] for args in queued("people.mail_hint")}


def test_news_go_to_active_holders_once(town: Town, reported: Reported) -> None:
    with as_worker():
        news.announce()
    assert hinted() == {str(town.one(Pillar.ASSAULT, number).id) for number in (0, 1)}
    with as_worker():
        news.announce()
    assert len(queued("people.mail_hint")) == 2


def test_the_reporter_gets_a_mail_without_content(town: Town) -> None:
    reported = make_report(town, notify="wer@web.example")
    silent = make_report(town)
    for each in (reported, silent):
        change(each, news_for_reporter=True)
    with as_worker():
        assert news.announce()
        assert news.mail_reporters() == 1
        assert not news.announce()  # told once
        assert news.mail_reporters() == 0
    (message,) = mail.outbox
    assert message.to == ["wer@web.example"]
    text = f"{message.subject} {message.body}"
    for told in (reported.number, str(reported.id), "Fall", "Meldung", town.municipality.name):
        assert told not in text


def test_a_mail_that_fails_is_tried_again_and_not_for_ever(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported = make_report(town, notify="wer@web.example")
    change(reported, news_for_reporter=True)
    with as_worker():
        assert news.announce()
        with monkeypatch.context() as broken:
            broken.setattr(mail.EmailMessage, "send", _refuse)
            assert news.mail_reporters() == 0
        assert news.announce()  # still due
        assert news.mail_reporters() == 1
        assert len(mail.outbox) == 1
        change(reported, news_for_reporter=True)
        news.announce()
        monkeypatch.setattr(mail.EmailMessage, "send", _refuse)
        for _quarter in range(news.MAIL_TRIES):
            assert news.announce()
            assert news.mail_reporters() == 0
        assert not news.announce()


def _refuse(*_args: object, **_kwargs: object) -> int:
    raise ConnectionRefusedError


def test_danger_is_announced_at_once_and_names_no_case(town: Town) -> None:
    make_report(town)
    assert queued("cases.announce_now") == []
    reported = make_report(town, acute=True)
    (args,) = queued("cases.announce_now")
    assert args == {}
    with as_worker():
        jobs.announce_now.func()
    assert {args["kind"] for args in queued("people.mail_hint")} == {"acute"}
    assert reported.number


def test_deputies_step_in_when_time_is_over(town: Town, reported: Reported) -> None:
    deputy = town.one(Pillar.ASSAULT, 2)
    with as_worker():
        assert escalation.escalate() == 0
    change(reported, answer_due_on=today() - dt.timedelta(days=1), news_for_holders=False)
    with as_worker():
        assert escalation.escalate() == 1
        assert escalation.escalate() == 0
        assert escalation.tell_of_deputies() == 1
        assert escalation.tell_of_deputies() == 0
    with acting_as(deputy.id):
        file = case_file(deputy.id, deputy.secret, reported.id)
        assert file is not None
        assert file.case.news_for_holders
    with transaction.atomic():
        assert "Vertretung" in box_of(reported).entries[-1].text
        use_receipt("")


def test_somebody_at_work_keeps_deputies_out(town: Town, reported: Reported) -> None:
    change(reported, answer_due_on=today() - dt.timedelta(days=1), status=Status.CHECKING)
    with as_worker():
        assert escalation.escalate() == 0


def test_expired_cases_go_and_others_stay(town: Town, reported: Reported) -> None:
    kept = make_report(town)
    closed = {"status": Status.CLOSED, "closed_on": today() - dt.timedelta(days=1500)}
    change(reported, **closed, delete_on=today())
    change(kept, **closed, delete_on=today() + dt.timedelta(days=1))
    with as_worker():
        assert removal.delete_expired() == 1
    with as_owner():
        assert [case.pk for case in Case.objects.all()] == [kept.id]
        assert not Entry.objects.filter(case_id=reported.id).exists()
        assert not CaseKey.objects.filter(case_id=reported.id).exists()
        assert AuditEntry.objects.filter(kind="case.expired", case_id=reported.id).exists()


@pytest.mark.parametrize("pillar", [Pillar.SUPPORT, Pillar.ADMINISTRATION, None])
def test_nobody_else_deletes_a_running_case(
    town: Town, reported: Reported, pillar: str | None
) -> None:
    person: UUID | None = town.one(pillar).id if pillar else None
    with (
        acting_as(person),
        pytest.raises(Error, match="no key"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT komma_delete_case(%s)", [reported.id])


def test_the_web_role_cannot_escalate(town: Town, reported: Reported) -> None:
    with (
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT komma_escalate()")
