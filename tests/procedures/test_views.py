"""The pages of procedures: for members, with nothing stored by playing."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.people import make_account
from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

PAGES = [
    "/verfahren/",
    "/verfahren/fristen/",
    "/verfahren/uebergriff/",
    "/verfahren/uebergriff/wer-macht-was/?stufe=2",
    "/verfahren/uebergriff/planspiel/",
]


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town.one(Pillar.ASSAULT))


@pytest.mark.parametrize("address", PAGES)
def test_members_read_it_others_do_not(address: str, client: Client, db: None) -> None:
    assert client.get(address).status_code == 200
    assert Client().get(address).status_code == 302
    with as_owner():
        stranger = make_account()
    assert signed_in(stranger).get(address).status_code == 404


def test_an_unknown_procedure_is_not_found(client: Client) -> None:
    for part in ("", "wer-macht-was/", "planspiel/"):
        assert client.get(f"/verfahren/gibt-es-nicht/{part}").status_code == 404


def test_a_level_shows_its_steps_only(client: Client) -> None:
    everything = client.get("/verfahren/uebergriff/").content.decode()
    calm = client.get("/verfahren/uebergriff/?stufe=0").content.decode()
    nonsense = client.get("/verfahren/uebergriff/?stufe=99").content.decode()
    assert "Strafanzeige und Strafantrag klären" in everything
    assert "Strafanzeige und Strafantrag klären" not in calm
    assert "Strafanzeige und Strafantrag klären" in nonsense


def test_says_which_role_nobody_has(client: Client, town: Town) -> None:
    address = "/verfahren/uebergriff/"
    assert "Nicht alle Aufgaben sind besetzt" not in client.get(address).content.decode()
    with as_owner():
        Membership.objects.filter(unit=town.units[Pillar.LEADERSHIP]).delete()
    page = client.get(address).content.decode()
    assert "Bei Ihnen hat niemand diese Rolle: Leitung" in page


def state_of(page: str) -> str:
    found = re.search(r'name="state" value="([^"]+)"', page)
    assert found is not None
    return found[1].replace("&quot;", '"')


def test_a_team_plays_through_and_nothing_is_stored(client: Client) -> None:
    address = "/verfahren/uebergriff/planspiel/"
    with CaptureQueriesContext(connection) as caught:
        page = client.post(address, {"stufe": "2"}).content.decode()
        for _ in range(40):
            found = re.search(r'name="done" value="([^"]+)"', page)
            if found is None:
                break
            page = client.post(address, {"state": state_of(page), "done": found[1]})
            page = page.content.decode()
    assert "Geschafft: Alle Schritte sind getan" in page
    assert "Alles war rechtzeitig" in page
    written = [q["sql"] for q in caught if re.match(r"\s*(INSERT|UPDATE|DELETE)", q["sql"])]
    assert [sql for sql in written if "session" not in sql] == []


def test_waiting_calls_the_deputy(client: Client) -> None:
    address = "/verfahren/uebergriff/planspiel/"
    page = client.post(address, {"stufe": "2"}).content.decode()
    assert "Überfällig" not in page
    page = client.post(address, {"state": state_of(page), "wait": "1"}).content.decode()
    assert "Jetzt ist die Vertretung dran: Ansprechperson" in page


def test_a_broken_state_starts_anew(client: Client) -> None:
    page = client.post("/verfahren/uebergriff/planspiel/", {"state": "kaputt", "wait": "1"})
    assert page.status_code == 200
    assert "Bitte beginnen Sie neu" in page.content.decode()


@pytest.mark.parametrize(
    ("slug", "asks"),
    [
        ("uebergriff", True),
        ("amt-und-mandat", True),
        ("agg-beschwerde", False),
        ("rassismus-im-haus", False),
    ],
)
def test_the_level_is_asked_for_only_where_it_decides(
    slug: str, asks: bool, client: Client, town: Town
) -> None:
    """Nobody weighs danger before an examination, nor looks for what a level would change."""
    address = f"/verfahren/{slug}/"
    for part in ("", "planspiel/", "fassungen/0/"):
        page = client.get(f"{address}{part}").content.decode()
        assert ('name="stufe"' in page) == asks, part
    sheet = client.get(f"{address}wer-macht-was/?stufe=2").content.decode()
    assert ("Stufe 2" in sheet) == asks
    game = client.post(f"{address}planspiel/", {"stufe": "2"} if asks else {}).content.decode()
    assert "Was jetzt ansteht" in game
    assert ("Stufe 2" in game) == asks
    going_on = client.post(f"{address}planspiel/", {"state": state_of(game), "wait": "1"})
    assert "Überfällig seit" in going_on.content.decode()
