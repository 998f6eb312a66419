"""What becomes of offers that nobody decides, and of cases that were taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from komma.cases import jobs
from komma.cases.actions import handover, mailbox, removal
from komma.cases.codes import HandOverState
from komma.cases.handovers import given_away, offers
from komma.cases.models import Case, CaseKey, FormerHolder, HandOver, HandOverKey
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.cases.test_handover import make_offer, question, take, texts
from tests.factories import as_owner, as_worker
from tests.factories.reports import box_of, case_of

if TYPE_CHECKING:
    from tests.factories.reports import Reported
    from tests.factories.towns import Town

pytestmark = pytest.mark.usefixtures("agreed")


def test_offers_end_by_themselves(town: Town, other_town: Town, reported: Reported) -> None:
    make_offer(town, other_town, reported)
    with as_worker():
        assert handover.lapse() == 0
    age(7)
    with as_worker():
        assert handover.remind() == 2
        jobs.tend_offers.func(timestamp=0)
    with as_owner():
        assert HandOverKey.objects.exists()
    age(14)
    with as_worker():
        assert handover.lapse() == 1
        assert handover.remind() == 0
    assert "14 Tage lang nicht entschieden" in texts(reported)[-1]
    with as_owner():
        assert not HandOverKey.objects.exists()
        assert HandOver.objects.get().state == HandOverState.TAKEN_BACK


def age(days: int) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE cases_handover SET offered_on = current_date - %s", [days])


def test_a_withdrawn_report_is_offered_no_more(
    town: Town, other_town: Town, reported: Reported
) -> None:
    make_offer(town, other_town, reported)
    with transaction.atomic():
        mailbox.withdraw(box_of(reported))
    with acting_as(other_town.one(Pillar.ASSAULT).id):
        assert offers() == []
    with as_worker():
        assert handover.lapse() == 0  # nobody has to be told
    with as_owner():
        assert not HandOverKey.objects.exists()


def test_deletion_leaves_nothing_of_it(town: Town, other_town: Town, reported: Reported) -> None:
    there = other_town.one(Pillar.ASSAULT)
    take(there, make_offer(town, other_town, reported))
    with transaction.atomic():
        mailbox.ask_for_deletion(box_of(reported))
    with acting_as(there.id):
        file = case_of(there, reported)
        removal.delete_case(file, version=file.case.version)
    with as_owner():
        assert not HandOver.objects.exists()
        assert not FormerHolder.objects.exists()
    with acting_as(town.one(Pillar.ASSAULT).id):
        assert given_away() == []


def test_the_new_body_works_on_as_any_other(
    town: Town, other_town: Town, reported: Reported
) -> None:
    """Escalation calls its deputies; an ending membership at the former body changes nothing."""
    take(other_town.one(Pillar.ASSAULT), make_offer(town, other_town, reported))
    with acting_as(town.one(Pillar.ADMINISTRATION).id):
        unit = town.units[Pillar.ASSAULT]
        person = town.one(Pillar.ASSAULT).id
        with connection.cursor() as cursor:
            values = [person, unit.organisation_id, unit.pk]
            cursor.execute("SELECT komma_end_access(%s, %s, %s)", values)
    with as_owner():
        assert CaseKey.objects.filter(case_id=reported.id, is_reserve=False).count() == 6
        assert not Case.objects.get().rotation_due
        Case.objects.update(answer_due_on="2020-01-01")
    with as_worker(), connection.cursor() as cursor:
        cursor.execute("SELECT komma_escalate()")
        assert cursor.fetchall() == [(reported.id,)]
    deputy = other_town.one(Pillar.ASSAULT, 2)
    with acting_as(deputy.id):
        assert case_of(deputy, reported).report is not None


def test_it_can_go_back_again(town: Town, other_town: Town, reported: Reported) -> None:
    """Who belonged to the former body reads only what the new keys open: all of it."""
    here, there = town.one(Pillar.ASSAULT), other_town.one(Pillar.ASSAULT)
    take(there, make_offer(town, other_town, reported))
    with acting_as(there.id):
        file = case_of(there, reported)
        handover.offer(file, question(town), version=file.case.version)
        back = HandOver.objects.get(state=HandOverState.OFFERED)
    file = take(here, back)
    assert file.report is not None
    assert file.report.readable
    with transaction.atomic():
        assert box_of(reported).entries[0].readable
