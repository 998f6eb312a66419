"""What somebody can do now, on a phone: from the code over the mailbox to paper; then for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.reporting import case_number, choose_jena, open_mailbox, shown_code
from tests.browser.signing_in import sign_in
from tests.browser.test_main_path import go_the_full_way
from tests.browser.visitor import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_advice_and_deadlines_are_read_by_both_sides(
    visit: Callable[..., Visitor], scripts: bool
) -> None:
    reporter = visit(scripts=scripts)
    choose_jena(reporter)
    go_the_full_way(reporter)
    reporter.press("Absenden")
    code = shown_code(reporter)
    reporter.sees("Ihre Fristen", "Strafantrag stellen", "In Gefahr: 110")
    reporter.press("Ich habe den Code notiert")
    open_mailbox(reporter, code)
    number = case_number(reporter)
    reporter.sees("Ihre Fristen", "Orientierung, keine Rechtsberatung. Bitte prüfen lassen.")
    reporter.follow("Was Sie jetzt tun können")
    reporter.sees("Bedrohung kommt in Betracht.", "Beweise sichern", "Auskunftssperre")
    reporter.follow("Zum Ausdrucken")
    reporter.sees("Was Sie jetzt tun können", "zuletzt geprüft am")
    handler = visit(scripts=scripts, width=DESK)
    sign_in(handler, "fallfuehrung@jena.example")
    handler.follow("Fälle")
    handler.follow(number)
    handler.sees("Fristen", "Strafantrag stellen")
    handler.follow("Was die Person jetzt tun kann")
    handler.sees("Bedrohung kommt in Betracht.")
    handler.page.go_back()
    handler.follow("Fristen festhalten")
    handler.fill("Für wen?", "Dienstvorgesetzte")
    handler.press("Festhalten")
    handler.sees("Strafantrag stellen (Dienstvorgesetzte):")
