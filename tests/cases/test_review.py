"""An incident of level 2 or more asks for a review of the risk assessment, and tells nothing of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention.models import ReviewRequest
from komma.procedures.codes import Side
from tests.cases.test_tasks import classify, take
from tests.factories import as_owner
from tests.factories.reports import make_report

if TYPE_CHECKING:
    from tests.factories.reports import Reported
    from tests.factories.towns import Town


def requests() -> int:
    with as_owner():
        return ReviewRequest.objects.count()


def at_level(town: Town, reported: Reported, level: int, pillar: str = Pillar.ASSAULT) -> None:
    take(town.one(pillar), reported)
    classify(town.one(pillar), reported, level)


@pytest.mark.parametrize(("level", "asked"), [(0, 0), (1, 0), (2, 1), (3, 1)])
def test_from_level_two_on(town: Town, reported: Reported, level: int, asked: int) -> None:
    at_level(town, reported, level)
    assert requests() == asked


def test_several_incidents_ask_once(town: Town) -> None:
    for _ in range(3):
        at_level(town, make_report(town), 2)
    assert requests() == 1


def test_whoever_is_excluded_sees_no_wish_for_a_review(town: Town) -> None:
    leader = town.one(Pillar.LEADERSHIP)
    at_level(town, make_report(town, excluded={leader.id}), 2)
    with acting_as(leader.id):
        assert not ReviewRequest.objects.exists()
    at_level(town, make_report(town), 2)
    with acting_as(leader.id):  # negative control: an incident without exclusion would show
        assert ReviewRequest.objects.exists()


def test_what_happens_inside_asks_for_none(town: Town) -> None:
    reported = make_report(town, pillar=Pillar.SUPPORT, side=Side.INSIDE)
    at_level(town, reported, 2, Pillar.SUPPORT)
    assert requests() == 0


@pytest.mark.usefixtures("agreed")
def test_another_place_is_told_nothing(town: Town, other_town: Town) -> None:
    """A report that left its house must not come back to it as a wish for a review."""
    reported = make_report(other_town, concerns=town.municipality.pk)
    at_level(other_town, reported, 3)
    assert requests() == 0
