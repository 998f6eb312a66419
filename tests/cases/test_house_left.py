"""A report that has left its own house stays outside of it, whichever way keys are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from komma.cases.actions import handover
from komma.cases.actions.errors import Refused
from komma.cases.handovers import choices
from komma.cases.models import Case, CaseKey, HandOver, HandOverKey
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Municipality, Unit
from komma.municipalities.routing import route
from tests.cases.test_emergency_use import begin, end, new_vault, reads
from tests.cases.test_handover import question, take
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.districts import make_district, make_served
from tests.factories.people import make_account
from tests.factories.reports import Reported, case_of, make_report
from tests.factories.towns import Town, make_member, make_town

if TYPE_CHECKING:
    from uuid import UUID

    from tests.factories.people import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def third(town: Town) -> Town:
    """A body later in the chain of the place: its Landkreis."""
    with as_owner():
        found = make_town("Drittkreis", "05997")
        Municipality.objects.filter(pk=town.municipality.pk).update(district=found.municipality)
    return found


@pytest.fixture
def outside(town: Town, other_town: Town) -> Reported:
    """A report about the town that its reporter did not want to be read there."""
    with as_owner():
        Municipality.objects.filter(pk=town.municipality.pk).update(
            fallback_unit=other_town.units[Pillar.SUPPORT]
        )
    town.municipality.refresh_from_db()
    found = route(town.municipality, pillar=Pillar.SUPPORT, leaves_house=True)
    assert found is not None
    assert found.unit == other_town.units[Pillar.SUPPORT]
    return make_report(town, found=found)


def ask(holder: Account, reported: Reported, there: Town) -> HandOver:
    with acting_as(holder.id):
        file = case_of(holder, reported)
        given = question(there, Pillar.SUPPORT)
        handover.offer(file, given, version=file.case.version)
        return HandOver.objects.get(case_id=reported.id, state="offered")


def join(town: Town, account: Account) -> None:
    """Let somebody also work in the town hall, with a role that opens no case."""
    with as_owner():
        make_member(town.units[Pillar.OTHER], account)


def refused(case: UUID, target: UUID, reader: UUID) -> bool:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT komma_left_house(%s, %s, %s)", [case, target, reader])
        return bool(cursor.fetchone()[0])


def test_it_is_not_handed_into_the_house(
    town: Town, other_town: Town, third: Town, outside: Reported
) -> None:
    holder = other_town.one(Pillar.SUPPORT)
    with acting_as(holder.id):
        asked = {each.unit.organisation_id for each in choices(case_of(holder, outside))}
    assert third.municipality.pk in asked
    assert town.municipality.pk not in asked
    with pytest.raises(Refused):
        ask(holder, outside, town)
    assert ask(holder, outside, third)  # the control


def test_the_database_refuses_it_too(
    town: Town, other_town: Town, outside: Reported, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that forgot the house still makes no key for it."""
    monkeypatch.setattr("komma.cases.handovers._house_left", lambda case: set())
    holder = other_town.one(Pillar.SUPPORT)
    with pytest.raises(Refused), transaction.atomic():
        ask(holder, outside, town)
    with as_owner():
        assert not HandOverKey.objects.exists()


def test_who_works_in_both_houses_is_not_asked(
    town: Town, other_town: Town, third: Town, outside: Reported
) -> None:
    both, holder = third.one(Pillar.SUPPORT), other_town.one(Pillar.SUPPORT)
    join(town, both)
    ask(holder, outside, third)
    with as_owner():
        asked = set(HandOverKey.objects.values_list("person_id", flat=True))
    assert asked == {each.id for each in third.members[Pillar.SUPPORT][1:]}


def test_who_joins_the_house_meanwhile_gets_no_key(
    town: Town, other_town: Town, third: Town, outside: Reported
) -> None:
    both, taker, _deputy = third.members[Pillar.SUPPORT]
    offer = ask(other_town.one(Pillar.SUPPORT), outside, third)
    with as_owner():
        assert HandOverKey.objects.filter(person_id=both.id).exists()  # the control
    join(town, both)
    take(taker, offer)
    with as_owner():
        assert CaseKey.objects.filter(case_id=outside.id, person_id=taker.id).exists()
        assert not CaseKey.objects.filter(case_id=outside.id, person_id=both.id).exists()


def test_from_the_house_it_goes_to_nobody_who_stays_in_it(town: Town, third: Town) -> None:
    reported, both = make_report(town, pillar=Pillar.SUPPORT), third.one(Pillar.SUPPORT)
    join(town, both)
    ask(town.one(Pillar.SUPPORT), reported, third)
    with as_owner():
        assert HandOverKey.objects.exists()
        assert not HandOverKey.objects.filter(person_id=both.id).exists()


def test_what_the_house_handed_on_may_come_back(
    town: Town, other_town: Town, third: Town, outside: Reported
) -> None:
    reported = make_report(town, pillar=Pillar.SUPPORT)
    there, member = third.one(Pillar.SUPPORT), town.one(Pillar.SUPPORT).id
    take(there, ask(town.one(Pillar.SUPPORT), reported, third))
    assert not refused(reported.id, member, town.municipality.pk)
    assert refused(outside.id, member, town.municipality.pk)
    assert ask(there, reported, town)


def test_emergency_keys_open_it_to_nobody_of_the_house(
    town: Town, other_town: Town, outside: Reported
) -> None:
    own = make_report(other_town, pillar=Pillar.SUPPORT)  # about the body itself
    recipient, *_ = [new_vault(account) for account in other_town.members[Pillar.SUPPORT]]
    with as_owner():
        first = make_account()
        make_member(other_town.units[Pillar.ADMINISTRATION], first)
    use = begin(other_town, first, recipient)
    join(town, recipient)
    assert end(other_town, other_town.one(Pillar.ADMINISTRATION), use) == (1, 1)
    assert reads(recipient, own)
    assert not reads(recipient, outside)


def test_staff_take_in_for_a_town_whose_people_read_nothing() -> None:
    with as_owner():
        district = make_district()
        village = make_served("Kleindorf", "05998004", district)
        both = district.one(Pillar.SUPPORT, 1)
        served = village.municipality
        village.units[Pillar.OTHER] = Unit.objects.create(
            organisation_id=served.pk, name="Gemeindebüro", pillar=Pillar.OTHER
        )
    join(village, both)
    data = {
        "description": "Ein Anruf.",
        "came_by": "call",
        "consent": "yes",
        "concerns": str(served.pk),
    }
    answer = signed_in(district.one(Pillar.SUPPORT)).post("/faelle/neu/?vorgang=a", data)
    assert answer.status_code == 302
    with as_owner():
        assert Case.objects.get().concerns_id == served.pk
        assert CaseKey.objects.filter(person_id=district.one(Pillar.SUPPORT).id).exists()
        assert not CaseKey.objects.filter(person_id=both.id).exists()
