"""Who is away does not count, deputies step in, and nobody can leave a case alone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions import access, escalation, reserve, work
from komma.cases.actions.errors import Refused
from komma.cases.models import Case, CaseKey
from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as, use_receipt
from komma.municipalities import actions, jobs
from komma.municipalities.actions import Days, record_absence
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Absence, Membership
from komma.municipalities.queries import receivers
from tests.cases.test_ending_races import in_turn, unlocked
from tests.cases.test_key_changes import end, opens, replace_vault
from tests.factories import as_owner, as_worker
from tests.factories.clients import signed_in
from tests.factories.people import make_account
from tests.factories.reports import box_of, case_of, make_report
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.factories.people import Account
    from tests.factories.reports import Reported
    from tests.factories.towns import Town

WEEK = 7


def away(
    town: Town, account: Account, first: int = 0, last: int = WEEK, by: UUID | None = None
) -> None:
    """Record an absence, in days from today."""
    with acting_as(by or account.id):
        record_absence(
            person_id=account.id,
            organisation_id=town.municipality.pk,
            days=Days(today() + dt.timedelta(first), today() + dt.timedelta(last)),
            by=by or account.id,
        )


def days_pass(days: int) -> None:
    """Move all absences towards the past: the database has its own clock."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE municipalities_absence SET starts_on = starts_on - %s, ends_on = ends_on - %s",
            [days, days],
        )


def leads(town: Town) -> tuple[Account, Account, Account]:
    first, second, deputy = town.members[Pillar.ASSAULT]
    return first, second, deputy


def test_the_deputy_steps_in_at_once_where_all_others_are_away(
    town: Town, reported: Reported
) -> None:
    first, second, deputy = leads(town)
    away(town, first)
    assert not opens(deputy, reported)  # control: somebody is there
    away(town, second)
    assert opens(deputy, reported)
    with as_owner():
        assert AuditEntry.objects.filter(case_id=reported.id, kind="case.deputies_called").exists()
    with as_worker():
        assert escalation.tell_of_deputies() == 1
    with transaction.atomic():
        assert "Vertretung" in box_of(reported).entries[-1].text
        use_receipt("")


def test_the_deputy_steps_in_on_the_day_an_absence_begins(town: Town, reported: Reported) -> None:
    first, second, deputy = leads(town)
    away(town, first, 1)
    away(town, second, 2)
    days_pass(1)
    with as_worker():
        assert escalation.escalate() == 0  # control
    days_pass(1)
    with as_worker():
        assert escalation.escalate() == 1
    assert opens(deputy, reported)
    days_pass(WEEK)
    with as_worker():
        assert escalation.escalate() == 0
    assert all(opens(each, reported) for each in leads(town))


@pytest.mark.parametrize("first_day", [0, 3])
def test_the_last_one_of_a_case_cannot_be_away(
    town: Town, reported: Reported, first_day: int
) -> None:
    first, second, deputy = leads(town)
    away(town, deputy, first_day)
    away(town, second, 5)
    with pytest.raises(actions.Refused, match="niemand da"):
        away(town, first, 2, 6)
    if first_day:
        away(town, first, 2, 2)  # control: the others are still there
    with as_owner():
        assert Absence.objects.count() == (3 if first_day else 2)


def test_only_present_ones_of_the_case_count(town: Town) -> None:
    """The unit has somebody there, who is excluded from the case."""
    first, second, deputy = leads(town)
    away(town, deputy)
    make_report(town, excluded={second.id})
    with pytest.raises(actions.Refused, match="Fälle"):
        away(town, first)
    away(town, second)  # control


def test_a_replaced_key_does_not_count(town: Town, reported: Reported) -> None:
    first, second, deputy = leads(town)
    replace_vault(second)
    replace_vault(deputy)
    with pytest.raises(actions.Refused, match="Fälle"):
        away(town, first)


@pytest.mark.parametrize("with_case", [True, False])
def test_the_administration_reads_the_same_with_and_without_cases(
    town: Town, with_case: bool
) -> None:
    first, second, deputy = leads(town)
    administration = town.one(Pillar.ADMINISTRATION).id
    if with_case:
        make_report(town)
    away(town, second, by=administration)
    away(town, deputy, by=administration)
    with pytest.raises(actions.Refused) as caught:
        away(town, first, by=administration)
    assert "Notfallschlüssel" in str(caught.value)
    assert "Fall" not in str(caught.value).replace("Fällt", "")


def test_nobody_else_records_or_writes_past_the_function(town: Town, other_town: Town) -> None:
    first, second, _deputy = leads(town)
    for stranger in (second, other_town.one(Pillar.ADMINISTRATION)):
        with (
            acting_as(stranger.id),
            pytest.raises(Error, match="not the person"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(
                "SELECT komma_record_absence(gen_random_uuid(), %s, %s, komma_today(),"
                " komma_today())",
                [first.id, town.municipality.pk],
            )
    with (
        acting_as(first.id),
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
    ):
        Absence(
            person_id=first.id,
            organisation_id=town.municipality.pk,
            starts_on=today(),
            ends_on=today(),
        ).save(force_insert=True)


# --- What else could leave nobody on a coming day


def test_who_stays_while_the_others_are_away_cannot_leave(town: Town, reported: Reported) -> None:
    first, second, deputy = leads(town)
    away(town, second, 3)
    away(town, deputy, 3)
    with pytest.raises(actions.Refused, match="abwesend"):
        end(town, first.id)
    end(town, second.id)  # control


def test_who_stays_while_the_others_are_away_cannot_be_excluded(
    town: Town, reported: Reported
) -> None:
    first, second, deputy = leads(town)
    away(town, second, 3)
    away(town, deputy, 3)
    with acting_as(second.id), pytest.raises(Refused, match="Abwesenheit"):
        access.exclude(case_of(second, reported), first.id)
    assert opens(first, reported)
    with acting_as(first.id):
        access.exclude(case_of(first, reported), second.id)  # control
    assert not opens(second, reported)


def test_the_deputy_steps_in_for_a_recusal_where_the_colleague_is_away(
    town: Town, reported: Reported
) -> None:
    first, second, deputy = leads(town)
    away(town, second)
    assert not opens(deputy, reported)
    with acting_as(first.id):
        access.recuse(case_of(first, reported), "befangen")
    assert opens(deputy, reported)


def test_an_unrelated_gap_blocks_no_exclusion(town: Town, reported: Reported) -> None:
    first, second, deputy = leads(town)
    away(town, second, 3)
    away(town, deputy, 3)
    replace_vault(first)  # a lost key: the gap is there, whoever goes
    with acting_as(second.id):
        access.exclude(case_of(second, reported), first.id)
    assert opens(second, reported)


# --- Two at once


def absence_of(town: Town, account: Account) -> Callable[[], None]:
    return lambda: away(town, account)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
def test_two_cannot_be_the_last_at_once(town: Town, guarded: bool) -> None:
    """Both have somebody else when they look; without the locks both succeed."""
    reported = make_report(town)
    first, second, deputy = leads(town)
    away(town, deputy)
    tasks = absence_of(town, first), absence_of(town, second)
    if guarded:
        errors = in_turn_refused(*tasks)
        assert len(errors) == 1
    else:
        with (
            unlocked("komma_record_absence", " FOR NO KEY UPDATE"),
            unlocked("komma_absence_begins", " FOR UPDATE"),
        ):
            errors = in_turn_refused(*tasks)
        assert errors == []
    with as_owner():
        assert Absence.objects.count() == (2 if guarded else 3)
        assert Case.objects.filter(pk=reported.id).exists()


def in_turn_refused(
    first: Callable[[], None], second: Callable[[], None]
) -> list[BaseException | str]:
    refused: list[BaseException | str] = []

    def noted() -> None:
        try:
            second()
        except actions.Refused as error:
            refused.append(str(error))

    return [*in_turn(first, noted), *refused]


# --- Retention


def test_forgotten_after_thirty_days(town: Town) -> None:
    first, second, _deputy = leads(town)
    away(town, first, 0, 1)
    away(town, second, 0, 2)
    days_pass(32)
    with as_worker():
        jobs.forget_absences.func(timestamp=0)
    with as_owner():
        assert [absence.person_id for absence in Absence.objects.all()] == [second.id]
        assert Membership.objects.filter(person_id=first.id, ended_on=None).exists()
        assert not CaseKey.objects.exists()


# --- Reserve


def in_reserve(reported: Reported) -> set[UUID]:
    with as_owner():
        keys = CaseKey.objects.filter(case_id=reported.id, is_reserve=True)
        return set(keys.values_list("person_id", flat=True))


@pytest.fixture
def new_deputy(town: Town, reported: Reported) -> Account:
    """A deputy who came after the report."""
    with as_owner():
        account = make_account()
        make_member(town.units[Pillar.ASSAULT], account, is_deputy=True)
    return account


def test_the_next_opening_fills_the_reserve_up(
    town: Town, reported: Reported, new_deputy: Account
) -> None:
    first, second, deputy = leads(town)
    renewed = replace_vault(deputy)
    assert signed_in(first).get(f"/faelle/{reported.id}/").status_code == 200
    assert in_reserve(reported) == {deputy.id, new_deputy.id}
    assert not opens(new_deputy, reported)
    away(town, first)
    away(town, second)
    assert opens(new_deputy, reported)
    assert opens(renewed, reported)


def test_nobody_excluded_gets_into_the_reserve(
    town: Town, reported: Reported, new_deputy: Account
) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        access.exclude(case_of(holder, reported), new_deputy.id)
        file = case_of(holder, reported)
        assert reserve.refill_reserve(file) == 0
        receiver = next(r for r in receivers(file.case.unit_id) if r.person == new_deputy.id)
        # The database refuses as well, were the page to forget it.
        assert reserve._add(file.case, file, receiver) == 0
    assert new_deputy.id not in in_reserve(reported)


def test_only_deputies_of_the_unit_get_into_the_reserve(town: Town, reported: Reported) -> None:
    holder, stranger = town.one(Pillar.ASSAULT), town.one(Pillar.SUPPORT, 2)
    with acting_as(holder.id):
        file = case_of(holder, reported)
        (receiver,) = (
            r for r in receivers(town.units[Pillar.SUPPORT].pk) if r.person == stranger.id
        )
        assert reserve._add(file.case, file, receiver) == 0
        assert reserve.refill_reserve(file) == 0
    assert in_reserve(reported) == {town.one(Pillar.ASSAULT, 2).id}


def test_a_called_in_deputy_is_not_put_back(town: Town, reported: Reported) -> None:
    first, second, deputy = leads(town)
    away(town, second)
    away(town, first)
    with acting_as(first.id):
        reserve.refill_reserve(case_of(first, reported))
    assert opens(deputy, reported)
    assert in_reserve(reported) == set()


# --- What pages tell


def test_pages_tell_who_is_away(town: Town, reported: Reported) -> None:
    first, second, _deputy = leads(town)
    with acting_as(first.id):
        work.take_over(case_of(first, reported), "frei", version=0)
    page = f"/faelle/{reported.id}/"
    client = signed_in(second)
    assert "Fallführung ist abwesend" not in client.get(page).content.decode()  # control
    away(town, first)
    until = f"{today() + dt.timedelta(WEEK):%d.%m.%Y}"
    assert f"Bis {until}." in client.get(page).content.decode()
    assert f"abwesend bis {until}" in client.get(f"{page}zugang/").content.decode()
    with acting_as(second.id):
        file = case_of(second, reported)
        work.assign(file, second.id, version=file.case.version)
    assert f"abwesend bis {until}" in client.get(f"{page}zustaendig/").content.decode()
