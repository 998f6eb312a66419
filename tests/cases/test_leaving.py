"""Handing the lead of one's cases on before one leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import transaction

from komma.cases.actions import access, work
from komma.cases.actions.leaving import hand_on_leads
from komma.cases.codes import Status
from komma.cases.leaving import OwnCase, own_open_cases
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.cases.test_key_changes import end, replace_vault
from tests.cases.test_leading import seen_by, take_over
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from uuid import UUID

    from tests.factories.people import Account
    from tests.factories.towns import Town


@pytest.fixture
def first(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def second(town: Town) -> Account:
    return town.one(Pillar.ASSAULT, 1)


def own(account: Account, town: Town) -> dict[UUID, OwnCase]:
    with acting_as(account.id):
        found = own_open_cases(account.id, account.secret, town.municipality.pk)
        return {each.case.pk: each for each in found}


def hand_on(account: Account, cases: list[Reported], to: Account | None) -> int:
    with acting_as(account.id):
        ids = [each.id for each in cases]
        return hand_on_leads(account.id, account.secret, ids, to.id if to else None)


def told(reported: Reported) -> str:
    with transaction.atomic():
        text = box_of(reported).entries[-1].text
        use_receipt("")
    return text


def test_one_sees_what_one_leads_and_who_else_is_there(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    waiting = make_report(town)
    take_over(first, reported)
    mine = own(first, town)
    assert mine.keys() == {reported.id, waiting.id}
    assert mine[reported.id].is_mine
    assert not mine[waiting.id].is_mine
    assert mine[waiting.id].lead is None
    assert [holder.person for holder in mine[reported.id].handlers] == [second.id]
    lead = own(second, town)[reported.id].lead
    assert lead is not None
    assert lead.person == first.id
    assert own(town.one(Pillar.COMPLAINT), town) == {}


def test_a_lead_whose_role_has_ended_leads_nothing_any_more(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    end(town, first.id)
    assert own(second, town)[reported.id].lead is None
    assert own(first, town) == {}


def test_the_lead_goes_on_and_the_reporter_reads_it(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    assert hand_on(first, [reported], second) == 1
    file = seen_by(second, reported)
    assert (file.assignee, file.case.status) == (second.id, Status.CHECKING)
    assert file.awaits_declaration
    assert told(reported) == "Ihren Fall führt jetzt jemand anderes: Fallführung 2."
    assert not own(first, town)[reported.id].is_mine
    # Nothing waits for anybody once the role ends.
    end(town, first.id)
    assert seen_by(second, reported).assignee == second.id


def test_without_handing_over_the_case_has_no_lead_when_the_role_ends(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    """Negative control of the page: what happens to a case that nobody handed over."""
    take_over(first, reported)
    end(town, first.id)
    assert seen_by(second, reported).lead_has_left


def test_nobody_leads_and_the_case_waits(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    assert hand_on(first, [reported], None) == 1
    file = seen_by(second, reported)
    assert (file.assignee, file.case.status) == (None, Status.RECEIVED)
    assert file.can_be_taken_over
    assert "neu zugeteilt" in told(reported)
    # Whoever laid it down can still open it.
    assert seen_by(first, reported).report


def test_what_the_colleague_cannot_open_stays_and_the_rest_goes(
    town: Town, first: Account, second: Account, reported: Reported
) -> None:
    closed_to_second = make_report(town, excluded={second.id})
    for each in (reported, closed_to_second):
        take_over(first, each)
    assert hand_on(first, [reported, closed_to_second], second) == 1
    mine = own(first, town)
    assert (mine[reported.id].is_mine, mine[closed_to_second.id].is_mine) == (False, True)
    assert "jemand anderes" not in told(closed_to_second)


def test_a_replaced_key_leads_nothing(first: Account, second: Account, reported: Reported) -> None:
    take_over(first, reported)
    replace_vault(second)
    with acting_as(first.id):
        file = case_of(first, reported)
    assert next(h for h in file.holders if h.person == second.id).public is None
    assert hand_on(first, [reported], second) == 0
    assert seen_by(first, reported).assignee == first.id


def test_only_the_lead_hands_on(first: Account, second: Account, reported: Reported) -> None:
    take_over(first, reported)
    assert hand_on(second, [reported], second) == 0
    assert hand_on(second, [reported], None) == 0
    assert seen_by(first, reported).assignee == first.id


def test_a_case_that_nobody_else_can_open_is_named_and_stays(town: Town, second: Account) -> None:
    deputy = town.one(Pillar.ASSAULT, 2)
    alone = make_report(town, excluded={second.id, deputy.id})
    first = town.one(Pillar.ASSAULT)
    take_over(first, alone)
    assert own(first, town)[alone.id].only_i_can
    assert hand_on(first, [alone], None) == 0
    assert seen_by(first, alone).assignee == first.id


def test_deputies_in_reserve_are_somebody(town: Town, first: Account, second: Account) -> None:
    with_deputy = make_report(town, excluded={second.id})
    take_over(first, with_deputy)
    found = own(first, town)[with_deputy.id]
    assert (found.handlers, found.only_i_can) == ([], False)
    assert len(found.reserve) == 1


def test_who_only_reads_is_nobody_to_hand_on_to(
    town: Town, first: Account, reported: Reported
) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    take_over(first, reported)
    with acting_as(first.id):
        access.grant(case_of(first, reported), leader.id)
    assert leader.id not in {h.person for h in own(first, town)[reported.id].handlers}
    assert not own(leader, town)[reported.id].only_i_can
    assert hand_on(first, [reported], leader) == 0


def test_a_case_that_was_closed_meanwhile_stays_closed(
    first: Account, second: Account, reported: Reported
) -> None:
    take_over(first, reported)
    with acting_as(first.id):
        file = case_of(first, reported)
        options = {"outcome": "founded", "reason": "x", "message": "y"}
        work.close(file, version=file.case.version, **options)
    assert hand_on(first, [reported], second) == 0
    assert hand_on(first, [reported], None) == 0
    assert seen_by(first, reported).case.status == Status.CLOSED
