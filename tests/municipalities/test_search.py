"""Finding a municipality by whatever people type."""

from __future__ import annotations

import unicodedata

import pytest

from komma.municipalities.models import Municipality
from komma.municipalities.queries import find_municipalities
from tests.factories import as_owner

pytestmark = pytest.mark.django_db

NAMES = (
    "Landkreis Görlitz",
    "Übach-Palenberg",
    "Soest",
    "Neuenburg",
    "Sankt Augustin",
    "Landkreis St. Wendel",
    "Groß-Gerau",
    "Häusern",
)


@pytest.fixture(autouse=True)
def _municipalities() -> None:
    with as_owner():
        for number, name in enumerate(NAMES):
            Municipality.objects.create(
                slug=f"ort-{number}",
                name=name,
                kind="municipality",
                land="NW",
                ags=f"0599900{number}",
                municipality_kind="city",
            )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Görlitz", "Landkreis Görlitz"),
        ("Goerlitz", "Landkreis Görlitz"),
        ("gorlitz", "Landkreis Görlitz"),
        ("GOERLITZ", "Landkreis Görlitz"),
        (unicodedata.normalize("NFD", "Görlitz"), "Landkreis Görlitz"),
        ("Uebach Palenberg", "Übach-Palenberg"),
        ("Ubach", "Übach-Palenberg"),
        ("Haeusern", "Häusern"),
        ("Hausern", "Häusern"),
        ("Soest", "Soest"),
        ("soe", "Soest"),
        ("Neu", "Neuenburg"),
        ("Neuenburg", "Neuenburg"),
        ("St. Augustin", "Sankt Augustin"),
        ("St.Augustin", "Sankt Augustin"),
        ("st augustin", "Sankt Augustin"),
        ("Sankt Augustin", "Sankt Augustin"),
        ("Sankt Wendel", "Landkreis St. Wendel"),
        ("st-wendel", "Landkreis St. Wendel"),
        ("Gross Gerau", "Groß-Gerau"),
        ("Groß", "Groß-Gerau"),
        ("05999002", "Soest"),
    ],
)
def test_finds(typed: str, name: str) -> None:
    assert [found.name for found in find_municipalities(typed)] == [name]


@pytest.mark.parametrize("typed", ["Gärlitz", "Soost", "Wendelstein", "%", "_"])
def test_finds_nothing_else(typed: str) -> None:
    """Negative control."""
    assert not find_municipalities(typed)


def test_those_that_begin_with_it_come_first() -> None:
    with as_owner():
        Municipality.objects.filter(name="Soest").update(name="Alt Übach")
    assert [found.name for found in find_municipalities("uebach")] == [
        "Übach-Palenberg",
        "Alt Übach",
    ]
