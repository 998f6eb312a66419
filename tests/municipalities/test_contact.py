"""How a unit can be reached without a report, entered by the account administration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.municipalities.codes import Pillar
from komma.municipalities.models import Unit
from tests.factories import as_owner

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(client: Client, town: Town) -> str:
    client.force_login(town.one(Pillar.ADMINISTRATION).person)
    unit = town.units[Pillar.SUPPORT]
    return f"/verwaltung/{town.municipality.slug}/stellen/{unit.pk}/"


def change(client: Client, address: str, **answers: str) -> int:
    given = {"name": "Anlaufstelle", "about": "", "phone": "", "email": "", "hours": ""}
    return client.post(address, given | answers).status_code


def test_is_kept_shown_again_and_public(client: Client, town: Town, address: str) -> None:
    found = {"phone": "0361 / 12 34-5", "email": "hilfe@stadt.example", "hours": "9 bis 15 Uhr"}
    assert change(client, address, **found) == 302
    form = client.get(address).content.decode()
    assert all(f'value="{value}"' in form for value in found.values())
    page = client.get(f"/hilfe/{town.municipality.slug}/").content.decode()
    assert 'href="tel:03611234' in page
    assert "9 bis 15 Uhr" in page


@pytest.mark.parametrize(
    "wrong", [{"phone": "bitte fragen"}, {"phone": "0"}, {"email": "hilfe"}, {"hours": "x" * 201}]
)
def test_mistakes_are_told_and_change_nothing(
    client: Client, town: Town, address: str, wrong: dict[str, str]
) -> None:
    assert change(client, address, **wrong) == 200
    with as_owner():
        assert Unit.objects.get(pk=town.units[Pillar.SUPPORT].pk).name != "Anlaufstelle"
