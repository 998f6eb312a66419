"""A town asks its Kreis to take a case: taken once, declined once, and the reporter reads both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.reporting import case_number, open_mailbox, shown_code
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

STORY = "An meinem Gartenzaun hing ein Galgen."
REASON = "Im Kreis arbeitet dazu ein ganzes Team."
BRIEF = "Drohung gegen jemanden im Ehrenamt, zu Hause."


def report(visitor: Visitor) -> str:
    """Hand in a short report in the town and open its mailbox; return the number."""
    visitor.goto("/melden/beispielstadt/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.press("Absenden")
    open_mailbox(visitor, shown_code(visitor))
    return case_number(visitor)


def ask_the_kreis(visitor: Visitor, number: str) -> None:
    visitor.goto("/faelle/")
    visitor.follow(number)
    visitor.follow("Fall weitergeben")
    visitor.page.get_by_label("Übergriffsmanagement, Kreis Muster").first.check()
    visitor.press("Weiter")
    visitor.sees("Kreis Muster", "Dort würden lesen: Fallführung Übergriffe")
    visitor.press("Stelle fragen")
    visitor.sees("Bitte sagen Sie der meldenden Person kurz, warum.")
    visitor.fill("Warum soll die Stelle übernehmen?", REASON)
    visitor.fill("Worum geht es?", BRIEF)
    visitor.tick("Die betroffene Person ist einverstanden.")
    visitor.fill("Einverstanden am", "2026-02-03")
    visitor.press("Stelle fragen")
    visitor.sees("Andere Stelle gefragt", REASON, BRIEF)


def see_the_offer(visitor: Visitor) -> None:
    visitor.goto("/start/")
    visitor.follow("Eine andere Stelle fragt, ob Sie 1 Fall übernehmen")
    visitor.page.locator("main li a").first.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    visitor.sees(BRIEF, "Beispielstadt")
    assert STORY not in visitor.text
    assert REASON not in visitor.text


def test_the_kreis_takes_one_and_declines_another(visit: Callable[..., Visitor]) -> None:
    reporter, other_reporter = visit(), visit(scripts=False)
    town, kreis = visit(width=DESK), visit(width=DESK, scheme="dark")
    number = report(reporter)
    sign_in(town, "fallfuehrung@beispielstadt.example")
    sign_in(kreis, "fallfuehrung@kreis-muster.example")
    ask_the_kreis(town, number)
    reporter.goto("/postfach/")
    reporter.sees("Angefragt seit", "Kreis Muster", REASON, "Einverständnis")

    see_the_offer(kreis)
    kreis.press("Übernehmen")
    kreis.sees(STORY, "liegt jetzt bei einer anderen Stelle")
    reporter.goto("/postfach/")
    reporter.sees("Ihr Fall liegt seit", "Kreis Muster", "Antwort bis")
    town.goto("/faelle/abgegeben/")
    town.sees(number, "Kreis Muster")
    town.goto("/faelle/")
    assert number not in town.text

    number = report(other_reporter)
    ask_the_kreis(town, number)
    see_the_offer(kreis)
    kreis.follow("Ablehnen")
    kreis.press("Ablehnen")
    kreis.sees("Bitte nennen Sie kurz den Grund.")
    kreis.fill("Warum lehnen Sie ab?", "Zuständig ist die Stadt selbst.")
    kreis.press("Ablehnen")
    kreis.sees("Keine Anfrage offen")
    other_reporter.goto("/postfach/")
    other_reporter.sees("abgelehnt von", "Zuständig ist die Stadt selbst.")
    town.goto("/faelle/")
    town.follow(number)
    town.sees("Zuständig ist die Stadt selbst.", "Fall weitergeben")
