"""Pages that cross the apps: who sees what, and what they cost."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from komma.municipalities.codes import Pillar, Role
from komma.municipalities.models import Membership, Municipality, OrganisationModule, Unit
from komma.people.models import Person
from komma.portal.cookies import cookies
from komma.portal.helplines import helplines
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.people import make_account
from tests.factories.reports import make_report
from tests.factories.towns import Town, make_member, without_fallback

pytestmark = pytest.mark.django_db

PUBLIC = [
    "/",
    "/hilfe/",
    "/jetzt/",
    "/mitmachen/",
    "/hilfe-zur-bedienung/",
    "/datenschutz/",
    "/impressum/",
    "/barrierefreiheit/",
]


def questions(caught: CaptureQueriesContext) -> list[str]:
    """Return the queries but for the transaction's own (savepoints, who asks)."""
    own = ("SAVEPOINT", "set_config")
    return [q["sql"] for q in caught if not any(word in q["sql"] for word in own)]


@pytest.mark.parametrize("address", PUBLIC)
def test_everybody_may_read_it(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert b"<h1" in response.content


@pytest.mark.parametrize("address", [a for a in PUBLIC if a != "/hilfe/"])
def test_public_pages_ask_the_database_nothing(client: Client, address: str) -> None:
    with CaptureQueriesContext(connection) as caught:
        client.get(address)
    assert questions(caught) == []


def test_the_start_page_has_three_doors(client: Client) -> None:
    page = client.get("/").content.decode()
    doors = page.split('class="komma-doors"')[1].split("</ul>")[0]
    assert [door in doors for door in ("/melden/", "/hilfe/", "/mitmachen/")] == [True] * 3


class TestHelp:
    def test_carries_numbers_and_no_account(self, client: Client, town: Town) -> None:
        client.force_login(town.one(Pillar.OTHER).person)
        response = client.get("/hilfe/")
        page = response.content.decode()
        assert "0800 300 99 44" in page
        assert 'href="tel:110"' in page
        assert town.one(Pillar.OTHER).person.name not in page
        assert "Seite verlassen" in page
        assert settings.SESSION_COOKIE_NAME not in response.cookies

    def test_finds_a_municipality_without_umlauts(self, client: Client, town: Town) -> None:
        with as_owner():
            Municipality.objects.filter(pk=town.municipality.pk).update(name="Müßigstadt")
        page = client.get("/hilfe/", {"ort": "mussig"}).content.decode()
        assert f"/hilfe/{town.municipality.slug}/" in page
        assert "Nichts gefunden" in client.get("/hilfe/", {"ort": "Nirgendwo"}).content.decode()

    def test_odd_input_is_no_error(self, client: Client, town: Town) -> None:
        for text in ("\x00", "%", "'; --", "ä" * 500, "💥"):
            assert client.get("/hilfe/", {"ort": text}).status_code == 200

    def test_on_site_names_units_and_the_way_in(self, client: Client, town: Town) -> None:
        page = client.get(f"/hilfe/{town.municipality.slug}/").content.decode()
        assert town.units[Pillar.SUPPORT].name in page
        assert f"/melden/{town.municipality.slug}/" in page
        assert town.units[Pillar.LEADERSHIP].name not in page

    def test_a_closed_intake_names_the_body_outside(
        self, client: Client, town: Town, other_town: Town
    ) -> None:
        with as_owner():
            Membership.objects.filter(unit=town.units[Pillar.SUPPORT]).update(mac=b"")
            Municipality.objects.filter(pk=town.municipality.pk).update(
                fallback_unit=other_town.units[Pillar.SUPPORT]
            )
        page = client.get(f"/hilfe/{town.municipality.slug}/").content.decode()
        assert "nimmt selbst keine Meldungen an" in page
        assert other_town.municipality.name in page
        assert f"/melden/{town.municipality.slug}/" in page

    def test_a_body_without_an_intake_is_reached_by_telephone(
        self, client: Client, town: Town, other_town: Town
    ) -> None:
        outside = other_town.units[Pillar.SUPPORT]
        with as_owner():
            OrganisationModule.objects.all().delete()  # all intakes are closed
            without_fallback(town)
            Municipality.objects.filter(pk=town.municipality.pk).update(fallback_unit=outside)
        address = f"/hilfe/{town.municipality.slug}/"
        page = client.get(address).content.decode()
        assert "/melden/" + other_town.municipality.slug not in page
        assert "noch nicht eingetragen" in page
        with as_owner():
            Unit.objects.filter(pk=outside.pk).update(
                phone="0361 / 12-34", email="hilfe@land.example", hours="9 bis 15 Uhr"
            )
        for path in (address, f"/melden/{town.municipality.slug}/"):
            page = client.get(path).content.decode()
            assert 'href="tel:03611234"' in page
            assert 'href="mailto:hilfe@land.example"' in page
            assert "9 bis 15 Uhr" in page
            assert "noch nicht eingetragen" not in page

    def test_an_unknown_place_is_not_found(self, client: Client) -> None:
        assert client.get("/hilfe/nirgendwo/").status_code == 404

    def test_each_number_can_be_dialled_and_has_a_source(self) -> None:
        for line in helplines():
            assert line.dial.isdigit()
            assert line.source
            assert line.hours


class TestMyDay:
    def test_nobody_is_asked_to_sign_in(self, client: Client) -> None:
        assert client.get("/start/").headers["Location"].startswith("/anmelden/")

    def test_somebody_without_membership_is_told(self, client: Client) -> None:
        with as_owner():
            person = Person.objects.create(email="allein@stadt.example", name="Allein")
        client.force_login(person)
        assert "zu keiner Kommune" in client.get("/start/").content.decode()

    def test_the_administration_sees_what_is_missing(self, client: Client, town: Town) -> None:
        with as_owner():
            without_fallback(town)
        client.force_login(town.one(Pillar.ADMINISTRATION).person)
        page = client.get("/start/").content.decode()
        assert "Es fehlt eine Stelle außerhalb" in page
        assert "Meine Fälle" not in page

    def test_staff_see_their_function_only(self, client: Client, town: Town) -> None:
        client.force_login(town.one(Pillar.OTHER).person)
        page = client.get("/start/").content.decode()
        assert "Im Moment wartet nichts auf Sie" in page
        assert "/verwaltung/" not in page
        assert "/faelle/" not in page

    def test_the_frame_takes_at_most_two_queries(self, client: Client, town: Town) -> None:
        client.force_login(town.one(Pillar.OTHER).person)
        client.get("/mitmachen/")
        with CaptureQueriesContext(connection) as caught:
            client.get("/mitmachen/")
        sign_in = ("core_sealedsession", '"people_person"."id" =')
        own = [q for q in questions(caught) if not any(word in q for word in sign_in)]
        assert len(own) <= 2, own

    def test_cases_outlast_the_module(self, town: Town) -> None:
        """Switching the Baustein off stops new reports; those that are there need somebody."""
        make_report(town, pillar=Pillar.SUPPORT)
        with as_owner():
            OrganisationModule.objects.filter(organisation_id=town.municipality.pk).delete()
        holder = signed_in(town.one(Pillar.SUPPORT))
        assert 'href="/faelle/"' in holder.get("/mitmachen/").content.decode()
        other = signed_in(town.one(Pillar.COMPLAINT))  # control: holds no key
        assert 'href="/faelle/"' not in other.get("/mitmachen/").content.decode()

    def test_many_memberships_cost_the_same(self, client: Client, town: Town) -> None:
        account = town.one(Pillar.OTHER)
        client.force_login(account.person)
        client.get("/start/")
        with CaptureQueriesContext(connection) as one:
            client.get("/start/")
        with as_owner():
            make_member(town.units[Pillar.OTHER], account, role=Role.PROGRAMME)
            make_member(town.units[Pillar.ADMINISTRATION], make_account())
        with CaptureQueriesContext(connection) as more:
            client.get("/start/")
        assert len(more) == len(one)


class TestChoosing:
    @pytest.fixture
    def both(self, client: Client, town: Town, other_town: Town) -> Client:
        account = town.one(Pillar.OTHER)
        with as_owner():
            make_member(other_town.units[Pillar.OTHER], account)
        client.force_login(account.person)
        return client

    def test_the_choice_holds(self, both: Client, town: Town, other_town: Town) -> None:
        assert "Meine Funktionen: Anderstadt" in both.get("/start/").content.decode()
        response = both.post(
            "/kommune-waehlen/", {"municipality": town.municipality.pk, "next": "/start/"}
        )
        assert response.headers["Location"] == "/start/"
        assert "Meine Funktionen: Musterstadt" in both.get("/start/").content.decode()

    def test_a_foreign_one_is_not_found(self, client: Client, town: Town, other_town: Town) -> None:
        client.force_login(town.one(Pillar.OTHER).person)
        for wrong in (other_town.municipality.pk, "nonsense", ""):
            response = client.post("/kommune-waehlen/", {"municipality": wrong})
            assert response.status_code == 404

    def test_it_leads_nowhere_else(self, both: Client, town: Town) -> None:
        response = both.post(
            "/kommune-waehlen/",
            {"municipality": town.municipality.pk, "next": "https://evil.example/"},
        )
        assert response.headers["Location"] == "/start/"

    def test_it_needs_a_post(self, both: Client) -> None:
        assert both.get("/kommune-waehlen/").status_code == 405


class TestOnward:
    def test_leads_on_by_a_step_of_this_site(self, client: Client) -> None:
        page = client.get("/weiter/", {"ziel": "/faelle/?neu=1&x=2"}).content.decode()
        assert 'content="0; url=/faelle/?neu=1&amp;x=2"' in page

    @pytest.mark.parametrize(
        "target",
        [
            "",
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "/\t/evil.example/",
            "javascript:alert(1)",
            "data:text/html,x",
            " /start/",
            "start/",
            "///evil.example",
            "/\x00",
        ],
    )
    def test_refuses_every_other_place(self, client: Client, target: str) -> None:
        response = client.get("/weiter/", {"ziel": target})
        assert response.status_code == 400
        assert b"evil.example" not in response.content


class TestPrivacy:
    def test_names_every_cookie_that_is_set(self, client: Client, town: Town) -> None:
        page = client.get("/datenschutz/").content.decode()
        account = town.one(Pillar.SUPPORT)
        staff = signed_in(account)
        visitor = Client()
        visitor.get(f"/melden/{town.municipality.slug}/kurz/")
        visitor.post(f"/melden/{town.municipality.slug}/kurz/", {"description": "Text"})
        box = make_report(town)
        visitor.post("/postfach/", {"receipt": box.code})
        found = set(staff.cookies) | set(visitor.cookies)
        assert len(found) == 5, found
        assert len(cookies()) == 5
        for name in found:
            assert f'scope="row">{name}<' in page

    def test_promises_nothing_that_does_not_exist(self, client: Client) -> None:
        page = client.get("/datenschutz/").content.decode()
        assert "an wen weitergegeben" not in page
        for wanted in ("Artikel 6 Absatz 1", "Artikel 9 Absatz 2", "Artikel 77", "Artikel 28"):
            assert wanted in page


class TestOperator:
    @pytest.mark.parametrize("address", ["/datenschutz/", "/barrierefreiheit/"])
    def test_stands_on_each_page_that_points_to_it(
        self, client: Client, settings: object, address: str
    ) -> None:
        settings.KOMMA_OPERATOR = "Stadt Muster | 0361 1"  # type: ignore[attr-defined]
        assert "Stadt Muster<br>0361 1" in client.get(address).content.decode()

    def test_stands_in_the_imprint(self, client: Client, settings: object) -> None:
        settings.KOMMA_OPERATOR = "Stadt Muster | Markt 1 | <b>"  # type: ignore[attr-defined]
        page = client.get("/impressum/").content.decode()
        assert "Stadt Muster<br>Markt 1<br>&lt;b&gt;" in page

    def test_is_asked_for_where_missing(self, client: Client, settings: object) -> None:
        settings.KOMMA_OPERATOR = ""  # type: ignore[attr-defined]
        assert "KOMMA_OPERATOR" in client.get("/impressum/").content.decode()


@pytest.mark.parametrize(
    "pillar", [Pillar.ADMINISTRATION, Pillar.COORDINATION, Pillar.LEADERSHIP, Pillar.SUPPORT]
)
def test_who_may_read_the_readiness_finds_it(town: Town, pillar: Pillar) -> None:
    client = signed_in(town.one(pillar))
    url = f"/verwaltung/{town.municipality.slug}/betriebsbereitschaft/"
    may_read = client.get(url).status_code == 200
    assert may_read == (pillar != Pillar.SUPPORT)
    assert (url in client.get("/start/").content.decode()) == may_read
