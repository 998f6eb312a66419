"""Every page as coordination, colleague without the role, outsider and nobody."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention import actions, urls
from komma.prevention.queries import assessments_of, buildings_of, records_of
from tests.factories.clients import signed_in
from tests.prevention.conftest import MARKER, STATEMENT, Begun

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

WORDS = {"name": STATEMENT, "kind": "exercise", "part": "alarm"}
PARAMETER = re.compile(r"<\w+:(\w+)>")
ALL = {pattern.name: f"/vorbeugen/{pattern.pattern}" for pattern in urls.urlpatterns}
FOR_ALL = {
    "overview",
    "folder",
    "folder_print",
    "folder_pdf",
    "assessments",
    "assessments_print",
    "assessment",
    "records",
    "record",
    "paper",
    "paper_print",
}
POST_ONLY = {"folder_check", "review_ask"}


def address(name: str, begun: Begun) -> str:
    values = {key: str(pk) for key, pk in begun.keys.items()} | WORDS
    return PARAMETER.sub(lambda match: values[match[1]], ALL[name])


@pytest.mark.parametrize("name", sorted(set(ALL) - POST_ONLY))
class TestPages:
    def test_coordination_leadership_and_case_lead_open_it(
        self, name: str, town: Town, begun: Begun
    ) -> None:
        for pillar in (Pillar.COORDINATION, Pillar.LEADERSHIP, Pillar.ASSAULT):
            response = signed_in(town.one(pillar)).get(address(name, begun))
            # Nothing can be put in force without a draft.
            assert response.status_code == (302 if name == "paper_in_force" else 200)

    def test_a_colleague_reads_but_does_not_edit(self, name: str, town: Town, begun: Begun) -> None:
        for pillar in (Pillar.OTHER, Pillar.SUPPORT, Pillar.ADMINISTRATION):
            response = signed_in(town.one(pillar)).get(address(name, begun))
            assert response.status_code == (200 if name in FOR_ALL else 403)
            if name in FOR_ALL and name != "folder_pdf":
                edits = [each for each in set(ALL) - FOR_ALL if each != "paper_in_force"]
                page = response.content.decode()
                assert not [each for each in edits if f'"{address(each, begun)}"' in page]
                assert "/nachweise/neu/" not in page

    def test_an_outsider_finds_nothing(self, name: str, begun: Begun, other_town: Town) -> None:
        client = signed_in(other_town.one(Pillar.COORDINATION))
        for method in (client.get, client.post):
            response = method(address(name, begun))
            assert MARKER.encode() not in response.content
            if "_id" in ALL[name]:
                assert response.status_code in (404, 405)

    def test_nobody_is_asked_to_sign_in(self, name: str, begun: Begun) -> None:
        for method in (Client().get, Client().post):
            assert method(address(name, begun)).status_code in (302, 405)


@pytest.mark.parametrize("name", sorted(set(ALL) - FOR_ALL))
def test_a_colleague_cannot_post(name: str, town: Town, begun: Begun) -> None:
    client = signed_in(town.one(Pillar.OTHER))
    assert client.post(address(name, begun)).status_code == 403


def test_without_a_membership_there_is_nothing(town: Town) -> None:
    from tests.factories import as_owner
    from tests.factories.people import make_account

    with as_owner():
        account = make_account()
    assert signed_in(account).get("/vorbeugen/").status_code == 404


def test_begins_with_the_next_step(town: Town) -> None:
    page = signed_in(town.one(Pillar.COORDINATION)).get("/vorbeugen/").content.decode()
    assert "/vorbeugen/gebaeude/neu/" in page
    assert "/vorbeugen/gefaehrdungen/neu/" in page
    reader = signed_in(town.one(Pillar.OTHER)).get("/vorbeugen/").content.decode()
    assert "neu/" not in reader
    assert "Koordination, Leitung und Fallführung" in reader


def fill_more(town: Town, number: int) -> None:
    """Add rows of each list."""
    by, organisation = town.one(Pillar.COORDINATION).id, town.municipality.pk
    with acting_as(by):
        for count in range(number):
            building = actions.create_building(
                organisation_id=organisation, name=f"Haus {count}", address="Weg 1", by=by
            )
            assessment = actions.create_assessment(
                organisation_id=organisation,
                area=f"Bereich {count}",
                hazard="Gedränge",
                level=0,
                frequency="rarely",
                assessed_on=today(),
                next_review_on=today() + dt.timedelta(days=365),
                by=by,
            )
            actions.add_measure(
                assessment=assessment,
                kind="O",
                text="Zu zweit",
                responsible="Leitung",
                due_on=today(),
                done_on=None,
                by=by,
            )
            actions.add_record(
                organisation_id=organisation,
                kind="exercise",
                held_on=today(),
                place=building.pk,
                topic="Räumung",
                people=30,
                led_by="Brandschutz",
                findings="",
                by=by,
            )


@pytest.mark.parametrize(
    "name", ["overview", "assessments", "assessments_print", "records", "folder", "assessment"]
)
def test_lists_cost_the_same_at_one_and_three_rows(name: str, town: Town, begun: Begun) -> None:
    client = signed_in(town.one(Pillar.COORDINATION))
    fill_more(town, 1)
    costs = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address(name, begun)).status_code == 200
        costs.append(len(caught))
        fill_more(town, 2)
    assert costs[0] == costs[1]


class TestForms:
    @pytest.fixture
    def client(self, town: Town) -> Client:
        return signed_in(town.one(Pillar.COORDINATION))

    def test_a_whole_round(self, client: Client, town: Town) -> None:
        """From nothing to a folder, an assessment with a measure, a record and a statement."""
        organisation = town.municipality.pk
        day = f"{today():%d.%m.%Y}"
        posts: list[tuple[str, dict[str, str]]] = [
            ("/vorbeugen/gebaeude/neu/", {"name": "Rathaus", "address": "Markt 1"}),
            (
                "/vorbeugen/gefaehrdungen/neu/",
                {
                    "area": "Bürgerbüro",
                    "hazard": "Wartende werden laut.",
                    "level": "1",
                    "frequency": "monthly",
                    "assessed_on": day,
                },
            ),
            (
                "/vorbeugen/nachweise/neu/exercise/",
                {"held_on": day, "topic": "Räumung", "people": "40", "led_by": "Leitung"},
            ),
            (f"/vorbeugen/texte/{STATEMENT}/entwurf/", {"text": "Wir stehen zusammen."}),
        ]
        for url, data in posts:
            assert client.post(url, data).status_code == 302, url
        with acting_as(town.one(Pillar.COORDINATION).id):
            (assessment,) = assessments_of(organisation)
            (building,) = buildings_of(organisation)
            (record,) = records_of(organisation)
        assert assessment.next_review_on == today().replace(year=today().year + 1)
        assert record.content["where"] == ""
        posts = [
            (
                f"/vorbeugen/gefaehrdungen/{assessment.pk}/massnahme/",
                {"kind": "S", "text": "Termine", "responsible": "Leitung", "due_on": day},
            ),
            (f"/vorbeugen/gebaeude/{building.pk}/geprueft/", {}),
            (f"/vorbeugen/gebaeude/{building.pk}/abschnitt/presse/", {"text": "Nur eine Stelle."}),
        ]
        for url, data in posts:
            assert client.post(url, data).status_code == 302, url
        page = client.get(f"/vorbeugen/gebaeude/{building.pk}/").content.decode()
        assert "Nur eine Stelle." in page
        assert "Räumung (Leitung)" in page
        assert "Ordner geprüft" in page

    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("31.12.2999", "liegt in der Zukunft"),
            ("1.1.1989", "liegt vor 1990"),
            ("neulich", "lesen wir nicht als Datum"),
            ("", "Bitte geben Sie den Tag an"),
        ],
    )
    def test_odd_days_are_explained_and_nothing_typed_is_lost(
        self, client: Client, begun: Begun, typed: str, said: str
    ) -> None:
        cases = {
            "record_new": ("held_on", {"topic": "Wortlaut bleibt", "people": "3"}),
            "review": ("reviewed_on", {"effect": "Wortlaut bleibt"}),
            "assessment_new": ("assessed_on", {"hazard": "Wortlaut bleibt"}),
        }
        for name, (field, data) in cases.items():
            response = client.post(address(name, begun), data | {field: typed})
            page = response.content.decode()
            assert response.status_code == 200
            assert said in page
            assert "Wortlaut bleibt" in page

    def test_done_in_the_future_or_due_in_a_thousand_years(
        self, client: Client, begun: Begun
    ) -> None:
        data = {"kind": "T", "text": "Türknauf", "responsible": "Haus"}
        for more, said in (
            ({"due_on": "1.1.2027", "done_on": "1.1.2999"}, "liegt in der Zukunft"),
            ({"due_on": "1.1.9999"}, "Das Jahr 9999 kann nicht stimmen"),
        ):
            page = client.post(address("measure", begun), data | more).content.decode()
            assert said in page
            assert "Türknauf" in page

    def test_the_next_review_lies_after_the_last(self, client: Client, begun: Begun) -> None:
        data = {
            "reviewed_on": f"{today():%d.%m.%Y}",
            "next_review_on": f"{today() - dt.timedelta(days=1):%d.%m.%Y}",
            "level": "2",
            "frequency": "rarely",
            "effect": "gut",
        }
        page = client.post(address("review", begun), data).content.decode()
        assert "liegt nicht nach der letzten" in page

    def test_odd_numbers_and_places(self, client: Client, begun: Begun) -> None:
        data = {"held_on": "heute", "topic": "x", "led_by": "y"}
        for more, said in (
            ({"people": "0"}, "Mindestens eine Person"),
            ({"people": "viele"}, "ganze Zahl"),
            ({"people": "9" * 12}, "sehr viele"),
            ({"people": "3", "place": str(begun.record.pk)}, "gibt es nicht mehr"),
        ):
            page = client.post(address("record_new", begun), data | more).content.decode()
            assert said in page

    def test_unknown_parts_are_not_found(self, client: Client, begun: Begun) -> None:
        for url in (
            "/vorbeugen/nachweise/neu/feier/",
            "/vorbeugen/texte/satzung/",
            f"/vorbeugen/gebaeude/{begun.building.pk}/abschnitt/protokoll/",
            f"/vorbeugen/gebaeude/{begun.building.pk}/abschnitt/nirgends/",
        ):
            assert client.get(url).status_code == 404

    def test_two_who_write_the_same_section(self, client: Client, begun: Begun, town: Town) -> None:
        """Whoever comes second sees both texts, and may then save."""
        url = address("section", begun)
        first = client.get(url).content.decode()
        (seen,) = re.findall(r'name="seen" value="([^"]*)"', first)
        other = signed_in(town.one(Pillar.LEADERSHIP))
        assert other.post(url, {"text": "Der Text der Leitung", "seen": seen}).status_code == 302
        page = client.post(url, {"text": "Mein Text", "seen": seen}).content.decode()
        assert "Jemand anderes hat diesen Text inzwischen geändert" in page
        assert "Der Text der Leitung" in page
        assert "Mein Text" in page
        (seen,) = re.findall(r'name="seen" value="([^"]*)"', page)
        assert client.post(url, {"text": "Mein Text", "seen": seen}).status_code == 302

    def test_removing_asks_first(self, client: Client, begun: Begun, town: Town) -> None:
        for name in ("measure_remove", "assessment_remove", "record_remove", "building_remove"):
            assert client.get(address(name, begun)).status_code == 200
            assert client.post(address(name, begun)).status_code == 302
            assert client.post(address(name, begun)).status_code == 404
        with acting_as(town.one(Pillar.COORDINATION).id):
            organisation = town.municipality.pk
            assert not buildings_of(organisation)
            assert not assessments_of(organisation)
            assert not records_of(organisation)
