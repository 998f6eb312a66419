"""The regional handout: one tagged page with what the municipality has entered."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from pypdf import PdfReader

from komma.core.documents import render_pdf
from komma.municipalities.codes import Pillar
from komma.portal import handout
from tests.factories import as_owner
from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def words(pdf: bytes) -> str:
    """Return the text of a PDF as a reader gets it."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


def test_names_the_real_numbers_and_the_day(client: Client, town: Town) -> None:
    with as_owner():
        unit = town.units[Pillar.SUPPORT]
        unit.phone, unit.hours = "0201 / 123-45", "Montag bis Freitag, 9 bis 15 Uhr"
        unit.save()
    response = client.get("/hilfe/musterstadt/handzettel.pdf")
    assert response.headers["Content-Type"] == "application/pdf"
    text = words(response.content)
    for wanted in ("Musterstadt", "0201 / 123-45", "9 bis 15 Uhr", "110", "/melden/musterstadt/"):
        assert wanted in text
    assert "Stand: " in text
    assert "§ 77b StGB" in " ".join(text.split())
    assert client.get("/hilfe/nirgends/handzettel.pdf").status_code == 404


def test_is_one_page_also_with_long_entries(town: Town) -> None:
    with as_owner():
        for unit in town.units.values():
            unit.name, unit.hours = "Ansprechstelle für alles " * 6, "nach Vereinbarung, " * 10
            unit.name, unit.hours = unit.name[:160], unit.hours[:200]
            unit.phone = "0201 / 123-45"
            unit.save()
    assert pages(handout.handout(town.municipality)) == 1


def test_is_tagged_for_screen_readers(town: Town) -> None:
    pdf = handout.handout(town.municipality)
    assert b"pdfuaid" in pdf
    assert b"/MarkInfo" in pdf or b"/StructTreeRoot" in pdf


def test_an_untagged_picture_would_be_refused(tmp_path: Path) -> None:
    """Negative control: the standard is enforced, not only claimed."""
    template = tmp_path / "broken.typ"
    drawing = '#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\"></svg>"), format: "svg")'
    template.write_text(f'#set document(title: "x")\n= x\n{drawing}\n', encoding="utf-8")
    with pytest.raises(Exception, match="alt"):
        render_pdf(template, {})


def test_what_is_entered_is_text_and_never_code(town: Town) -> None:
    with as_owner():
        unit = town.units[Pillar.SUPPORT]
        unit.name, unit.phone = '#read("/etc/passwd") *fett* = Titel', "1"
        unit.save()
    assert '#read("/etc/passwd") *fett* = Titel' in words(handout.handout(town.municipality))


def test_a_town_without_own_people_names_those_of_its_kreis(town: Town, other_town: Town) -> None:
    with as_owner():
        town.municipality.district = other_town.municipality
        town.municipality.save()
        other_town.municipality.municipality_kind = "district"
        other_town.municipality.save()
        unit = other_town.units[Pillar.SUPPORT]
        unit.phone = "0201 / 999"
        unit.save()
    text = words(handout.handout(town.municipality))
    assert "0201 / 999" in text
    assert "Anderstadt" in text
