"""Who supports somebody never examines the same case: two pillars, never the same person."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions import access, handover
from komma.cases.actions.errors import Refused
from komma.cases.models import CaseKey, HandOver, HandOverKey
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.cases.test_handover import case_of, make_report, question, take
from tests.factories import as_owner
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.reports import Reported
    from tests.factories.towns import Town

pytestmark = pytest.mark.usefixtures("agreed")


@pytest.fixture
def both(town: Town, other_town: Town) -> Account:
    """Somebody who supports in one place and examines complaints in the other."""
    account = town.one(Pillar.SUPPORT)
    with as_owner():
        make_member(other_town.units[Pillar.COMPLAINT], account)
    return account


def moved(
    town: Town, there: Town, into: str, *, out_of: str = Pillar.SUPPORT
) -> tuple[Reported, HandOver]:
    reported = make_report(town, pillar=out_of)
    holder = town.one(out_of)
    with acting_as(holder.id):
        file = case_of(holder, reported)
        asked = question(there, into, other_procedure=True)
        handover.offer(file, asked, version=file.case.version)
        return reported, HandOver.objects.get(case_id=reported.id)


def test_no_key_is_made_for_whoever_is_on_the_other_side(
    town: Town, other_town: Town, both: Account
) -> None:
    reported, offer = moved(town, other_town, Pillar.COMPLAINT)
    with as_owner():
        asked = set(HandOverKey.objects.filter(handover=offer).values_list("person_id", flat=True))
    assert asked
    assert both.id not in asked
    examiner = other_town.one(Pillar.COMPLAINT)
    take(examiner, offer)
    with (
        acting_as(examiner.id),
        pytest.raises(Refused, match="auf der anderen Seite"),
        transaction.atomic(),
    ):
        access.grant(case_of(examiner, reported), both.id, "kennt sich aus")


def test_between_equal_pillars_the_same_person_goes_on(town: Town, other_town: Town) -> None:
    """Negative control: support stays support, so the person may hold a key there too."""
    account = town.one(Pillar.SUPPORT)
    with as_owner():
        make_member(other_town.units[Pillar.SUPPORT], account)
    _reported, offer = moved(town, other_town, Pillar.SUPPORT)
    with as_owner():
        assert HandOverKey.objects.filter(handover=offer, person_id=account.id).exists()


@pytest.mark.parametrize("guarded", [True, False])
def test_the_database_refuses_such_a_key_by_itself(
    town: Town, other_town: Town, both: Account, guarded: bool
) -> None:
    reported, offer = moved(town, other_town, Pillar.COMPLAINT)
    take(other_town.one(Pillar.COMPLAINT), offer)
    with as_owner():
        if not guarded:
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("DROP TRIGGER casekey_two_pillars ON cases_casekey")
        row = CaseKey.objects.filter(case_id=reported.id).first()
        assert row is not None
        row.pk, row.person_id = None, both.id
        if guarded:
            with pytest.raises(Error, match="other side"), transaction.atomic():
                _insert(row)
        else:
            _insert(row)
            assert CaseKey.objects.filter(case_id=reported.id, person_id=both.id).exists()


def _insert(row: CaseKey) -> None:
    row.pk = uuid4()
    row.save(force_insert=True)
