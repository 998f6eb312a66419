"""Opening an intake, losing what it needs, and the next body in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.signing_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

CLOSED = "Die Annahme von Meldungen ist geschlossen"


def administration(visit: Callable[..., Visitor], town: str, *, width: int = 390) -> Visitor:
    visitor = visit(width=width)
    sign_in(visitor, f"verwaltung@{town}.example")
    return visitor


def test_opening_an_intake(visit: Callable[..., Visitor]) -> None:
    town = "vorlagen"
    reporter, desk = visit(), administration(visit, town)
    reporter.goto(f"/melden/{town}/")
    elsewhere = "hat keine eigene Stelle, die gerade Meldungen annimmt"
    reporter.sees("Ihre Meldung liest: Landesnetz Musterland", elsewhere)
    desk.goto(f"/verwaltung/{town}/betriebsbereitschaft/")
    desk.sees("noch nicht eröffnet", "9 von 11 Bedingungen erfüllt", "Das geht, sobald oben")
    # Greyed out, but not dead: who presses it anyway reads why.
    desk.page.get_by_role("button", name="Annahme eröffnen").press("Enter")
    desk.page.get_by_text("Noch fehlt etwas").wait_for()
    desk.look()
    desk.follow("Tage der Zustimmungen ändern")
    desk.fill("Zustimmung des Personalrats am", "2026-01-12")
    desk.fill("Freigabe durch den Datenschutz am", "2026-02-03")
    desk.press("Speichern")
    desk.press("Annahme eröffnen")
    desk.sees("Die Annahme ist offen", "11 von 11 Bedingungen erfüllt")
    desk.follow("Protokoll zum Drucken und Unterschreiben")
    desk.sees("Protokoll der Betriebsbereitschaft", "12.01.2026", "Kontenverwaltung")
    reporter.goto(f"/melden/{town}/")
    reporter.sees("Ausführlich")
    assert elsewhere not in reporter.text


def test_losing_readiness_and_getting_it_back(visit: Callable[..., Visitor]) -> None:
    town = "heilbronn"
    reporter = visit()
    reporter.goto(f"/melden/{town}/")
    reporter.sees("Ausführlich")
    desk = administration(visit, town, width=1280)
    change_deputy(desk, town, is_deputy=False)
    desk.sees("Danach schließt die Annahme von Meldungen")
    reporter.goto(f"/melden/{town}/")
    reporter.sees("Ausführlich")
    desk.tick("Ich weiß, dass die Annahme dann geschlossen ist")
    desk.press("Speichern")
    desk.goto("/start/")
    desk.sees(CLOSED, "Es fehlt eine Vertretung", "Die Annahme wieder öffnen")
    holder = visit()
    sign_in(holder, f"fallfuehrung@{town}.example")
    holder.sees(CLOSED)
    assert "Es fehlt eine Vertretung" not in holder.text
    reporter.goto(f"/melden/{town}/")
    reporter.sees("Landesnetz Musterland")
    change_deputy(desk, town, is_deputy=True)
    desk.goto("/start/")
    assert CLOSED not in desk.text
    reporter.goto(f"/melden/{town}/")
    reporter.sees("Ausführlich")


def change_deputy(desk: Visitor, town: str, *, is_deputy: bool) -> None:
    """Make the deputy of the support a regular member, or a deputy again."""
    desk.goto(f"/verwaltung/{town}/personen/?suche=Vertretung der Ansprechstelle")
    desk.page.locator("main a[href*='/personen/0']").first.click()
    desk.page.locator("input[name=is_deputy]").set_checked(is_deputy)
    desk.press("Speichern")
