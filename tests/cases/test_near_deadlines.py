"""Deadlines of law over all one's cases: named in time, without telling a day to a locked vault."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from komma.cases.actions import work
from komma.cases.codes import Outcome
from komma.cases.models import DeadlineWatch
from komma.cases.near import near_deadlines
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.cases.test_tasks import take
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, case_of, make_report

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 4, 8, 9, tzinfo=dt.UTC)  # a week before the demand for prosecution ends
THREAT = {
    "description": "Er drohte.",
    "side": "outside",
    "forms": ["insult"],
    "affected_role": "council",
    "day_from": "2026-01-15",
}
LIST = "/aufgaben/?zeigen=fristen"
END = dt.date(2026, 4, 15)


@pytest.fixture(autouse=True)
def _april() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def near(town: Town) -> Reported:
    return make_report(town, facts=THREAT)


def ends(holder: Account, town: Town, within: int = 30) -> list[dt.date]:
    with acting_as(holder.id):
        return [each.end for each in near_deadlines(town.municipality.pk, within)]


def test_only_what_ends_soon_in_open_cases_one_can_open(
    town: Town, other_town: Town, near: Reported
) -> None:
    make_report(town, facts=THREAT | {"day_from": "2026-04-01"})  # far off
    make_report(town, facts=THREAT | {"day_from": ""})  # nobody knows
    holder = town.one(Pillar.ASSAULT)
    assert ends(holder, town) == [END]
    assert ends(holder, town, within=6) == []
    assert ends(town.one(Pillar.COMPLAINT), town) == []
    assert ends(other_town.one(Pillar.ASSAULT), town) == []
    take(holder, near)
    with acting_as(holder.id):
        file = case_of(holder, near)
        work.close(
            file, outcome=Outcome.HELPED, reason="", message="Ende.", version=file.case.version
        )
    assert ends(holder, town) == []


def test_the_list_names_case_and_day_with_an_open_vault_only(town: Town, near: Reported) -> None:
    holder = town.one(Pillar.ASSAULT)
    page = signed_in(holder).get(LIST).content.decode()
    assert near.number in page
    assert "Mittwoch, 15. April 2026" in page
    locked = signed_in(holder, vault=False).get(LIST).content.decode()
    assert "In 1 Ihrer Fälle kommt eine Frist näher" in locked
    assert "15. April" not in locked


def test_my_day_leads_there_without_naming_the_day(town: Town, near: Reported) -> None:
    client = signed_in(town.one(Pillar.ASSAULT))
    page = client.get("/start/").content.decode()
    assert "In 1 Fall endet binnen 14 Tagen eine Frist im Gesetz" in page
    assert "15. April" not in page
    assert "Frist im Gesetz" not in (
        signed_in(town.one(Pillar.COMPLAINT)).get("/start/").content.decode()
    )


def test_nothing_near_says_what_will_come(town: Town) -> None:
    page = signed_in(town.one(Pillar.ASSAULT)).get(LIST).content.decode()
    assert "Keine Frist im Gesetz endet bald" in page


def test_one_damaged_watch_does_not_hide_the_others(town: Town, near: Reported) -> None:
    other = make_report(town, facts=THREAT)
    with as_owner():
        DeadlineWatch.objects.filter(case_id=other.id).update(sealed=b"damaged")
    assert ends(town.one(Pillar.ASSAULT), town) == [END]


def test_the_number_of_queries_does_not_grow(town: Town, near: Reported) -> None:
    client = signed_in(town.one(Pillar.ASSAULT))
    asked = []
    for _each in range(2):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(LIST).status_code == 200
        asked.append(len(queries))
        make_report(town, facts=THREAT)
        make_report(town, facts=THREAT)
    assert asked[0] == asked[1]


def test_a_case_from_before_the_watch_is_watched_once_somebody_opens_it(
    town: Town, near: Reported
) -> None:
    holder = town.one(Pillar.ASSAULT)
    with as_owner():
        DeadlineWatch.objects.all().delete()
    assert ends(holder, town) == []
    assert signed_in(holder).get(f"/faelle/{near.id}/").status_code == 200
    assert ends(holder, town) == [END]
