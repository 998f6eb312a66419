"""Working on a case, from taking over to reopening."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from komma.cases.actions import work, writing
from komma.cases.actions.errors import CaseGone, Refused, Stale
from komma.cases.codes import Outcome, Status
from komma.cases.models import Case
from komma.cases.queries import case_file
from komma.cases.retention import delete_on
from komma.core.audit.models import AuditEntry
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town


def test_taking_over_leads_and_tells_the_reporter(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "Keiner der Gründe trifft zu.", version=0)
        file = case_of(holder, reported)
        assert file.case.status == Status.CHECKING
        assert file.assignee == holder.id
        assert file.has_declared(holder.id)
        assert AuditEntry.objects.filter(kind="case.taken_over", person_id=holder.id).exists()
    with transaction.atomic():
        box = box_of(reported)
        assert box.status == Status.CHECKING
        assert box.entries[-1].text == box.sentence
        assert not any("Gründe" in entry.text for entry in box.entries)
        use_receipt("")


def test_answers_need_somebody_who_took_over(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        with pytest.raises(Refused, match="zuerst"):
            writing.reply(case_of(holder, reported), "Danke")
        work.take_over(case_of(holder, reported), "frei", version=0)
        file = case_of(holder, reported)
        assert writing.reply(file, "Danke, dass Sie das melden.", token="a")
        assert not writing.reply(file, "Danke, dass Sie das melden.", token="a")
        assert writing.note(file, "Polizei anrufen")
    with transaction.atomic():
        texts = [entry.text for entry in box_of(reported).entries]
        assert texts.count("Danke, dass Sie das melden.") == 1
        assert "Polizei anrufen" not in texts
        use_receipt("")


def test_closing_sets_the_days_and_reopening_lifts_them(town: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
        work.classify(case_of(holder, reported), 2, "Er hob die Hand.", version=1)
        work.change_status(case_of(holder, reported), Status.WORKING, "Gespräch", version=2)
        work.close(
            case_of(holder, reported),
            outcome=Outcome.NOT_ESTABLISHED,
            reason="Keine Zeug:innen.",
            message="Wir konnten es nicht feststellen. Das heißt nicht, dass es nicht war.",
            version=3,
        )
        case = Case.objects.get()
        assert (case.status, case.level) == (Status.CLOSED, 2)
        assert case.delete_on == dt.date(case.received_on.year + 4, 1, 1)
        with pytest.raises(Refused, match="wieder auf"):
            work.classify(case_of(holder, reported), 1, "zu spät", version=4)
        work.reopen(case_of(holder, reported), "Neues Schreiben", version=4)
        case.refresh_from_db()
        assert (case.status, case.closed_on, case.delete_on) == (Status.WORKING, None, None)


def test_an_unfounded_complaint_is_kept_one_year() -> None:
    day = dt.date(2026, 11, 22)
    assert delete_on(day, pillar="complaint", outcome="unfounded") == dt.date(2028, 1, 1)
    assert delete_on(day, pillar="assault", outcome="unfounded") == dt.date(2030, 1, 1)


def test_a_stale_version_changes_nothing(town: Town, reported: Reported) -> None:
    holder, second = town.one(Pillar.ASSAULT), town.one(Pillar.ASSAULT, 1)
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
    with acting_as(second.id):
        file = case_of(second, reported)
        with pytest.raises(Stale):
            work.change_status(file, Status.WORKING, "auch", version=0)
        assert Case.objects.get().status == Status.CHECKING


def test_only_holders_of_the_pillar_handle(
    town: Town, other_town: Town, reported: Reported
) -> None:
    for account in (
        town.one(Pillar.ASSAULT, 2),  # a deputy in reserve
        town.one(Pillar.SUPPORT),
        town.one(Pillar.LEADERSHIP),
        other_town.one(Pillar.ASSAULT),
    ):
        with acting_as(account.id):
            assert case_file(account.id, account.secret, reported.id) is None
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        file = case_of(holder, reported)
    with acting_as(town.one(Pillar.SUPPORT).id), pytest.raises(CaseGone):
        work.take_over(file, "mit fremder Akte", version=0)
    with transaction.atomic(), pytest.raises(CaseGone):
        writing.note(file, "niemand")


def test_support_and_complaint_are_cases_of_their_own(town: Town) -> None:
    support = make_report(town, pillar=Pillar.SUPPORT)
    complaint = make_report(town, pillar=Pillar.COMPLAINT)
    for pillar, mine, foreign in (
        (Pillar.SUPPORT, support, complaint),
        (Pillar.COMPLAINT, complaint, support),
    ):
        account = town.one(pillar)
        with acting_as(account.id):
            assert case_of(account, mine).may_handle
            assert case_file(account.id, account.secret, foreign.id) is None
