"""What the database refuses around a hand-over, whatever the program says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import Error, connection, transaction

from komma.cases.actions import access, handover
from komma.cases.actions.errors import Refused
from komma.cases.codes import HandOverState
from komma.cases.models import Case, HandOver, HandOverKey
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from tests.cases.test_ending_races import in_turn, unlocked
from tests.cases.test_handover import make_offer, opened, question
from tests.factories import as_owner
from tests.factories.reports import case_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.reports import Reported
    from tests.factories.towns import Town

pytestmark = pytest.mark.usefixtures("agreed")


def sql(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


RAW = {
    "insert an offer": (
        "INSERT INTO cases_handover (id, case_id, from_unit_id, to_unit_id, state, offered_on,"
        " brief, with_emergency) SELECT %(id)s, %(case)s, %(unit)s, %(unit)s, 'offered',"
        " current_date, '', false"
    ),
    "insert a key": (
        "INSERT INTO cases_handoverkey (id, handover_id, strand, generation, person_id, function,"
        " public, sealed, is_reserve) VALUES (%(id)s, %(offer)s, 'mailbox', 1, %(person)s, '', '',"
        " '', false)"
    ),
    "take what others were offered": "SELECT komma_take_case(%(offer)s, '{}')",
    "decline it": "SELECT komma_decline_case(%(offer)s, %(id)s, 1, '')",
    "take the case": "UPDATE cases_case SET organisation_id = organisation_id",
    "change an offer": "UPDATE cases_handover SET state = 'taken'",
    "end it": "SELECT komma_end_offer(%(case)s)",
    "close it": "SELECT komma_close_offer(%(offer)s, 'taken')",
    "offer the case": "SELECT komma_offer_case(%(offering)s)",
}


@pytest.mark.parametrize("attempt", RAW)
def test_raw_sql_of_a_stranger_does_nothing(
    town: Town, other_town: Town, reported: Reported, attempt: str
) -> None:
    offer = make_offer(town, other_town, reported)
    stranger = other_town.one(Pillar.COMPLAINT)
    offering = {"case": str(reported.id), "id": str(uuid4()), "keys": []}
    values = {
        "id": uuid4(),
        "case": reported.id,
        "unit": other_town.units[Pillar.COMPLAINT].pk,
        "offer": offer.pk,
        "person": stranger.id,
        "offering": json.dumps(offering),
    }
    with (
        acting_as(stranger.id),
        pytest.raises(Error),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(RAW[attempt], values)
    with as_owner():
        assert Case.objects.get().organisation_id == town.municipality.pk
        assert HandOver.objects.get().state == HandOverState.OFFERED


def test_a_reader_cannot_offer_a_case(town: Town, other_town: Town, reported: Reported) -> None:
    here, reader = town.one(Pillar.ASSAULT), town.one(Pillar.COORDINATION)
    with acting_as(here.id):
        access.grant(case_of(here, reported), reader.id)
    with acting_as(reader.id):
        file = case_of(reader, reported)
        assert not file.can_be_offered
        with pytest.raises(Refused, match="lesen Sie den Fall"):
            handover.offer(file, question(other_town), version=file.case.version)
        content = json.dumps({"case": str(reported.id), "id": str(uuid4()), "keys": []})
        with pytest.raises(Error, match="no key of this strand"), transaction.atomic():
            sql("SELECT komma_offer_case(%s)", content)


def test_only_members_who_still_fit_can_take(
    town: Town, other_town: Town, reported: Reported
) -> None:
    there = other_town.one(Pillar.ASSAULT)
    offer = make_offer(town, other_town, reported)
    taking = "SELECT komma_take_case(%s, '{}')"
    refused = pytest.raises(Error, match="no receiver any more")
    with acting_as(there.id), refused, transaction.atomic():
        sql(taking, offer.pk)
    with as_owner():
        Membership.objects.filter(person_id=there.id).update(ended_on=today())
    refused = pytest.raises(Error, match="no open offer")
    with acting_as(there.id), refused, transaction.atomic():
        sql(taking, offer.pk)


def deciding(there: Town, offer: HandOver) -> tuple[Callable[[], None], Callable[[], None]]:
    """Return two people's decisions, both made on the page as it was before either."""
    first, second = (there.one(Pillar.ASSAULT, number) for number in (0, 1))

    def take() -> None:
        with acting_as(first.id):
            handover.take(opened(first, offer), first.id, first.secret)

    def decline() -> None:
        with acting_as(second.id):
            handover.decline(opened(second, offer), second.id, "nein")

    return take, decline


def state_and_place(there: Town) -> tuple[str, bool]:
    with as_owner():
        moved = Case.objects.get().organisation_id == there.municipality.pk
        return HandOver.objects.get().state, moved


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taking_first", [True, False])
def test_the_first_of_two_decisions_counts(
    town: Town, other_town: Town, reported: Reported, taking_first: bool
) -> None:
    take, decline = deciding(other_town, make_offer(town, other_town, reported))
    (error,) = in_turn(*((take, decline) if taking_first else (decline, take)))
    assert isinstance(error, Refused)
    expected = HandOverState.TAKEN if taking_first else HandOverState.DECLINED
    assert state_and_place(other_town) == (expected, taking_first)
    with as_owner():
        assert not HandOverKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_it_is_taken_and_declined(
    town: Town, other_town: Town, reported: Reported
) -> None:
    """Negative control."""
    offer = make_offer(town, other_town, reported)
    with unlocked("komma_lock_offer", " FOR UPDATE"):
        in_turn(*deciding(other_town, offer))
    assert state_and_place(other_town) == (HandOverState.DECLINED, True)
