"""Who leads a case: taking over, naming somebody, recusing, and who steps in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from komma.cases.actions import access, opening, work
from komma.cases.actions.errors import Refused
from komma.cases.codes import EntryKind, Outcome, Status
from komma.cases.listing import counts
from komma.cases.queries import CaseFile
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.cases.test_key_changes import end
from tests.factories.reports import Reported, box_of, case_of

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town


@pytest.fixture
def first(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def second(town: Town) -> Account:
    return town.one(Pillar.ASSAULT, 1)


def take_over(account: Account, reported: Reported) -> None:
    with acting_as(account.id):
        file = case_of(account, reported)
        work.take_over(file, "frei", version=file.case.version)


def recuse(account: Account, reported: Reported) -> None:
    with acting_as(account.id):
        access.recuse(case_of(account, reported), "Selbes Team.")


def seen_by(account: Account, reported: Reported) -> CaseFile:
    with acting_as(account.id):
        return case_of(account, reported)


def test_nobody_leads_after_a_recusal_until_the_next_takes_over(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    recuse(first, reported)
    file = seen_by(second, reported)
    assert file.assignee is None
    assert file.case.status == Status.RECEIVED
    with acting_as(second.id):
        assert counts(second.id, town.municipality.pk).received == 1
    with transaction.atomic():
        assert "neu zugeteilt" in box_of(reported).entries[-1].text
        use_receipt("")
    take_over(second, reported)
    file = seen_by(second, reported)
    assert file.assignee == second.id
    assert file.case.status == Status.CHECKING


def test_who_declared_before_takes_over_after_the_lead_recused(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    take_over(second, reported)
    assert not seen_by(second, reported).can_be_taken_over
    recuse(first, reported)
    assert seen_by(second, reported).can_be_taken_over
    take_over(second, reported)
    assert seen_by(second, reported).assignee == second.id


def test_an_excluded_lead_leads_no_more(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    with acting_as(second.id):
        access.exclude(case_of(second, reported), first.id)
    file = seen_by(second, reported)
    assert (file.assignee, file.case.status) == (None, Status.RECEIVED)


def test_the_deputy_steps_in_for_the_lead_though_a_colleague_is_left(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    assert seen_by(second, reported).reserve
    recuse(first, reported)
    deputy = town.one(Pillar.ASSAULT, 2)
    assert {holder.person for holder in seen_by(second, reported).active} == {second.id, deputy.id}
    assert seen_by(deputy, reported).can_be_taken_over


def test_no_deputy_steps_in_for_somebody_who_did_not_lead(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    recuse(second, reported)
    file = seen_by(first, reported)
    assert (len(file.reserve), file.assignee, file.case.status) == (1, first.id, Status.CHECKING)


def test_a_closed_case_stays_closed_when_its_lead_recuses(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    with acting_as(first.id):
        file = case_of(first, reported)
        work.close(
            file, outcome=Outcome.FOUNDED, reason="x", message="y", version=file.case.version
        )
    recuse(first, reported)
    assert seen_by(second, reported).case.status == Status.CLOSED


def test_somebody_named_to_lead_has_yet_to_declare(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    with acting_as(first.id):
        file = case_of(first, reported)
        work.assign(file, second.id, version=file.case.version)
    file = seen_by(second, reported)
    assert file.assignee == second.id
    assert file.awaits_declaration
    assert file.can_be_taken_over
    take_over(second, reported)
    file = seen_by(second, reported)
    assert file.assignee == second.id
    assert not file.awaits_declaration


def test_somebody_who_only_reads_cannot_lead(
    town: Town, first: Account, reported: Reported
) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    take_over(first, reported)
    with acting_as(first.id):
        access.grant(case_of(first, reported), leader.id)
        file = case_of(first, reported)
        with pytest.raises(Refused, match="nicht bearbeiten"):
            work.assign(file, leader.id, version=file.case.version)


@pytest.mark.parametrize("told", [True, False])
def test_the_reporter_reads_the_outcome_unless_it_is_kept(
    first: Account, reported: Reported, told: bool
) -> None:
    take_over(first, reported)
    with acting_as(first.id):
        file = case_of(first, reported)
        work.close(
            file,
            outcome=Outcome.NOT_ESTABLISHED,
            reason="Keine Zeug:innen.",
            message="Wir haben gefragt.",
            version=file.case.version,
            tell_outcome=told,
        )
    with transaction.atomic():
        entry = box_of(reported).entries[-1]
        use_receipt("")
    assert entry.kind == EntryKind.STATUS
    assert ("nicht feststellbar" in str(entry.body)) == told
    assert ("not_established" in str(entry.body)) == told
    assert "Zeug:innen" not in str(entry.body)


def test_a_case_whose_lead_left_waits_to_be_taken_over(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    end(town, first.id)
    with acting_as(second.id):
        opening.renew_keys(case_of(second, reported))
        assert counts(second.id, town.municipality.pk).received == 1
    assert seen_by(second, reported).assignee is None
    with transaction.atomic():
        box = box_of(reported)
        use_receipt("")
    assert "neu zugeteilt" in box.entries[-1].text
    take_over(second, reported)
    file = seen_by(second, reported)
    assert (file.assignee, file.case.status) == (second.id, Status.CHECKING)
    assert not file.lead_has_left


def test_a_case_keeps_its_lead_when_somebody_else_leaves(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    end(town, second.id)
    with acting_as(first.id):
        opening.renew_keys(case_of(first, reported))
    file = seen_by(first, reported)
    assert (file.assignee, file.case.status) == (first.id, Status.CHECKING)
