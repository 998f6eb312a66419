"""An incident of level 2 or more asks for a review of the risk assessment, and tells nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection

from komma.cases.actions import access
from komma.cases.actions.review import ask_for_reviews
from komma.cases.models import Case
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention.models import ReviewRequest
from komma.procedures.codes import Side
from tests.cases.test_tasks import classify, take
from tests.factories import as_owner, as_worker
from tests.factories.reports import case_of, make_report

if TYPE_CHECKING:
    from tests.factories.reports import Reported
    from tests.factories.towns import Town


def requests() -> int:
    with as_owner():
        return ReviewRequest.objects.count()


def night() -> None:
    with as_worker():
        ask_for_reviews()


def at_level(town: Town, reported: Reported, level: int, pillar: str = Pillar.ASSAULT) -> None:
    take(town.one(pillar), reported)
    classify(town.one(pillar), reported, level)


@pytest.mark.parametrize(("level", "asked"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_from_level_two_on(town: Town, reported: Reported, level: int, asked: int) -> None:
    at_level(town, reported, level)
    assert requests() == 0  # not at that moment
    night()
    assert requests() == asked


def test_each_incident_asks_once_and_several_together(town: Town) -> None:
    for _ in range(3):
        at_level(town, make_report(town), 2)
    night()
    assert requests() == 1
    with as_owner():
        ReviewRequest.objects.all().delete()  # the review has been made
    night()
    assert requests() == 0
    at_level(town, make_report(town), 2)
    night()
    assert requests() == 1


def test_whoever_is_excluded_sees_no_wish_for_a_review(town: Town) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    at_level(town, make_report(town, excluded={leader.id}), 2)
    later = make_report(town)
    at_level(town, later, 2)
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        access.exclude(case_of(holder, later), leader.id, "beteiligt")
    night()
    with acting_as(leader.id):
        assert not ReviewRequest.objects.exists()
    at_level(town, make_report(town), 2)
    night()
    with acting_as(leader.id):  # negative control: an incident without exclusion would show
        assert ReviewRequest.objects.exists()


def test_what_happens_inside_asks_for_none(town: Town) -> None:
    reported = make_report(town, pillar=Pillar.SUPPORT, side=Side.INSIDE)
    at_level(town, reported, 2, Pillar.SUPPORT)
    night()
    assert requests() == 0


@pytest.mark.usefixtures("agreed")
def test_another_place_is_told_nothing(town: Town, other_town: Town) -> None:
    """A report that left its house must not come back to it as a wish for a review."""
    reported = make_report(other_town, concerns=town.municipality.pk)
    at_level(other_town, reported, 3)
    night()
    assert requests() == 0


@pytest.mark.django_db(transaction=True)
def test_no_transaction_joins_the_request_to_the_case(town: Town, reported: Reported) -> None:
    at_level(town, reported, 2)
    night()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT xmin::text FROM prevention_reviewrequest")
        of_request = cursor.fetchone()
        tables = ("cases_case", "cases_entry", "cases_task")
        found = set()
        for table in tables:
            cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")
            found |= set(cursor.fetchall())
    assert of_request not in found
    with as_owner():
        assert Case.objects.get().review_asked
