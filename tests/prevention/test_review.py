"""An incident of level 2 or more asks for a review, and says nothing about itself."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.test import Client

from komma.core.audit.models import AuditEntry
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention import actions
from komma.prevention.models import ReviewRequest
from komma.prevention.queries import due, review_request
from komma.prevention.rules import week_of
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.towns import Town
from tests.prevention.conftest import Begun

pytestmark = pytest.mark.django_db


def requests() -> list[ReviewRequest]:
    with as_owner():
        return list(ReviewRequest.objects.all())


@pytest.mark.parametrize("pillar", [Pillar.ASSAULT, Pillar.COORDINATION, Pillar.LEADERSHIP])
def test_whoever_keeps_the_assessments_can_ask(pillar: Pillar, town: Town) -> None:
    with acting_as(town.one(pillar).id):
        actions.require_review(town.municipality.pk, today())
    assert len(requests()) == 1


def test_nobody_else_can(town: Town, other_town: Town) -> None:
    people = (
        other_town.one(Pillar.ASSAULT),
        town.one(Pillar.SUPPORT),
        town.one(Pillar.COMPLAINT),
        town.one(Pillar.OTHER),
        town.one(Pillar.ADMINISTRATION),
    )
    for person in people:
        with (
            pytest.raises(ProgrammingError, match="row-level"),
            transaction.atomic(),
            acting_as(person.id),
        ):
            actions.require_review(town.municipality.pk, today())
    assert requests() == []


def test_several_collapse_into_the_first(town: Town) -> None:
    first = dt.date(2026, 3, 4)  # a Wednesday
    with acting_as(town.one(Pillar.ASSAULT).id):
        for days in (0, 1, 20, 200):
            actions.require_review(town.municipality.pk, first + dt.timedelta(days=days))
    (found,) = requests()
    assert found.week == dt.date(2026, 3, 2)


def test_towns_do_not_disturb_each_other(town: Town, other_town: Town) -> None:
    for each in (town, other_town):
        with acting_as(each.one(Pillar.ASSAULT).id):
            actions.require_review(each.municipality.pk, today())
    assert len(requests()) == 2


def test_leaves_nothing_in_the_log_that_the_administration_reads(town: Town) -> None:
    with as_owner():
        before = AuditEntry.objects.count()
    with acting_as(town.one(Pillar.ASSAULT).id):
        actions.require_review(town.municipality.pk, today())
    with as_owner():
        assert AuditEntry.objects.count() == before


def test_is_due_within_six_weeks_and_shown(town: Town, begun: Begun) -> None:
    with acting_as(town.one(Pillar.ASSAULT).id):
        actions.require_review(town.municipality.pk, today())
        until = week_of(today()) + dt.timedelta(weeks=6)
        assert until <= today() + dt.timedelta(weeks=6)
        lines = due(town.municipality.pk, until - dt.timedelta(days=1))
    assert [line.day for line in lines if "Anlass" in line.title] == [until]
    page = signed_in(town.one(Pillar.OTHER)).get("/vorbeugen/gefaehrdungen/").content.decode()
    assert f"bis {until:%d.%m.%Y} prüfen" in page


def review(client: Client, begun: Begun, day: dt.date) -> None:
    response = client.post(
        f"/vorbeugen/gefaehrdungen/{begun.assessment.pk}/pruefung/",
        {
            "reviewed_on": f"{day:%d.%m.%Y}",
            "level": "2",
            "frequency": "rarely",
            "effect": "Der zweite Ausgang hilft.",
        },
    )
    assert response.status_code == 302


def test_a_review_ends_it_an_older_one_does_not(town: Town, begun: Begun) -> None:
    client = signed_in(town.one(Pillar.COORDINATION))
    with acting_as(town.one(Pillar.ASSAULT).id):
        actions.require_review(town.municipality.pk, today())
    review(client, begun, week_of(today()) - dt.timedelta(days=1))
    assert len(requests()) == 1
    review(client, begun, today())
    assert requests() == []
    page = client.get(f"/vorbeugen/gefaehrdungen/{begun.assessment.pk}/").content.decode()
    assert page.count("Der zweite Ausgang hilft.") == 2
    with acting_as(town.one(Pillar.ASSAULT).id):  # and the next incident asks again
        actions.require_review(town.municipality.pk, today())
        assert review_request(town.municipality.pk) is not None


def test_the_coordination_asks_by_hand(town: Town) -> None:
    """So that a request tells nobody that there was an incident."""
    client = signed_in(town.one(Pillar.COORDINATION))
    assert client.post("/vorbeugen/gefaehrdungen/vormerken/").status_code == 302
    assert len(requests()) == 1
