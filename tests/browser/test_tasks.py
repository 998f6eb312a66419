"""Two cases led through their procedure: a threat up to aftercare, a complaint up to its result."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.focus import tab_to
from tests.browser.reporting import case_number, open_mailbox, report_shortly, shown_code
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

THREAT = "Ein Mann hat mir gedroht, nach der Arbeit auf mich zu warten."
COMPLAINT = "Meine Teamleitung macht seit Monaten Witze über meine Herkunft."
WAY = "/melden/jena/bericht"
SAFE = "Jemand hat sich vergewissert, dass Sie in Sicherheit sind."
STANDS = "Wir haben mit der Polizei gesprochen und melden uns am Freitag."
RESULT = "Der Mann hat Hausverbot. Sie können sich jederzeit wieder melden."
DONE = "Danke. Die Aufgabe ist abgehakt."
DECIDED = "Die Leitung hat eine Abmahnung ausgesprochen."


def number_of(reporter: Visitor, code: str) -> str:
    reporter.press("Ich habe den Code notiert")
    open_mailbox(reporter, code)
    return case_number(reporter)


def take_over(visitor: Visitor, number: str) -> str:
    """Take a case over from the list; return the address of its page."""
    visitor.goto("/faelle/")
    visitor.follow(number)
    case = visitor.path
    visitor.follow("Fall übernehmen")
    visitor.tick("Keiner dieser Gründe trifft auf mich zu.")
    visitor.press("Übernehmen")
    visitor.sees("Als Nächstes")
    return case


def click(visitor: Visitor, link: Locator) -> None:
    """Follow a link to a kind of page that has been looked at before."""
    link.first.click()
    visitor.page.wait_for_load_state()
    assert visitor.status == 200


def said(visitor: Visitor, text: str) -> None:
    """Wait for what the page says about the step that was just taken."""
    visitor.page.get_by_text(text).first.wait_for()


def open_task(visitor: Visitor, case: str, title: str) -> None:
    visitor.open(case)
    tasks = visitor.page.locator("section[aria-labelledby=aufgaben]")
    click(visitor, tasks.get_by_role("link", name=title, exact=True))


def check_off(visitor: Visitor, case: str, title: str, tell: str = "") -> None:
    """Finish a task on its page; ``tell``: what the reporter reads instead of the proposed."""
    open_task(visitor, case, title)
    consent = visitor.page.get_by_label("Die betroffene Person ist einverstanden.")
    if consent.count():
        consent.check()
    if tell:
        visitor.fill("Was sie liest", tell)
    visitor.page.get_by_role("button", name="Abhaken").click()
    said(visitor, DONE)
    visitor.sees(f"Erledigt: {title}")


def check_off_by_keyboard(visitor: Visitor, case: str, title: str) -> None:
    page = visitor.page
    visitor.open(case)
    tab_to(page, title)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name=title).wait_for()
    tab_to(page, "Notiz")
    page.keyboard.type("Sie ist bei einer Kollegin.")
    tab_to(page, "Abhaken")
    page.keyboard.press("Enter")
    said(visitor, DONE)
    visitor.look()


def classify(visitor: Visitor, case: str, level: int) -> None:
    visitor.open(case)
    steps = visitor.page.locator("aside").get_by_role("link", name="Gefahr einstufen")
    click(visitor, steps)
    visitor.look()
    visitor.page.locator(f"input[name=level][value='{level}']").check()
    visitor.fill("Begründung", "Er hat gedroht, auf sie zu warten.")
    visitor.press("Stufe speichern")


def look_around(visitor: Visitor, case: str, title: str) -> None:
    """Look at each kind of page on which tasks stand."""
    visitor.goto(case)
    visitor.sees("Als Nächstes", title)
    visitor.follow(title)
    visitor.sees("Erledigt, wenn:")
    for change in ("An jemand anderen übergeben", "Verschieben"):
        visitor.follow(change)
        visitor.follow("Abbrechen")
    visitor.goto(f"{case}verfahren/")
    visitor.sees("kommt später", title)
    visitor.goto("/aufgaben/")
    visitor.sees("Meine (", title)
    for which in ("ueberfaellig", "team", "erledigt"):
        visitor.goto(f"/aufgaben/?zeigen={which}")
    visitor.follow("Fristen im eigenen Kalender")


def close(visitor: Visitor, case: str, message: str, *, outcome: str) -> None:
    visitor.goto(case)
    visitor.sees("Abschließen und Ergebnis mitteilen")  # the one step left, which this does
    visitor.follow("Fall abschließen")
    visitor.tick(outcome)
    visitor.fill("Nachricht an die meldende Person", message)
    visitor.fill("Begründung für die Akte", "Zwei Zeug:innen.")
    visitor.press("Abschließen")


def test_an_outside_threat_is_led_to_its_end(visit: Callable[..., Visitor]) -> None:
    reporter, lead, phone = visit(), visit(width=DESK), visit(width=PHONE)
    number = number_of(reporter, report_shortly(reporter, THREAT))
    sign_in(lead, "fallfuehrung@jena.example")
    sign_in(phone, "fallfuehrung2@jena.example")
    case = take_over(lead, number)
    classify(lead, case, 2)
    look_around(lead, case, "Betroffene Person schützen")
    phone.goto(case)
    phone.sees("Betroffene Person schützen")
    phone.follow("Betroffene Person schützen")
    phone.goto(f"{case}verfahren/")
    phone.goto("/aufgaben/?zeigen=team")

    check_off_by_keyboard(lead, case, "Betroffene Person schützen")
    check_off(lead, case, "Psychologische Erstbetreuung anbieten")
    lead.goto(f"{case}verfahren/")
    lead.sees("Gefahr einstufen", "erledigt")  # by classifying it
    for title in ("Leitung einbeziehen", "Beweise sichern", "Unfallmeldung prüfen"):
        check_off(lead, case, title)
    check_off(phone, case, "Gespräch mit der betroffenen Person", "Ihre Wünsche stehen fest.")
    reporter.goto("/postfach/")
    reporter.sees(SAFE, "Die Leitung ist einbezogen", "Ihre Wünsche stehen fest.")
    assert "Kollegin" not in reporter.text

    open_task(lead, case, "Zwischenstand mitteilen")
    lead.follow("Antworten")
    lead.fill("Ihr Text", STANDS)
    lead.press("Antwort senden")
    lead.goto("/aufgaben/?zeigen=erledigt")
    lead.sees("Zwischenstand mitteilen", "Betroffene Person schützen")

    for title in (
        "Hausrecht prüfen",
        "Strafanzeige und Strafantrag klären",
        "Schutz zu Hause und bei Terminen",
        "Nach vier Wochen nachfragen",
        "Gefährdungsbeurteilung überprüfen",
    ):
        check_off(lead, case, title)
    close(lead, case, RESULT, outcome="Schutz und Begleitung geleistet")
    reporter.goto("/postfach/")
    reporter.sees("Abgeschlossen", STANDS, RESULT, "Ergebnis: Schutz und Begleitung geleistet.")
    lead.goto("/aufgaben/")
    assert number not in lead.text


def complain_formally(visitor: Visitor) -> str:
    """Report from inside, on the way of a formal complaint; return the receipt."""
    visitor.goto("/melden/jena/")
    visitor.follow("Ausführlich")
    visitor.tick("mich selbst")
    visitor.press("Weiter")
    visitor.goto(f"{WAY}/was/")
    visitor.fill("Was ist passiert?", COMPLAINT)
    visitor.press("Weiter")
    visitor.goto(f"{WAY}/wer/")
    visitor.page.locator("input[name=side][value=inside]").check()
    visitor.press("Weiter")
    visitor.goto(f"{WAY}/stelle/")
    visitor.tick("Beschwerdestelle")
    visitor.press("Weiter")
    visitor.goto(f"{WAY}/pruefen/")
    visitor.press("Absenden")
    return shown_code(visitor)


def recuse(visitor: Visitor, case: str) -> None:
    visitor.open(case)
    click(visitor, visitor.page.locator("aside").get_by_role("link", name="Befangenheit anzeigen"))
    visitor.look()
    visitor.page.locator("input[name=ground][value=team]").check()
    visitor.press("Fall abgeben")
    said(visitor, "Sie haben den Fall abgegeben.")


def test_a_complaint_goes_on_when_somebody_is_biased(visit: Callable[..., Visitor]) -> None:
    reporter = visit()
    first, second, deputy = visit(), visit(width=DESK), visit()
    number = number_of(reporter, complain_formally(reporter))
    sign_in(first, "beschwerdestelle@jena.example")
    sign_in(second, "beschwerdestelle2@jena.example")
    sign_in(deputy, "vertretung.beschwerdestelle@jena.example")
    case = take_over(first, number)
    deputy.goto(case, status=404)  # nothing before somebody calls them in
    open_task(first, case, "Eingang bestätigen")
    task = first.path
    first.goto("/aufgaben/")
    first.sees(number, "Eingang bestätigen")
    recuse(first, case)

    # Nothing is left to find, neither by its address nor in a list.
    for address in (case, task, f"{case}verfahren/"):
        first.goto(address, status=404)
    for which in ("meine", "ueberfaellig", "team", "erledigt"):
        first.goto(f"/aufgaben/?zeigen={which}")
        assert number not in first.text
    deputy.goto(case)
    second.goto("/aufgaben/")
    second.sees(number, "Eingang bestätigen")
    second.goto(task)
    second.sees("Eingang bestätigen", "Sie")

    take_over(second, number)
    for title in (
        "Eingang bestätigen",
        "Erstgespräch anbieten",
        "Zuständigkeit und Befangenheit prüfen",
        "Einverständnis und Ablauf klären",
        "Über Sofortmaßnahmen entscheiden",
        "Sachverhalt ermitteln",
        "Bewerten",
        "Bericht mit Empfehlung an die Leitung",
        "Entscheiden",
    ):
        check_off(second, case, title)
    check_off(second, case, "Ergebnis schriftlich mitteilen", DECIDED)
    second.goto(f"{case}verfahren/")
    second.sees("Maßnahmen begleiten", "kommt später")
    reporter.goto("/postfach/")
    reporter.sees("Ihr Fall wird neu zugeteilt", "Wir haben alle Beteiligten angehört.", DECIDED)
    first.goto(case, status=404)
