"""Blanks ("____") of the texts to begin from: not in force, and named where a folder has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention import actions
from komma.prevention.catalogue import papers, sections
from komma.prevention.folder import with_gaps
from komma.prevention.queries import draft_of, paper_in_force
from komma.prevention.texts import gaps
from tests.factories.clients import signed_in

if TYPE_CHECKING:
    from uuid import UUID

    from django.test import Client

    from tests.factories.towns import Town
    from tests.prevention.conftest import Begun

pytestmark = pytest.mark.django_db

SESSIONS = "sitzungsdienst"
PAPER = f"/vorbeugen/texte/{SESSIONS}"
SIGNED = {"in_force_on": "heute", "signed_by": "Vorsitz des Rates"}


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town.one(Pillar.COORDINATION))


def fill(town: Town, building_id: UUID, *, but: str = "") -> None:
    """Write a text without blanks into every section that has some."""
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        for each in with_gaps({}):
            if each.slug in (but, "alarm"):  # the alarm is written in ``begun``
                continue
            actions.save_section(
                organisation_id=town.municipality.pk,
                slug=each.slug,
                building_id=building_id if each.per_building else None,
                text="ausgefüllt",
                seen="",
                by=by,
            )


def test_counts_blanks_and_no_words() -> None:
    assert gaps("Leitung: ____ (Vertretung: _____)") == 2
    assert gaps("a_b, __init__, gefüllt") == 0


def test_a_sheet_for_calls_keeps_its_blanks() -> None:
    open_ones = {each.slug for each in with_gaps({})}
    assert {"rollen", "presse"} <= open_ones
    assert "drohanruf" not in open_ones
    assert gaps(sections()["drohanruf"].text)


def test_a_paper_full_of_blanks_does_not_come_into_force(client: Client, town: Town) -> None:
    number = gaps(papers()[SESSIONS].text)
    client.post(f"{PAPER}/entwurf/", {"text": papers()[SESSIONS].text})
    assert f"Noch {number} Lücken im Text" in client.get(f"{PAPER}/").content.decode()
    asked = client.get(f"{PAPER}/in-kraft/")
    assert f"Noch {number} Lücken im Text" in asked.content.decode()
    assert 'name="signed_by"' not in asked.content.decode()

    seen = asked.context["form"]["seen"].value()
    page = client.post(f"{PAPER}/in-kraft/", SIGNED | {"seen": seen}).content.decode()
    assert f"Im Text sind noch {number} Lücken" in page
    assert f'href="{PAPER}/entwurf/"' in page
    assert "Vorsitz des Rates" in page
    with acting_as(town.one(Pillar.COORDINATION).id):
        assert paper_in_force(town.municipality.pk, SESSIONS) is None
        assert draft_of(town.municipality.pk, SESSIONS) is not None


def test_one_blank_is_one_too_many_and_none_is_fine(client: Client, town: Town) -> None:
    client.post(f"{PAPER}/entwurf/", {"text": "Vorsitz: ____"})
    page = client.get(f"{PAPER}/in-kraft/")
    assert "Noch eine Lücke im Text" in page.content.decode()
    seen = page.context["form"]["seen"].value()
    client.post(f"{PAPER}/entwurf/", {"text": "Vorsitz: Rat", "seen": seen})
    page = client.get(f"{PAPER}/in-kraft/")
    assert "Lücke" not in page.content.decode()
    seen = page.context["form"]["seen"].value()
    assert client.post(f"{PAPER}/in-kraft/", SIGNED | {"seen": seen}).status_code == 302
    with acting_as(town.one(Pillar.COORDINATION).id):
        assert paper_in_force(town.municipality.pk, SESSIONS) is not None


def test_a_folder_with_blanks_is_checked_but_says_where_they_are(
    client: Client, begun: Begun, town: Town
) -> None:
    fill(town, begun.building.pk, but="presse")
    place = f"/vorbeugen/gebaeude/{begun.building.pk}/"
    title = sections()["presse"].title
    page = client.get(place).content.decode()
    assert f'Noch Lücken in: <a class="kern-link" href="#presse">{title}</a></p>' in page
    assert f"noch Lücken in: {title}<" in client.get("/vorbeugen/").content.decode()

    page = client.post(f"{place}geprueft/", follow=True).content.decode()
    assert f"Noch Lücken („____“) in: {title}." in page
    assert "Danke. Bitte drucken" not in page
    with acting_as(town.one(Pillar.COORDINATION).id):
        begun.building.refresh_from_db()
    assert begun.building.checked_on is not None


def test_a_filled_folder_is_checked_without_a_warning(
    client: Client, begun: Begun, town: Town
) -> None:
    fill(town, begun.building.pk)
    place = f"/vorbeugen/gebaeude/{begun.building.pk}/"
    page = client.post(f"{place}geprueft/", follow=True).content.decode()
    assert "Danke. Bitte drucken" in page
    assert "Lücken in:" not in page
    assert "Lücken in:" not in client.get("/vorbeugen/").content.decode()


def test_blanks_of_another_building_are_its_own(client: Client, begun: Begun, town: Town) -> None:
    fill(town, begun.building.pk)
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        actions.create_building(
            organisation_id=town.municipality.pk, name="Bauhof", address="Weg 1", by=by
        )
    page = client.get("/vorbeugen/").content.decode()
    assert page.count("noch Lücken in:") == 1
    assert sections()["rollen"].title in page.split(">Bauhof<")[1].split("</li>")[0]
