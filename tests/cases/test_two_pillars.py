"""Who supports somebody never examines the same case: two pillars, never the same person.

X supports in one body and examines complaints in another; neither is the own house of the report.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions import access, handover
from komma.cases.actions.errors import Refused
from komma.cases.actions.opening import record_opening
from komma.cases.models import CaseKey, HandOver, HandOverKey, PastHolder
from komma.cases.queries import case_file, on_other_side
from komma.cases.tasks import running
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership, Municipality
from tests.cases.test_handover import case_of, make_report, question
from tests.cases.test_handover import take as take_offer
from tests.cases.test_tasks import settle, take
from tests.factories import as_owner
from tests.factories.districts import make_district
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.reports import Reported
    from tests.factories.towns import Town

pytestmark = pytest.mark.usefixtures("agreed")


@pytest.fixture
def district(town: Town) -> Town:
    """A third body in the chain of the town: its Landkreis."""
    with as_owner():
        found = make_district()
        Municipality.objects.filter(pk=town.municipality.pk).update(district=found.municipality)
    town.municipality.refresh_from_db()
    return found


@pytest.fixture
def x(other_town: Town, district: Town) -> Account:
    account = other_town.one(Pillar.SUPPORT)
    with as_owner():
        make_member(district.units[Pillar.COMPLAINT], account)
    return account


@pytest.fixture
def supported(town: Town, other_town: Town, x: Account) -> Reported:
    """A report in the hands of the support unit where X works with a colleague."""
    reported = make_report(town, pillar=Pillar.SUPPORT)
    move(reported, town.one(Pillar.SUPPORT), other_town, Pillar.SUPPORT, x)
    return reported


def offered(reported: Reported, holder: Account, there: Town, pillar: str) -> HandOver:
    with acting_as(holder.id):
        file = case_of(holder, reported)
        asked = question(there, pillar, other_procedure=pillar == Pillar.COMPLAINT)
        handover.offer(file, asked, version=file.case.version)
        return HandOver.objects.get(case_id=reported.id, state="offered")


def move(reported: Reported, holder: Account, there: Town, pillar: str, taker: Account) -> HandOver:
    offer = offered(reported, holder, there, pillar)
    take_offer(taker, offer)
    settle()
    return offer


def end(account: Account, town: Town, pillar: str) -> None:
    """A membership ends, as the administration ends it."""
    with as_owner():
        mine = Membership.objects.filter(person_id=account.id, unit=town.units[pillar])
        mine.update(ended_on=today())
    admin = town.one(Pillar.ADMINISTRATION)
    with acting_as(admin.id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT komma_end_access(%s, %s, %s)",
            [account.id, town.municipality.pk, town.units[pillar].pk],
        )
    settle()


def opens(account: Account, reported: Reported) -> bool:
    with acting_as(account.id):
        return case_file(account.id, account.secret, reported.id) is not None


def test_whoever_supports_gets_no_key_to_examine(
    other_town: Town, district: Town, supported: Reported, x: Account
) -> None:
    offer = offered(supported, x, district, Pillar.COMPLAINT)
    with as_owner():
        asked = set(HandOverKey.objects.filter(handover=offer).values_list("person_id", flat=True))
    assert asked == {district.one(Pillar.COMPLAINT, n).id for n in range(3)}
    examiner = district.one(Pillar.COMPLAINT)
    take_offer(examiner, offer)
    settle()
    assert opens(examiner, supported)
    assert not opens(x, supported)
    with (
        acting_as(examiner.id),
        pytest.raises(Refused, match="auf der anderen Seite"),
        transaction.atomic(),
    ):
        access.grant(case_of(examiner, supported), x.id, "kennt sich aus")


def test_between_equal_pillars_the_same_person_goes_on(
    town: Town, district: Town, supported: Reported, x: Account
) -> None:
    """Negative control: support stays support, so the person may hold a key there too."""
    with as_owner():
        make_member(district.units[Pillar.SUPPORT], x)
    move(supported, x, district, Pillar.SUPPORT, district.one(Pillar.SUPPORT))
    assert opens(x, supported)


def test_who_has_left_meanwhile_does_not_come_back_on_the_other_side(
    other_town: Town, district: Town, supported: Reported, x: Account
) -> None:
    second = other_town.one(Pillar.SUPPORT, 1)
    assert opens(x, supported)
    end(x, other_town, Pillar.SUPPORT)
    assert not opens(x, supported)
    with acting_as(second.id):
        record_opening(case_of(second, supported))
    move(supported, second, district, Pillar.COMPLAINT, district.one(Pillar.COMPLAINT))
    assert opens(district.one(Pillar.COMPLAINT), supported)
    assert not opens(x, supported)


def test_over_three_bodies_the_case_can_still_be_taken(
    town: Town, other_town: Town, district: Town, supported: Reported, x: Account
) -> None:
    """X is left out, and nobody else is kept from taking the case."""
    with as_owner():
        make_member(other_town.units[Pillar.COMPLAINT], x)
    at_district = district.one(Pillar.SUPPORT)
    move(supported, x, district, Pillar.SUPPORT, at_district)
    offer = offered(supported, at_district, other_town, Pillar.COMPLAINT)
    take_offer(other_town.one(Pillar.COMPLAINT), offer)
    settle()
    assert opens(other_town.one(Pillar.COMPLAINT), supported)
    assert not opens(x, supported)


def test_the_examination_is_led_by_its_own_procedure(
    district: Town, supported: Reported, x: Account
) -> None:
    take(x, supported)
    examiner = district.one(Pillar.COMPLAINT)
    move(supported, x, district, Pillar.COMPLAINT, examiner)
    take(examiner, supported)
    with acting_as(examiner.id):
        run = running(case_of(examiner, supported))
    assert run is not None
    assert run.procedure.id == "agg-beschwerde"


@pytest.mark.parametrize("guarded", [True, False])
def test_the_database_refuses_such_a_key_by_itself(
    district: Town, supported: Reported, x: Account, guarded: bool
) -> None:
    examiner = district.one(Pillar.COMPLAINT)
    move(supported, x, district, Pillar.COMPLAINT, examiner)
    with as_owner():
        if not guarded:
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER casekey_two_pillars ON cases_casekey")
        row = CaseKey.objects.filter(case_id=supported.id).first()
        assert row is not None
        row.pk, row.person_id = uuid4(), x.id
        with acting_as(examiner.id):
            if guarded:
                with pytest.raises(Error, match="other side"), transaction.atomic():
                    row.save(force_insert=True)
            else:
                row.save(force_insert=True)
        assert CaseKey.objects.filter(case_id=supported.id, person_id=x.id).exists() != guarded


def test_only_those_of_the_case_learn_who_was_where(
    town: Town, district: Town, supported: Reported, x: Account
) -> None:
    people = [x.id]
    with acting_as(x.id):
        assert on_other_side(supported.id, Pillar.COMPLAINT, people) == {x.id}
        assert on_other_side(supported.id, Pillar.SUPPORT, people) == set()
    with acting_as(district.one(Pillar.COMPLAINT).id):
        assert on_other_side(supported.id, Pillar.COMPLAINT, people) == set()
        with pytest.raises(Error, match="permission denied"), transaction.atomic():
            PastHolder.objects.exists()
