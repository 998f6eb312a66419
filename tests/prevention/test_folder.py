"""The emergency folder: complete, always current, on paper and as PDF."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.actions import change_unit
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Municipality
from komma.prevention import actions
from komma.prevention.catalogue import papers, sections
from komma.prevention.folder import folder_pdf
from komma.prevention.texts import Block, blocks
from komma.procedures.actions import set_levels
from komma.procedures.levels import shipped_levels
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.towns import Town
from tests.prevention.conftest import MARKER, STATEMENT, Begun

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(town.one(Pillar.COORDINATION))


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def printed(client: Client, begun: Begun) -> tuple[str, str]:
    base = f"/vorbeugen/gebaeude/{begun.building.pk}"
    pdf = client.get(f"{base}/notfallordner.pdf")
    assert pdf.headers["Content-Type"] == "application/pdf"
    return client.get(f"{base}/drucken/").content.decode(), words(pdf.content)


def test_has_every_part_and_the_day(client: Client, begun: Begun) -> None:
    for text in printed(client, begun):
        for section in sections().values():
            assert section.title in text
        for wanted in ("110", "Merkblatt", f"Stand: {today():%d.%m.%Y}", "/melden/musterstadt/"):
            assert wanted in text
        assert f"Codewort {MARKER}" in text
        assert f"unterschrieben: {MARKER}" in text


def test_shows_the_numbers_and_functions_of_today(client: Client, begun: Begun, town: Town) -> None:
    unit, administrator = town.units[Pillar.SUPPORT], town.one(Pillar.ADMINISTRATION).id
    for phone in ("0361 / 11-11", "0361 / 22-22"):
        with acting_as(administrator):
            change_unit(
                unit=unit,
                name=unit.name,
                about="",
                phone=phone,
                hours="Mo bis Fr, 9 bis 15 Uhr",
                by=administrator,
            )
        for text in printed(client, begun):
            assert phone in text
            assert "9 bis 15 Uhr" in text
    for text in printed(client, begun):
        assert "0361 / 11-11" not in text
        assert "Ansprechperson 3 (Vertretung)" in text
        assert town.one(Pillar.SUPPORT).person.name not in text


def test_cards_and_assessments_speak_of_levels_as_the_town_defines_them(
    client: Client, begun: Begun, town: Town
) -> None:
    for text in printed(client, begun):
        assert "Verhaltenskarte Stufe 1: verbal aggressiv, Sachbeschädigung" in text
    rows = list(shipped_levels())
    rows[1] = replace(rows[1], title="Pöbelei 4711", criteria=("Jemand pöbelt.",), acts="Zu zweit.")
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        set_levels(
            organisation_id=town.municipality.pk, rows=rows, reason="Beschluss", number=0, by=by
        )
    for text in printed(client, begun):
        assert "Verhaltenskarte Stufe 1: Pöbelei 4711" in text
        assert "Jemand pöbelt." in text
        assert "Zu zweit." in text
        assert "verbal aggressiv" not in text
    assert "1 – Pöbelei 4711" in client.get("/vorbeugen/gefaehrdungen/neu/").content.decode()


def test_shows_the_way_in_an_emergency(client: Client, begun: Begun, town: Town) -> None:
    with as_owner():
        Municipality.objects.filter(pk=town.municipality.pk).update(emergency_hint="Pforte 4711")
    assert all("Pforte 4711" in text for text in printed(client, begun))


def test_a_section_for_all_holds_in_each_building_one_of_a_building_does_not(
    client: Client, begun: Begun, town: Town
) -> None:
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        other = actions.create_building(
            organisation_id=town.municipality.pk, name="Schule", address="Weg 2", by=by
        )
    page = client.get(f"/vorbeugen/gebaeude/{other.pk}/").content.decode()
    alarm = page.split('id="alarm"')[1].split("</section>")[0]
    card = page.split('id="karte-1"')[1].split("</section>")[0]
    assert MARKER not in alarm
    assert MARKER in card


def test_the_log_names_functions_and_no_people(client: Client, begun: Begun, town: Town) -> None:
    page = client.get(f"/vorbeugen/gebaeude/{begun.building.pk}/").content.decode()
    log = page.split('id="protokoll"')[1].split("</section>")[0]
    assert "Alarmwege (Koordination 1)" in log
    assert "Unterweisung: " in log
    assert town.one(Pillar.COORDINATION).person.name not in log


def test_the_pdf_is_tagged_and_text_is_never_code(town: Town, begun: Begun) -> None:
    by = town.one(Pillar.COORDINATION).id
    typed = '#read("/etc/passwd") *fett* = Titel'
    with acting_as(by):
        actions.save_section(
            organisation_id=town.municipality.pk,
            slug="besonderes",
            building_id=begun.building.pk,
            text=typed,
            seen="",
            by=by,
        )
        pdf = folder_pdf(town.municipality, begun.building)
    assert b"pdfuaid" in pdf
    assert typed in words(pdf)


def test_an_emptied_section_says_so(client: Client, begun: Begun) -> None:
    base = f"/vorbeugen/gebaeude/{begun.building.pk}"
    assert client.post(f"{base}/abschnitt/presse/", {"text": ""}).status_code == 302
    page = client.get(f"{base}/").content.decode()
    assert "Noch nichts eingetragen." in page.split('id="presse"')[1].split("</section>")[0]


class TestPapers:
    def test_draft_in_force_next_version(self, client: Client, town: Town) -> None:
        base = f"/vorbeugen/texte/{STATEMENT}"
        assert (
            papers()[STATEMENT].text.splitlines()[0]
            in client.get(f"{base}/entwurf/").content.decode()
        )
        for text in ("Fassung eins", "Fassung zwei"):
            page = client.get(f"{base}/entwurf/").content.decode()
            assert client.post(f"{base}/entwurf/", {"text": text}).status_code == 302
            assert 'name="seen"' in page
            seen = client.get(f"{base}/in-kraft/").context["form"]["seen"].value()
            data = {"in_force_on": "heute", "signed_by": "Bürgermeister:in", "seen": seen}
            assert client.post(f"{base}/in-kraft/", data).status_code == 302
        page = client.get(f"{base}/").content.decode()
        current, former = page.split("Frühere Fassungen")
        assert "Fassung zwei" in current
        assert "Fassung eins" in former
        assert "Bürgermeister:in" in former
        sheet = client.get(f"{base}/drucken/").content.decode()
        assert "Fassung zwei" in sheet
        assert f"in Kraft seit {today():%d.%m.%Y}" in sheet

    def test_a_draft_changed_meanwhile_is_not_put_in_force(self, client: Client) -> None:
        base = f"/vorbeugen/texte/{STATEMENT}"
        client.post(f"{base}/entwurf/", {"text": "gelesen"})
        seen = client.get(f"{base}/in-kraft/").context["form"]["seen"].value()
        client.post(f"{base}/entwurf/", {"text": "geändert", "seen": seen})
        data = {"in_force_on": "heute", "signed_by": "Leitung", "seen": seen}
        page = client.post(f"{base}/in-kraft/", data).content.decode()
        assert "Der Entwurf wurde inzwischen geändert" in page
        assert "Leitung" in page

    def test_not_before_the_version_that_holds(self, client: Client, begun: Begun) -> None:
        base = f"/vorbeugen/texte/{STATEMENT}"
        client.post(f"{base}/entwurf/", {"text": "neu"})
        seen = client.get(f"{base}/in-kraft/").context["form"]["seen"].value()
        data = {"in_force_on": "1.1.2020", "signed_by": "Leitung", "seen": seen}
        page = client.post(f"{base}/in-kraft/", data).content.decode()
        assert "Die bisherige Fassung gilt erst seit" in page

    def test_discarding_leaves_what_is_in_force(self, client: Client, begun: Begun) -> None:
        base = f"/vorbeugen/texte/{STATEMENT}"
        client.post(f"{base}/entwurf/", {"text": "verworfen"})
        assert client.post(f"{base}/verwerfen/").status_code == 302
        assert client.post(f"{base}/verwerfen/").status_code == 302
        page = client.get(f"{base}/").content.decode()
        assert MARKER in page
        assert "verworfen" not in page.replace("Der Entwurf ist verworfen.", "")

    def test_nothing_to_print_leads_back(self, client: Client) -> None:
        for way in ("drucken", "in-kraft"):
            response = client.get(f"/vorbeugen/texte/sitzungsdienst/{way}/")
            assert response.headers["Location"] == "/vorbeugen/texte/sitzungsdienst/"


def test_paragraphs_and_lists() -> None:
    text = "Eins\r\nzwei\r\n\r\n- a\n• b\ndrei\n\n\n  \nvier"
    assert blocks(text) == [
        Block(False, ["Eins", "zwei"]),
        Block(True, ["a", "b"]),
        Block(False, ["drei"]),
        Block(False, ["vier"]),
    ]
    assert blocks("  ") == []


def test_no_slug_is_used_twice_and_every_text_begins_somewhere() -> None:
    assert not sections().keys() & papers().keys()
    assert all(each.text for each in papers().values())
    assert all(
        each.text or not each.written or each.slug == "besonderes" for each in sections().values()
    )
