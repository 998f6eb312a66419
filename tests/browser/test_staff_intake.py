"""Staff take in a call and a mail; three witnesses are linked and answered together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.reporting import open_mailbox, report_shortly
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

MAIL = (
    b"From: Wut <wut@web.example>\r\nSubject: Ihr Bescheid\r\n"
    b"Date: Tue, 03 Feb 2026 10:00:00 +0100\r\n\r\nEuch kriegen wir auch noch.\r\n"
)
WITNESSED = "Vor dem Fundamt beschimpfte ein Mann mit grünem Zylinder eine Kollegin, Zeuge %s."
ANSWER = "Danke, dass Sie hingesehen haben."


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_call_is_taken_in_and_the_receipt_handed_over(
    visit: Callable[..., Visitor], scripts: bool
) -> None:
    staff = visit(scripts=scripts)
    sign_in(staff, "ansprechperson@jena.example")
    staff.follow("Fälle")
    staff.follow("Meldung aufnehmen")
    staff.press("Meldung aufnehmen")
    staff.sees("Bitte schreiben Sie kurz, was passiert ist.")
    staff.tick("Anruf", "dass es aufhört")
    staff.fill("Was ist passiert?", "Eine Anruferin wurde am Schalter bedroht.")
    staff.unfold("Wer davon nichts erfahren darf")
    staff.tick("alle in der Leitung")
    staff.press("Meldung aufnehmen")
    code = staff.page.locator(".komma-code").inner_text()
    staff.follow("Zum Ausdrucken")
    assert code in staff.page.locator("body").inner_text()
    staff.follow("Zurück")
    staff.press("Beleg ist weitergegeben")
    staff.sees("Eine Anruferin wurde am Schalter bedroht.", "Aufgenommen von", "Anruf")
    assert code not in staff.page.content()
    affected = visit(scripts=scripts)
    open_mailbox(affected, code)
    affected.unfold("Was Sie gemeldet haben")
    affected.sees("Eine Anruferin wurde am Schalter bedroht.")


def test_a_forwarded_mail_becomes_a_report(visit: Callable[..., Visitor]) -> None:
    staff = visit(width=DESK, scheme="dark")
    sign_in(staff, "fallfuehrung@jena.example")
    staff.goto("/faelle/neu/")
    mail = {"name": "hass.eml", "mimeType": "message/rfc822", "buffer": MAIL}
    staff.page.get_by_label("Weitergeleitete E-Mail").set_input_files([mail])
    staff.press("Meldung aufnehmen")
    staff.press("Kein Beleg gewünscht: vernichten")
    staff.sees("Weitergeleitete E-Mail vom 03.02.2026", "Euch kriegen wir auch noch.", "hass.eml")
    staff.sees("wollte keinen Beleg")


def test_three_witnesses_are_linked_and_answered_together(visit: Callable[..., Visitor]) -> None:
    codes = []
    for name in ("eins", "zwei", "drei"):
        witness = visit()
        codes.append(report_shortly(witness, WITNESSED % name))
        witness.press("Ich habe den Code notiert")
    staff = visit(width=DESK)
    sign_in(staff, "fallfuehrung@jena.example")
    numbers = take_them_over(staff)
    staff.follow("Gehört zusammen mit …")
    staff.sees("Könnte zusammengehören", "gleiche Formulierungen")
    for number in numbers[:2]:
        staff.page.get_by_label(re.compile(number)).check()
    staff.press("Verbinden")
    staff.sees("Derselbe Vorfall", *numbers)
    staff.follow("Antworten")
    staff.tick("auch an 2 verbundene Meldungen")
    staff.fill("Ihr Text", ANSWER)
    staff.press("Antwort senden")
    staff.goto("/faelle/?fold=on")
    staff.sees("verbunden: 3")
    staff.follow("Zahlen")
    staff.sees("übrige Orte", "zusammen")
    for code in codes:
        witness = visit()
        open_mailbox(witness, code)
        witness.sees(ANSWER)


def take_them_over(staff: Visitor) -> list[str]:
    """Find the three by their words, take each over, end on the page of the last."""
    staff.follow("Fälle")
    staff.unfold("In den Meldungen suchen")
    staff.fill("Suchen in den Meldungen", "grünem Zylinder")
    staff.press("Suchen")
    numbers = re.findall(r"[2-9A-Z]{4}-[2-9A-Z]{4}", staff.text)
    assert len(numbers) == 3
    links = [
        staff.page.get_by_role("link", name=number).first.get_attribute("href")
        for number in numbers
    ]
    for link in links:
        staff.goto(str(link))
        staff.follow("Fall übernehmen")
        staff.tick("Keiner dieser Gründe trifft auf mich zu.")
        staff.press("Übernehmen")
    return numbers
