"""The pages of a hand-over: both sides, and those they are not for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from komma.cases.codes import HandOverState
from komma.cases.models import Case, HandOver
from komma.core.dates import today
from komma.municipalities.codes import Pillar
from tests.cases.test_handover import BRIEF, REASON, make_offer, take
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import TEXT, Reported, box_of, make_report
from tests.factories.visitors import open_mailbox

if TYPE_CHECKING:
    from django.http import HttpResponse

    from tests.factories.towns import Town

pytestmark = pytest.mark.usefixtures("agreed")


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def ask_at(reported: Reported, there: Town, pillar: str = Pillar.ASSAULT) -> str:
    return reverse("cases:ask", args=[reported.id, there.units[pillar].pk])


def asked(**more: object) -> dict[str, object]:
    answers = {"reason": REASON, "brief": BRIEF, "consent": "given", "version": "0"}
    return answers | {"given_on": f"{today():%d.%m.%Y}"} | more


def test_the_whole_way(town: Town, other_town: Town, reported: Reported) -> None:
    here = signed_in(town.one(Pillar.ASSAULT))
    there = signed_in(other_town.one(Pillar.ASSAULT))
    choose = reverse("cases:hand_over", args=[reported.id])
    assert choose in text_of(here.get(reverse("cases:case", args=[reported.id])))
    assert "Fallführung" in text_of(here.get(ask_at(reported, other_town)))
    unit = other_town.units[Pillar.ASSAULT]
    assert here.post(choose, {"unit": unit.pk})["Location"] == ask_at(reported, other_town)
    page = here.post(ask_at(reported, other_town), asked(), follow=True)
    assert "Andere Stelle gefragt" in text_of(page)
    assert choose not in text_of(page)

    with as_owner():
        offer = HandOver.objects.get()
    address = reverse("cases:offer", args=[offer.pk])
    assert reverse("cases:offers") in text_of(there.get("/start/"))
    assert reverse("cases:offers") in text_of(there.get(reverse("cases:list")))
    assert address in text_of(there.get(reverse("cases:offers")))
    shown = text_of(there.get(address))
    assert BRIEF in shown
    assert town.municipality.name in shown
    for hidden in (TEXT, REASON, reported.number, str(reported.id)):
        assert escape(hidden) not in shown
    taken = there.post(address, follow=True)
    assert TEXT.split("„")[1][:10] in text_of(taken)
    assert here.get(reverse("cases:case", args=[reported.id])).status_code == 404
    assert reported.number in text_of(here.get(reverse("cases:given_away")))
    assert reported.number not in text_of(there.get(reverse("cases:given_away")))
    assert there.get(address).status_code == 404
    assert "Ihr Fall liegt seit" in open_mailbox(reported.code)


def test_declining(town: Town, other_town: Town, reported: Reported) -> None:
    offer = make_offer(town, other_town, reported)
    there = signed_in(other_town.one(Pillar.ASSAULT))
    address = reverse("cases:decline", args=[offer.pk])
    assert "Bitte nennen Sie kurz den Grund" in text_of(there.post(address, {"reason": ""}))
    page = there.post(address, {"reason": "Wir sind nicht zuständig."}, follow=True)
    assert "Sie haben abgelehnt" in text_of(page)
    shown = open_mailbox(reported.code)
    assert "Wir sind nicht zuständig." in shown
    assert "abgelehnt von" in shown


def test_taking_back(town: Town, other_town: Town, reported: Reported) -> None:
    here = signed_in(town.one(Pillar.ASSAULT))
    step = reverse("cases:step", args=[reported.id, "anfrage-zuruecknehmen"])
    assert step not in text_of(here.get(reverse("cases:case", args=[reported.id])))
    make_offer(town, other_town, reported)
    page = here.post(step, {"reason": ""}, follow=True)
    assert "Die Anfrage ist zurückgenommen" in text_of(page)


def test_two_answers_on_the_same_page(town: Town, other_town: Town, reported: Reported) -> None:
    offer = make_offer(town, other_town, reported)
    address = reverse("cases:offer", args=[offer.pk])
    first, second = (signed_in(other_town.one(Pillar.ASSAULT, number)) for number in (0, 1))
    assert second.get(address).status_code == 200
    first.post(address)
    assert second.post(address).status_code == 404
    assert second.get(reverse("cases:case", args=[reported.id])).status_code == 200


WRONG = {
    "no reason": ({"reason": ""}, "kurz, warum"),
    "no brief": ({"brief": ""}, "worum es geht"),
    "no consent": ({"consent": ""}, "worauf sie sich stützt"),
    "no day": ({"given_on": ""}, "Tag des Einverständnisses"),
    "a day to come": ({"given_on": "1.1.2999"}, "liegt in der Zukunft"),
    "no ground": ({"consent": "legal", "ground": ""}, "den rechtlichen Grund"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_missing_is_said_and_nothing_is_lost(
    town: Town, other_town: Town, reported: Reported, name: str
) -> None:
    changed, expected = WRONG[name]
    here = signed_in(town.one(Pillar.ASSAULT))
    page = here.post(ask_at(reported, other_town), asked(**changed))
    assert expected in text_of(page)
    kept = {REASON, BRIEF} - {
        REASON if "reason" in changed else BRIEF if "brief" in changed else ""
    }
    assert all(words in text_of(page) for words in kept)
    with as_owner():
        assert not HandOver.objects.exists()


def test_another_procedure_needs_the_wish(town: Town, other_town: Town, reported: Reported) -> None:
    here = signed_in(town.one(Pillar.ASSAULT))
    address = ask_at(reported, other_town, Pillar.COMPLAINT)
    assert "Das Verfahren wechselt" in text_of(here.get(address))
    assert "Das Verfahren wechselt" not in text_of(here.get(ask_at(reported, other_town)))
    page = here.post(address, asked())
    assert "nur, wenn die betroffene Person das wünscht" in text_of(page)
    assert here.post(address, asked(other_procedure="on")).status_code == 302


def test_a_changed_case_gives_the_page_back(
    town: Town, other_town: Town, reported: Reported
) -> None:
    here = signed_in(town.one(Pillar.ASSAULT))
    with as_owner():
        Case.objects.update(version=3)
    page = here.post(ask_at(reported, other_town), asked())
    assert page.status_code == 409
    assert BRIEF in text_of(page)
    assert here.post(ask_at(reported, other_town), asked(version="3")).status_code == 302


def test_excluding_somebody_there(town: Town, other_town: Town, reported: Reported) -> None:
    here, named = signed_in(town.one(Pillar.ASSAULT)), other_town.one(Pillar.ASSAULT)
    here.post(ask_at(reported, other_town), asked(excluded=[str(named.id)]))
    with as_owner():
        offer = HandOver.objects.get()
    client = signed_in(named)
    assert client.get(reverse("cases:offer", args=[offer.pk])).status_code == 404
    assert client.get(reverse("cases:offers")).status_code == 200


WHO = {
    "nobody": lambda town, other: Client(),
    "the offering side": lambda town, other: signed_in(town.one(Pillar.ASSAULT)),
    "another unit there": lambda town, other: signed_in(other.one(Pillar.COMPLAINT)),
    "administration there": lambda town, other: signed_in(other.one(Pillar.ADMINISTRATION)),
    "a deputy in reserve": lambda town, other: signed_in(other.one(Pillar.ASSAULT, 2)),
}


@pytest.mark.parametrize("who", WHO)
def test_no_offer_for_those_it_is_not_for(
    town: Town, other_town: Town, reported: Reported, who: str
) -> None:
    offer = make_offer(town, other_town, reported)
    client = WHO[who](town, other_town)
    for name in ("cases:offer", "cases:decline"):
        for method in (client.get, client.post):
            response = method(reverse(name, args=[offer.pk]), {"reason": "nein"})
            assert response.status_code in ((302, 403) if who == "nobody" else (404,))
            assert BRIEF not in text_of(response)
    with as_owner():
        assert HandOver.objects.get().state == HandOverState.OFFERED


def test_the_list_takes_the_same_queries_for_one_and_three(town: Town, other_town: Town) -> None:
    client = signed_in(other_town.one(Pillar.ASSAULT))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_offer(town, other_town, make_report(town))
        counts.append(queries(client, reverse("cases:offers")))
    assert counts[0] == counts[1]


def test_the_given_away_take_the_same_queries_for_one_and_three(
    town: Town, other_town: Town
) -> None:
    client = signed_in(town.one(Pillar.ASSAULT))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            take(other_town.one(Pillar.ASSAULT), make_offer(town, other_town, make_report(town)))
        counts.append(queries(client, reverse("cases:given_away")))
    assert counts[0] == counts[1]


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_mailbox_on_paper_says_where_the_case_is(
    town: Town, other_town: Town, reported: Reported
) -> None:
    make_offer(town, other_town, reported)
    client = Client()
    open_mailbox(reported.code, client)
    printed = text_of(client.get(reverse("reporting:mailbox_print")))
    assert "Angefragt seit" in printed
    assert other_town.municipality.name in printed
    with transaction.atomic():
        assert box_of(reported).handover is not None
