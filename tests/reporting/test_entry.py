"""Finding the municipality, and what its entry page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from komma.municipalities.codes import Pillar
from komma.municipalities.models import Municipality
from tests.factories import as_owner
from tests.factories.districts import make_district, make_served
from tests.factories.towns import make_town

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db
ENTRY_QUERIES = 16


@pytest.mark.parametrize("typed", ["Görl", "gorl", "GÖRLITZ", "146", "  görlitz  "])
def test_a_town_is_found_by_name_or_key(client: Client, typed: str) -> None:
    with as_owner():
        make_town("Görlitz", "14626000")
        make_town("Wismar", "13074087")
    page = client.get("/melden/", {"q": typed}).content.decode()
    assert "/melden/gorlitz/" in page
    assert "Wismar" not in page


def test_an_unknown_town_gets_a_next_step(client: Client, town: Town) -> None:
    page = client.get("/melden/", {"q": "Atlantis\x00"}).content.decode()
    assert "Nichts gefunden" in page
    assert "/hilfe/" in page


def test_the_entry_names_functions_and_no_people(client: Client, town: Town) -> None:
    page = client.get(f"/melden/{town.municipality.slug}/").content.decode()
    for function in ("Fallführung 1", "Ansprechperson 1", "Beschwerdestelle 1"):
        assert function in page
    assert town.one(Pillar.SUPPORT).person.name not in page
    assert "tel:110" in page
    assert "24 Stunden" in page
    assert "innerhalb von 3 Tagen" in page


def test_the_search_needs_as_many_queries_for_one_town_as_for_three(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/melden/")
        return len(captured)

    with as_owner():
        make_town("Astadt", "05999011")
    one = queries()
    with as_owner():
        make_town("Bstadt", "05999012")
        make_town("Cstadt", "05999013")
    assert queries() == one


@pytest.mark.parametrize("page", ["-1", "999", "x"])
def test_odd_pages_are_forgiven(client: Client, town: Town, page: str) -> None:
    assert client.get("/melden/", {"page": page}).status_code == 200


def test_the_entry_of_a_served_town_costs_no_more_for_a_longer_chain(
    client: Client, town: Town, other_town: Town
) -> None:
    """Nor more than a town with an intake of its own."""

    def queries(asked: Town) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/melden/{asked.municipality.slug}/").status_code == 200
        return len(captured)

    with as_owner():
        village = make_served("Kleindorf", "05998001", make_district())
    before = {"own": queries(town), "served": queries(village)}
    with as_owner():
        for each in (town, village):
            Municipality.objects.filter(pk=each.municipality.pk).update(
                fallback_unit=other_town.units[Pillar.SUPPORT]
            )
        Municipality.objects.filter(pk=other_town.municipality.pk).update(answer_days=4)
    after = {"own": queries(town), "served": queries(village)}
    assert before == after
    assert max(after.values()) <= ENTRY_QUERIES
