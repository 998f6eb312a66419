"""Prevention as the coordination fills it in, and as a colleague reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.signing_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


@pytest.mark.parametrize("scripts", [True, False])
def test_the_coordination_begins(visit: Callable[..., Visitor], scripts: bool) -> None:
    """From an empty page to a folder on paper, at a phone, with and without JavaScript."""
    town = "kassel" if scripts else "heilbronn"
    desk = visit(scripts=scripts)
    sign_in(desk, f"koordination@{town}.example")
    desk.goto("/verfahren/")
    desk.follow("Vorbeugen – Notfallordner, Gefährdungsbeurteilung, Unterweisung")
    desk.sees("Noch kein Gebäude", "Noch kein Bereich beurteilt")
    desk.look()
    desk.follow("Gebäude anlegen")
    desk.press("Speichern")
    desk.sees("Bitte geben Sie dem Gebäude einen Namen")
    desk.look()
    desk.fill("Name", "Rathaus")
    desk.fill("Anschrift", "Markt 1, 99999 Musterstadt")
    desk.press("Speichern")
    desk.sees("Notfallordner: Rathaus", "Codewort am Telefon")
    desk.look()
    open_section(desk)
    desk.look()
    desk.fill("Text", "Codewort: ____\n\n- eins\n- zwei")
    desk.press("Speichern")
    open_section(desk)
    desk.sees("Fassungen")
    desk.look()
    desk.goto("/vorbeugen/gefaehrdungen/neu/")
    desk.look()
    desk.goto("/vorbeugen/nachweise/neu/exercise/")
    desk.look()


def open_section(desk: Visitor) -> None:
    """Follow the link at the alarm ways, one of many that are called the same."""
    desk.page.locator('a[href$="/abschnitt/alarm/"]').click()
    desk.page.wait_for_load_state()


def test_a_colleague_reads(visit: Callable[..., Visitor]) -> None:
    for width in (390, 1280):
        reader = visit(width=width)
        sign_in(reader, "ansprechperson@jena.example")
        reader.goto("/vorbeugen/")
        reader.sees("Sie können alles lesen und drucken", "in Kraft seit")
        assert "Gebäude anlegen" not in reader.text
        reader.look()
        for address, title in (
            ("gefaehrdungen/", "Gefährdungsbeurteilung"),
            ("gefaehrdungen/drucken/", "Gefährdungsbeurteilung"),
            ("nachweise/", "Unterweisungen und Alarmübungen"),
            ("texte/grundsatzerklaerung/", "Grundsatzerklärung gegen Gewalt und Rassismus"),
            ("texte/grundsatzerklaerung/drucken/", "Grundsatzerklärung gegen Gewalt"),
            ("texte/sitzungsdienst/", "Konzept für Sitzungen"),
        ):
            reader.goto(f"/vorbeugen/{address}")
            reader.sees(title)
            reader.look()
        reader.goto("/vorbeugen/gefaehrdungen/")
        reader.follow("Bürgerbüro, Schalter und Wartebereich")
        reader.sees("S – Substitution", "P – personenbezogen")
        reader.look()
        reader.goto("/vorbeugen/nachweise/")
        reader.page.locator("table a").first.click()
        reader.look()
        reader.goto("/vorbeugen/")
        reader.follow("Rathaus (Vorführung)")
        reader.look()
        reader.follow("Drucken")
        reader.sees("Stand: ")
        reader.look()
