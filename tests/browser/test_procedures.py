"""Editing a procedure, putting it in force, and playing it, as the coordination does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from komma.procedures.shipped import shipped
from tests.browser.signing_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

TOWN = "heilbronn"
SLUG = "rassismus-im-haus"
EDIT = f"/verfahren/{SLUG}/bearbeiten/"


def coordination(visit: Callable[..., Visitor], **how: object) -> Visitor:
    visitor = visit(**how)
    sign_in(visitor, f"koordination@{TOWN}.example")
    return visitor


def test_a_procedure_is_edited_and_published(visit: Callable[..., Visitor]) -> None:
    desk = coordination(visit)
    desk.goto("/verfahren/")
    desk.goto(f"/verfahren/{SLUG}/")
    desk.sees("Mitgelieferte Vorlage; Ihre Kommune hat keine eigene Fassung.")
    desk.follow("Verfahren bearbeiten")
    desk.press("Entwurf beginnen")
    desk.sees("Nichts spricht gegen das Veröffentlichen")
    desk.follow("Beschreibung ändern")
    desk.fill("Titel", "Rassismus im Rathaus")
    desk.press("Speichern")
    desk.follow("Ändern, wofür es gilt")
    desk.fill("Spätestens nach wie vielen Wochen", "2")
    desk.press("Speichern")
    a_new_step(desk)
    desk.page.get_by_role("button", name="Nach oben: Tür schließen").click()
    desk.page.wait_for_load_state()
    desk.look()
    desk.follow("Was sich ändert")
    desk.sees("Rassismus im Rathaus", "alle 2 Wochen", "Tür schließen")
    desk.goto(f"{EDIT}vorschau/?stufe=2")
    desk.sees("Tür schließen")
    the_game(desk, f"{EDIT}planspiel/")
    desk.goto(EDIT)
    desk.follow("Prüfen und veröffentlichen")
    desk.press("Veröffentlichen")
    desk.sees("Bitte schreiben Sie in einem Satz, was sich ändert.")
    desk.fill("Was ändert sich?", "Die Tür ist zu.")
    desk.tick("Ich habe das Verfahren ganz gelesen. So soll es gelten.")
    desk.press("Veröffentlichen")
    desk.sees("Rassismus im Rathaus", "Fassung 1 Ihrer Kommune, gilt seit", "Tür schließen")
    desk.follow("Alle Fassungen")
    desk.sees("Die Tür ist zu.", "Mitgelieferte Vorlage")
    desk.follow("Mit der geltenden vergleichen", exact=False)
    desk.sees("Neue Schritte")
    colleague = visit(width=1280)
    sign_in(colleague, f"ansprechperson@{TOWN}.example")
    colleague.goto(f"/verfahren/{SLUG}/")
    colleague.sees("Fassung 1 Ihrer Kommune", "Tür schließen")
    assert "bearbeiten" not in colleague.text
    colleague.goto(EDIT, status=403)


def a_new_step(desk: Visitor) -> None:
    """Add a step; what is missing is named first, and nothing typed is lost."""
    desk.page.get_by_role("link", name="Schritt hinzufügen").first.click()
    desk.page.wait_for_load_state()
    desk.look()
    desk.fill("Titel", "Tür schließen")
    desk.press("Speichern")
    desk.sees("Bitte schreiben Sie, wie das geht.")
    desk.fill("Anleitung", "Leise, und von innen.")
    desk.fill("Erledigt, wenn", "Die Tür ist zu.")
    desk.page.get_by_label("Zuständig", exact=True).select_option("contact")
    desk.page.get_by_label("Vertretung", exact=True).select_option("contact")
    desk.fill("Frist", "2")
    desk.page.get_by_label("Einheit").select_option("working_days")
    desk.unfold("Was ist geschehen?")
    desk.tick("rassistische Äußerung")
    desk.press("Speichern")
    desk.sees("Tür schließen")


def the_game(desk: Visitor, address: str) -> None:
    desk.goto(address)
    desk.press("Spiel beginnen")
    desk.sees("Was jetzt ansteht")
    desk.press("Erledigt")
    desk.press("Zeit vergehen lassen bis zur nächsten Frist")
    desk.sees("Überfällig seit")


def test_two_editors_and_no_word_lost(visit: Callable[..., Visitor]) -> None:
    one, two = coordination(visit), coordination(visit, width=1280, scripts=False)
    address = "/verfahren/agg-beschwerde/bearbeiten/"
    one.goto(address)
    one.press("Entwurf beginnen")
    for each in (one, two):
        each.goto(f"{address}beschreibung/")
    one.fill("Titel", "Beschwerde, kurz")
    one.press("Speichern")
    two.fill("Titel", "Beschwerde, lang")
    two.press("Speichern", status=409)
    two.sees("Ihr Text steht noch hier", "Beschwerde, kurz")
    two.press("Speichern")
    two.sees("Entwurf: Beschwerde, lang")
    one.goto(f"{address}beschreibung/")
    two.follow("Entwurf verwerfen")
    two.press("Entwurf verwerfen")
    one.fill("Titel", "Beschwerde, ganz kurz")
    one.press("Speichern", status=409)
    one.sees("Diesen Entwurf gibt es nicht mehr")
    one.press("Neuen Entwurf mit diesem Text beginnen")
    one.press("Speichern")
    one.sees("Entwurf: Beschwerde, ganz kurz")


def test_setting_the_levels(visit: Callable[..., Visitor]) -> None:
    desk = coordination(visit)
    desk.goto("/verfahren/stufen/")
    desk.sees("Mitgelieferte Vorlage nach dem Aachener Modell")
    desk.follow("Stufen ändern")
    desk.fill("Name der Stufe 1", "laut und grob")
    desk.fill("Warum ändern Sie die Stufen?", "Beschluss des Rates.")
    desk.press("Speichern")
    desk.sees("Stufe 1 – laut und grob", "Beschluss des Rates.")
    desk.unfold("Beschluss des Rates.")
    desk.look()


def test_who_does_what_fits_one_sheet_for_each_level(visit: Callable[..., Visitor]) -> None:
    desk = visit(width=1280)
    sign_in(desk, "koordination@kassel.example")  # a town that changes nothing in these tests
    pages = {}
    for slug in shipped():
        for level in ("", "0", "1", "2", "3"):
            desk.open(f"/verfahren/{slug}/wer-macht-was/?stufe={level}")
            sheet = desk.page.pdf(format="A4", prefer_css_page_size=True)
            pages[slug, level] = len(re.findall(rb"/Type\s*/Page\b", sheet))
    assert set(pages.values()) == {1}, pages
