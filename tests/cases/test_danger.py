"""A report that tells of danger meets the eye first: on the case, in the list, on "Mein Tag"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.urls import reverse

from komma.cases.actions import work
from komma.core.rows import acting_as, use_receipt
from komma.municipalities.codes import Pillar
from tests.factories.clients import signed_in
from tests.factories.reports import Reported, box_of, case_of, make_report

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.people import Account
    from tests.factories.towns import Town

ACUTE = "nennt akute Gefahr"
WAITING = "/faelle/?status=received"
NOTE = "Er steht \u202evor dem Amt"


@pytest.fixture
def holder(town: Town) -> Account:
    return town.one(Pillar.ASSAULT)


@pytest.fixture
def client(holder: Account) -> Client:
    return signed_in(holder)


def report(town: Town, danger: str, **options: object) -> Reported:
    facts = {"description": "Kurz", "danger": danger, "danger_note": NOTE}
    return make_report(town, facts=facts, acute=danger == "yes", **options)  # type: ignore[arg-type]


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def day(client: Client) -> str:
    return shown(client, reverse("portal:my_day"))


def page(reported: Reported) -> str:
    return reverse("cases:case", args=[reported.id])


def close(account: Account, reported: Reported) -> None:
    with acting_as(account.id):
        work.take_over(case_of(account, reported), "frei", version=0)
        work.close(
            case_of(account, reported), outcome="founded", reason="x", message="y", version=1
        )


@pytest.mark.parametrize(
    ("danger", "title"), [("yes", "Akute Gefahr"), ("unsure", "Vielleicht akute Gefahr")]
)
def test_the_case_says_so_before_anything_can_be_done(
    town: Town, client: Client, danger: str, title: str
) -> None:
    found = shown(client, page(report(town, danger)))
    before, _rest = found.split("Fall übernehmen", 1)
    assert title in before
    assert 'href="tel:110"' in before
    assert f'dir="auto" translate="no">{NOTE}' in before


def test_once_classified_it_is_said_without_alarm(
    town: Town, holder: Account, client: Client
) -> None:
    reported = report(town, "yes")
    assert "kern-alert--danger" in shown(client, page(reported))
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
        work.classify(case_of(holder, reported), 2, "Drohung", version=1)
    found = shown(client, page(reported))
    assert "kern-alert--danger" not in found
    for words in ("Akute Gefahr", "Seitdem ist der Fall eingestuft: Stufe 2.", 'href="tel:110"'):
        assert words in found


def test_without_danger_there_is_no_alarm(town: Town, client: Client) -> None:
    reported = report(town, "no")
    for address in (page(reported), WAITING, reverse("portal:my_day")):
        assert not re.search("kute Gefahr", shown(client, address))


def test_a_closed_case_gives_no_alarm(town: Town, holder: Account, client: Client) -> None:
    reported = report(town, "yes")
    close(holder, reported)
    assert 'href="tel:110"' not in shown(client, page(reported))


def test_my_day_says_it_first_and_leads_there(town: Town, client: Client) -> None:
    reported = report(town, "yes")
    make_report(town)
    found = day(client)
    assert found.index(f"1 Meldung {ACUTE}") < found.index("2 Meldungen hat noch niemand")
    assert page(reported) in found
    report(town, "yes")
    found = day(client)
    assert "2 Meldungen nennen akute Gefahr" in found
    assert page(reported) not in found
    report(town, "unsure")
    assert "1 Meldung nennt vielleicht akute Gefahr" in day(client)


def test_my_day_forgets_it_once_somebody_took_it_over(
    town: Town, client: Client, holder: Account
) -> None:
    reported = report(town, "yes")
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
    assert ACUTE not in day(client)


def test_a_locked_vault_is_asked_for_and_tells_nothing(town: Town, holder: Account) -> None:
    locked = signed_in(holder, vault=False)
    assert "Tresor offen" not in day(locked)  # nothing has come in yet
    report(town, "yes")
    found = day(locked)
    assert ACUTE not in found
    assert f"{reverse('people:unlock')}?next=%2Fstart%2F" in found
    assert "Akute Gefahr" not in shown(locked, WAITING)


def test_the_list_of_what_nobody_took_over_marks_it(town: Town, client: Client) -> None:
    report(town, "yes")
    assert "Akute Gefahr" in shown(client, WAITING)


def test_excluded_people_learn_nothing_of_it(town: Town, holder: Account, client: Client) -> None:
    report(town, "yes", excluded={holder.id})
    assert "nennt" not in day(client)
    assert "Akute Gefahr" not in shown(client, WAITING)


def test_looking_for_danger_opens_no_case(town: Town, client: Client) -> None:
    reported = report(town, "yes")
    day(client)
    shown(client, WAITING)
    with transaction.atomic():
        assert box_of(reported).openings == []
        use_receipt("")
