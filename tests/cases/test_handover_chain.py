"""Only bodies responsible for the place can be asked to take a case."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from komma.cases.actions.errors import Refused
from komma.cases.handovers import choices
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Municipality, ServiceAgreement
from tests.cases.test_handover import make_offer
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.districts import make_district
from tests.factories.reports import Reported, case_of, make_report
from tests.factories.towns import OUTSIDE

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town


@pytest.fixture
def district(town: Town) -> Town:
    """The Landkreis of ``town``."""
    with as_owner():
        found = make_district()
        Municipality.objects.filter(pk=town.municipality.pk).update(district=found.municipality)
    town.municipality.refresh_from_db()
    return found


def bodies(account: Account, reported: Reported) -> list[str]:
    with acting_as(account.id):
        units = choices(case_of(account, reported))
    return list(dict.fromkeys(choice.unit.organisation.slug for choice in units))


def asked_by_force(account: Account, reported: Reported, there: Town) -> str:
    """Ask past the program, as somebody with raw SQL could; return the SQLSTATE."""
    unit = there.units[Pillar.ASSAULT]
    content = {"id": str(uuid4()), "case": str(reported.id), "to_unit": str(unit.pk), "brief": ""}
    with (
        acting_as(account.id),
        pytest.raises(DatabaseError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT komma_offer_case(%s)", [json.dumps(content | {"keys": []})])
    return str(getattr(caught.value.__cause__, "sqlstate", ""))


def test_those_of_the_chain_in_its_order(
    town: Town, other_town: Town, district: Town, reported: Reported
) -> None:
    holder = town.one(Pillar.ASSAULT)
    own = town.municipality.slug  # its other units, for another procedure
    assert bodies(holder, reported) == ["landkreis-musterkreis", OUTSIDE, own]
    assert asked_by_force(holder, reported, other_town) == "KM008"
    with pytest.raises(Refused, match="zurzeit nicht übernehmen"):
        make_offer(town, other_town, reported)
    make_offer(town, district, reported)  # control: whoever is responsible can be asked


def test_an_agreement_puts_a_neighbour_into_the_choice(
    town: Town, other_town: Town, reported: Reported, agreed: ServiceAgreement
) -> None:
    holder = town.one(Pillar.ASSAULT)
    assert bodies(holder, reported)[0] == other_town.municipality.slug
    with as_owner():
        agreed.delete()
    assert other_town.municipality.slug not in bodies(holder, reported)


def test_the_same_procedure_comes_first(town: Town, district: Town, reported: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        first, *_others = choices(case_of(holder, reported))
    assert first.unit == district.units[Pillar.ASSAULT]


@pytest.mark.parametrize(
    ("pillar", "changes"),
    [(Pillar.ASSAULT, False), (Pillar.SUPPORT, False), (Pillar.COMPLAINT, True)],
)
def test_a_body_with_one_unit_takes_what_its_intake_would(
    town: Town, pillar: Pillar, changes: bool
) -> None:
    """The nationwide body has a support unit only: a complaint does not become support there."""
    holder, reported = town.one(pillar), make_report(town, pillar=pillar)
    with acting_as(holder.id):
        found = {each.unit.organisation.slug: each for each in choices(case_of(holder, reported))}
    assert found[OUTSIDE].changes is changes
    page = signed_in(holder).get(reverse("cases:ask", args=[reported.id, found[OUTSIDE].unit.pk]))
    assert ("Das Verfahren wechselt" in page.content.decode()) is changes


def test_where_the_body_has_the_unit_another_one_is_a_change(
    town: Town, district: Town, reported: Reported
) -> None:
    """Negative control: it is not the pillar alone that counts."""
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        found = {each.unit: each.changes for each in choices(case_of(holder, reported))}
    assert found[district.units[Pillar.ASSAULT]] is False
    assert found[district.units[Pillar.SUPPORT]] is True
    assert found[district.units[Pillar.COMPLAINT]] is True


def test_asking_by_force_gets_past_that_guard_where_the_body_is_responsible(
    town: Town, district: Town, reported: Reported
) -> None:
    """Negative control: without keys it is refused for another reason."""
    assert asked_by_force(town.one(Pillar.ASSAULT), reported, district) == "KM005"
