"""What the measured pages of tasks ask the database does not grow with the tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from komma.cases.actions import tasks
from komma.cases.codes import TaskState
from komma.cases.models import Task
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.cases.test_tasks import take
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, case_of, make_report

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.people import Account
    from tests.factories.towns import Town

CASES, IN_EACH = 5, 12


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def add_tasks(account: Account, reported: Reported, number: int) -> None:
    with acting_as(account.id):
        file = case_of(account, reported)
        for each in range(number):
            tasks.add(file, title=f"Anruf {each}", note="", owner=account.id, due_on=today())


def keep_open(number: int) -> None:
    """Let all tasks rest but some, of different cases as far as possible."""
    with as_owner():
        Task.objects.update(state=TaskState.RESTING)
        by_case: dict[object, list[object]] = {}
        for case, task in Task.objects.values_list("case_id", "pk"):
            by_case.setdefault(case, []).append(task)
        chosen = [task for row in zip(*by_case.values(), strict=False) for task in row][:number]
        assert Task.objects.filter(pk__in=chosen).update(state=TaskState.OPEN) == number


@pytest.fixture
def lead(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


def test_the_list_of_tasks_asks_as_much_for_1_3_and_50(town: Town, lead: Account) -> None:
    for _ in range(CASES):
        reported = make_report(town)
        take(lead, reported)
        add_tasks(lead, reported, IN_EACH)
    client = signed_in(lead)
    counted = {}
    for number in (1, 3, 50):
        keep_open(number)
        assert f"Meine ({number})" in client.get("/aufgaben/").content.decode()
        counted[number] = queries(client, "/aufgaben/")
    assert len(set(counted.values())) == 1, counted


def test_a_case_page_asks_as_much_whatever_the_number_of_its_tasks(
    town: Town, lead: Account
) -> None:
    reported = make_report(town)
    take(lead, reported)
    client = signed_in(lead)
    case = reverse("cases:case", args=[reported.id])
    addresses = [case, reverse("cases:procedure", args=[reported.id])]
    client.get(case)  # notes the opening of the day
    counted = {}
    for number in (0, 2, 50):
        add_tasks(lead, reported, number)
        client.get(case)  # notes what has been read
        counted[number] = [queries(client, address) for address in addresses]
    assert counted[0] == counted[2] == counted[50]
