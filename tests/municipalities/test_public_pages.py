"""Pages of organisations for everybody, and the form for what they tell."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar, RoundRole
from komma.municipalities.models import (
    FormerName,
    Municipality,
    Organisation,
    OrganisationModule,
    ProgrammeRound,
    RoundPart,
)
from komma.municipalities.queries import find_municipalities
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.people import make_account
from tests.factories.towns import Town

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

PROFILE = {
    "about": "Wir stehen zusammen.",
    "address": "Markt 1\n01234 Stadt",
    "phone": "0123 456",
    "email": "post@stadt.example",
    "website": "https://stadt.example",
    "hours": "Montag, 9 bis 12 Uhr",
}


def make(name: str, ags: str, **more: object) -> Municipality:
    with as_owner():
        return Municipality.objects.create(
            name=name,
            ags=ags,
            slug=f"ort-{ags}",
            kind="municipality",
            land="TH",
            municipality_kind="district" if len(ags) == 5 else "commune",
            **more,
        )


def page(address: str, **query: str) -> str:
    response = Client().get(address, query)
    assert response.status_code == 200
    return response.content.decode()


class TestList:
    def test_begins_with_those_that_take_part(self, town: Town) -> None:
        make("Nirgendsdorf", "16070001")
        shown = page("/kommunen/")
        assert town.municipality.name in shown
        assert "Nirgendsdorf" not in shown
        assert "/kommunen/ort-16070001/" in page("/kommunen/", q="nirgends")

    def test_a_baustein_without_anybody_is_no_part(self) -> None:
        village = make("Leerdorf", "16070001")
        with as_owner():
            OrganisationModule.objects.create(organisation_id=village.pk, module="reporting")
        assert "Leerdorf" not in page("/kommunen/")

    def test_tells_equal_names_apart(self) -> None:
        for ags in ("16070", "16072"):
            make("Neustadt", f"{ags}001", district=make(f"Kreis {ags}", ags))
        for address, field in (("/kommunen/", "q"), ("/melden/", "q"), ("/hilfe/", "ort")):
            shown = page(address, **{field: "neustadt"})
            assert "Kreis 16070, Thüringen" in shown
            assert "Kreis 16072, Thüringen" in shown

    def test_lists_the_towns_of_a_kreis(self) -> None:
        kreis = make("Landkreis Probe", "16070")
        make("Innendorf", "16070001", district=kreis)
        make("Außendorf", "16072001")
        shown = page("/kommunen/", kreis=kreis.slug)
        assert "Innendorf" in shown
        assert "Außendorf" not in shown
        assert f"?kreis={kreis.slug}" in page(f"/kommunen/{kreis.slug}/")

    @pytest.mark.parametrize(
        "address", ["/kommunen/?q=dorf", "/melden/?q=dorf", "/hilfe/?ort=dorf"]
    )
    def test_costs_the_same_at_one_and_three(
        self, count_queries: Callable[[Client, str], int], address: str
    ) -> None:
        kreis = make("Landkreis Probe", "16070")
        make("Dorf 1", "16070001", district=kreis)
        first = count_queries(Client(), address)
        for number in (2, 3):
            successor = make(f"Neu {number}", f"1607010{number}")
            make(f"Dorf {number}", f"1607000{number}", district=kreis, successor=successor,
                 valid_until=dt.date(2024, 1, 1))  # fmt: skip
        assert count_queries(Client(), address) == first


class TestSearch:
    def test_an_addition_in_brackets_is_no_other_name(self) -> None:
        make("Halle", "16070001", population=1_500)
        make("Halle (Saale)", "16070002", population=240_000)
        make("Hallenberg", "16070003", population=999_000)
        found = [each.ags[-1] for each in find_municipalities("halle")]
        assert found == ["2", "1", "3"]

    def test_exact_then_opened_then_large_then_ended(self) -> None:
        make("Auedorf", "16070001", population=9)
        make("Aue", "16070002", population=1)
        make("Auenstein", "16070003", population=5, opened_on=dt.date(2026, 1, 1))
        make("Bad Aue", "16070004", population=99)
        make("Aue", "16070005", population=500, valid_until=dt.date(2024, 1, 1))
        found = [each.ags[-1] for each in find_municipalities("Aue")]
        assert found == ["2", "3", "1", "4", "5"]

    @pytest.mark.parametrize(
        "typed",
        [
            "Neustadt an der Aisch",
            "neustadt a.d. aisch",
            "Neustadt/Aisch",
            "Neustadt (Aisch)",
            "Altneustadt",  # a former name
            "16070001",
            "160 70 001",
            "09999999",  # a former key
            "99310",
        ],
    )
    def test_forgives(self, typed: str) -> None:
        found = make("Neustadt a.d.Aisch", "16070001", seat_postcode="99310")
        make("Altstadt", "16070002", seat_postcode="99311")
        with as_owner():
            for text in ("Altneustadt", "09999999"):
                FormerName.objects.create(municipality=found, text=text)
        assert [each.ags for each in find_municipalities(typed)] == ["16070001"]


class TestEnded:
    def test_leads_to_the_successor(self) -> None:
        today = make("Großdorf", "16070009")
        between = make("Mitteldorf", "16070008", successor=today, valid_until=dt.date(2025, 1, 1))
        old = make("Altdorf", "16070007", successor=between, valid_until=dt.date(2024, 1, 1))
        assert "jetzt Teil von Mitteldorf" in page("/kommunen/", q="altdorf")
        assert "/kommunen/ort-16070009/" in page(f"/kommunen/{old.slug}/")
        response = Client().get(f"/melden/{old.slug}/")
        assert response.headers["Location"] == "/melden/ort-16070009/"

    def test_a_circle_does_not_hang(self) -> None:
        one = make("Eins", "16070001", valid_until=dt.date(2024, 1, 1))
        two = make("Zwei", "16070002", valid_until=dt.date(2024, 1, 1), successor=one)
        with as_owner():
            Municipality.objects.filter(pk=one.pk).update(successor=two)
        assert Client().get(f"/melden/{one.slug}/").status_code in (200, 302)

    def test_who_still_takes_reports_keeps_them(self, town: Town) -> None:
        successor = make("Großdorf", "16070009")
        with as_owner():
            Municipality.objects.filter(pk=town.municipality.pk).update(
                successor=successor, valid_until=dt.date(2024, 1, 1)
            )
        assert Client().get(f"/melden/{town.municipality.slug}/").status_code == 200


class TestOrganisation:
    def test_everybody_reads_who_is_there_for_what(self, town: Town) -> None:
        with as_owner():
            Organisation.objects.filter(pk=town.municipality.pk).update(**PROFILE)
            term = ProgrammeRound.objects.create(
                name="Erste Runde", starts_on=dt.date(2026, 1, 1), ends_on=dt.date(2028, 1, 1)
            )
            RoundPart.objects.create(
                round=term, organisation_id=town.municipality.pk, role=RoundRole.MODEL
            )
        address = f"/kommunen/{town.municipality.slug}/"
        for client in (
            Client(),
            signed_in(town.one(Pillar.OTHER)),
            signed_in(town.one(Pillar.ADMINISTRATION)),
        ):
            shown = client.get(address).content.decode()
            for text in (
                "Wir stehen zusammen.",
                "Markt 1",
                'href="https://stadt.example"',
                'href="mailto:post@stadt.example"',
                "Montag, 9 bis 12 Uhr",
                town.units[Pillar.SUPPORT].name,
                "nimmt Meldungen",
                "Modellkommune: Erste Runde",
                f"/melden/{town.municipality.slug}/",
                f"/hilfe/{town.municipality.slug}/",
            ):
                assert text in shown, text
            assert town.one(Pillar.SUPPORT).person.name not in shown

    def test_one_without_anything_says_so(self) -> None:
        found = make("Kleindorf", "16070001", population=1234, official_name="Kleindorf")
        shown = page(f"/kommunen/{found.slug}/")
        assert "Macht noch nicht mit" in shown
        assert "1.234" in shown
        assert "© Statistisches Bundesamt (Destatis)" in shown

    def test_unknown_is_not_found(self) -> None:
        assert Client().get("/kommunen/atlantis/").status_code == 404


class TestProfile:
    def address(self, town: Town) -> str:
        return f"/verwaltung/{town.municipality.slug}/profil/"

    def test_administration_changes_it(self, town: Town) -> None:
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        assert client.post(self.address(town), PROFILE).status_code == 302
        town.municipality.refresh_from_db()
        assert {name: getattr(town.municipality, name) for name in PROFILE} == PROFILE
        assert "Wir stehen zusammen." in client.get(self.address(town)).content.decode()

    @pytest.mark.parametrize("website", ["http://stadt.example", "javascript:alert(1)", "x"])
    def test_only_https(self, town: Town, website: str) -> None:
        client = signed_in(town.one(Pillar.ADMINISTRATION))
        response = client.post(self.address(town), PROFILE | {"website": website})
        assert response.status_code == 200
        town.municipality.refresh_from_db()
        assert town.municipality.website == ""

    def test_nobody_else(self, town: Town, other_town: Town) -> None:
        for client, status in (
            (Client(), 403),
            (signed_in(town.one(Pillar.SUPPORT)), 403),
            (signed_in(other_town.one(Pillar.ADMINISTRATION)), 404),
            (signed_in(make_account()), 404),
        ):
            assert client.post(self.address(town), PROFILE).status_code == status
        town.municipality.refresh_from_db()
        assert town.municipality.about == ""

    def test_the_database_refuses_too(self, town: Town, other_town: Town) -> None:
        theirs = Organisation.objects.filter(pk=town.municipality.pk)
        with acting_as(other_town.one(Pillar.ADMINISTRATION).id):
            assert theirs.update(about="fremd") == 0
        with acting_as(town.one(Pillar.ADMINISTRATION).id):  # negative control
            assert theirs.update(about="eigen") == 1


def test_modules_in_words_only_when_on(town: Town) -> None:
    address = f"/kommunen/{town.municipality.slug}/"
    assert "nimmt Meldungen" in page(address)
    with as_owner():
        OrganisationModule.objects.filter(organisation_id=town.municipality.pk).delete()
    assert "nimmt Meldungen" not in page(address)


def test_takes_reports_only_while_it_does(town: Town) -> None:
    address = f"/kommunen/{town.municipality.slug}/"
    assert "nimmt Meldungen" in page(address)
    with as_owner():
        Organisation.objects.filter(pk=town.municipality.pk).update(opened_on=None)
    assert "nimmt Meldungen" not in page(address)
