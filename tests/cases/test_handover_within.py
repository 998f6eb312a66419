"""From confidential support to a formal complaint in the same house, by the wish of whom it concerns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions.errors import Refused
from komma.cases.codes import Status
from komma.cases.handovers import choices
from komma.cases.models import CaseKey, HandOver
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.cases.test_handover import texts
from tests.cases.test_two_pillars import move, offered, opens
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, case_of, make_report
from tests.factories.towns import make_member

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def supported(town: Town) -> Reported:
    return make_report(town, pillar=Pillar.SUPPORT)


@pytest.fixture
def contact(town: Town) -> Account:
    return town.one(Pillar.SUPPORT)


def test_the_complaint_body_takes_it_and_support_reads_no_longer(
    town: Town, supported: Reported, contact: Account
) -> None:
    examiner = town.one(Pillar.COMPLAINT)
    assert opens(contact, supported)
    assert not opens(examiner, supported)
    move(supported, contact, town, Pillar.COMPLAINT, examiner)
    assert opens(examiner, supported)
    assert not opens(contact, supported)
    with acting_as(examiner.id):
        case = case_of(examiner, supported).case
    assert case.unit_id == town.units[Pillar.COMPLAINT].pk
    assert case.organisation_id == town.municipality.pk
    assert case.status == Status.RECEIVED
    assert case.awaits_answer
    told = "\n".join(texts(supported))
    assert "Das Verfahren wechselt damit, so wie Sie es wünschen" in told
    assert "kann nichts mehr lesen" in told


def test_the_pages_lead_there(town: Town, supported: Reported, contact: Account) -> None:
    client = signed_in(contact)
    page = client.get(f"/faelle/{supported.id}/weitergeben/").content.decode()
    assert town.units[Pillar.COMPLAINT].name in page
    assert "ein anderes Verfahren als bisher" in page
    assert f'value="{town.units[Pillar.SUPPORT].pk}"' not in page, "it lies there already"
    unit = town.units[Pillar.COMPLAINT].pk
    page = client.get(f"/faelle/{supported.id}/weitergeben/{unit}/").content.decode()
    assert "Das entscheidet allein die betroffene Person" in page


def test_without_the_wish_nothing_moves(town: Town, supported: Reported, contact: Account) -> None:
    with acting_as(contact.id):
        changing = [each for each in choices(case_of(contact, supported)) if each.changes]
    assert town.units[Pillar.COMPLAINT] in [each.unit for each in changing]
    with pytest.raises(Refused, match="wenn die betroffene Person das wünscht"):
        offered(supported, contact, town, Pillar.ASSAULT)
    with as_owner():
        assert not HandOver.objects.exists()


def test_whoever_has_both_roles_supports_or_examines(
    town: Town, supported: Reported, contact: Account
) -> None:
    with as_owner():
        make_member(town.units[Pillar.COMPLAINT], contact)
    examiner = town.one(Pillar.COMPLAINT)
    move(supported, contact, town, Pillar.COMPLAINT, examiner)
    assert opens(examiner, supported)
    assert not opens(contact, supported)
    with as_owner():
        assert not CaseKey.objects.filter(case_id=supported.id, person_id=contact.id).exists()


def test_the_database_refuses_the_unit_where_it_lies(
    town: Town, supported: Reported, contact: Account
) -> None:
    for pillar, code in ((Pillar.SUPPORT, "KM001"), (Pillar.COMPLAINT, "KM005")):
        content = {
            "id": str(uuid4()),
            "case": str(supported.id),
            "to_unit": str(town.units[pillar].pk),
            "brief": "00",
            "keys": [],
        }
        with (
            acting_as(contact.id),
            pytest.raises(Error) as caught,
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT komma_offer_case(%s)", [json.dumps(content)])
        assert getattr(caught.value.__cause__, "sqlstate", "") == code, pillar
