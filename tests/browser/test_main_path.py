"""The whole path on a real installation: report, answer, read, write; with JavaScript and without.

Every page on the way is looked at as `Visitor.look` does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.reporting import (
    PICTURE,
    STORY,
    case_number,
    choose_jena,
    open_mailbox,
    report_shortly,
    shown_code,
)
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

MORE = "Er kannte meinen Namen."
ANSWER = "Danke für Ihr Vertrauen. Wir sprechen heute mit dem Sicherheitsdienst."
NOTE = "Hausverbot prüfen."
RESULT = "Der Mann hat nun Hausverbot. Wir begleiten Sie weiter."


def go_the_full_way(visitor: Visitor) -> None:
    """Answer every question, go back and forth, add a file; end on the summary."""
    visitor.follow("Ausführlich")
    visitor.tick("mich selbst")
    visitor.press("Weiter")
    visitor.tick("Mitarbeiter:in im Innendienst")
    visitor.press("Weiter")
    visitor.press("Weiter")
    visitor.sees("Bitte schreiben Sie kurz, was passiert ist.")
    visitor.fill("Was ist passiert?", STORY)
    visitor.unfold("Wie würden Sie es einordnen?")
    visitor.tick("Beleidigung", "Bedrohung, Nötigung")
    visitor.press("Zurück")
    assert visitor.page.get_by_label("Mitarbeiter:in im Innendienst").is_checked()
    visitor.press("Weiter")
    assert visitor.page.get_by_label("Was ist passiert?").input_value() == STORY
    assert visitor.page.get_by_label("Bedrohung, Nötigung").is_checked()
    visitor.press("Weiter")
    visitor.tick("an einem Tag")
    visitor.fill("Tag (oder Beginn)", "2026-02-03")
    visitor.fill("Wo war das?", "Bürgerbüro, Schalter 3")
    visitor.press("Weiter")
    visitor.tick("von jemandem außerhalb der Verwaltung", "Bürger:in, Kund:in")
    visitor.press("Weiter")
    visitor.tick("Ärger über eine Entscheidung der Kommune")
    visitor.press("Weiter")
    visitor.sees("110")
    visitor.press("Weiter")
    add_a_file(visitor)
    visitor.press("Weiter")
    visitor.sees("Wer soll sich kümmern?", "Ihre Meldung liest: Jena")
    visitor.press("Weiter")
    visitor.sees("Wer darf davon nichts erfahren?")
    visitor.tick("alle in der Leitung")
    visitor.press("Weiter")
    visitor.tick("Schutz für mich oder andere")
    visitor.press("Weiter")
    visitor.press("Weiter")
    visitor.sees("Prüfen und absenden", STORY, "Schalter 3", "schalter.png", "alle in der Leitung")


def add_a_file(visitor: Visitor) -> None:
    files = [
        {"name": name, "mimeType": "image/png", "buffer": PICTURE}
        for name in ("schalter.png", "versehen.png")
    ]
    visitor.page.get_by_label("Dateien auswählen").set_input_files(files)
    visitor.press("Hinzufügen")
    visitor.sees("schalter.png", "versehen.png")
    visitor.press(re.compile("Entfernen.*versehen.png"))
    assert "versehen.png" not in visitor.text


def change_an_answer(visitor: Visitor) -> None:
    row = visitor.page.get_by_role("link", name="Ändern").and_(
        visitor.page.locator("[href*='/was/']")
    )
    row.click()
    visitor.page.wait_for_load_state()
    visitor.look()
    visitor.fill("Was ist passiert?", f"{STORY} {MORE}")
    visitor.press("Übernehmen")
    visitor.sees("Prüfen und absenden", MORE)


def send_and_note(visitor: Visitor) -> str:
    """Send, look at the receipt and its printed form, confirm; return the receipt."""
    visitor.press("Absenden")
    visitor.sees("Danke, dass Sie das melden", "Sie sind nicht allein", "Übergriffsmanagement")
    code = shown_code(visitor)
    visitor.follow("Zum Ausdrucken")
    assert code in visitor.page.locator("body").inner_text()
    visitor.follow("Zurück")
    assert shown_code(visitor) == code
    visitor.press("Ich habe den Code notiert")
    assert visitor.path == "/postfach/"
    visitor.goto("/melden/quittung/")
    assert code not in visitor.text
    return code


def work_on_the_case(visitor: Visitor, number: str) -> None:
    """Take over, answer, note, classify, change the status, close."""
    sign_in(visitor, "fallfuehrung@jena.example")
    visitor.follow("Fälle")
    visitor.follow(number)
    visitor.sees("Fallführung Übergriffe")
    visitor.follow("Fall übernehmen")
    visitor.press("Übernehmen")
    visitor.sees("Bitte erklären Sie, dass keiner der Gründe zutrifft.")
    visitor.tick("Keiner dieser Gründe trifft auf mich zu.")
    visitor.press("Übernehmen")
    visitor.follow("Antworten")
    visitor.fill("Ihr Text", ANSWER)
    visitor.press("Antwort senden")
    visitor.sees(ANSWER)
    visitor.follow("Interne Notiz")
    visitor.fill("Ihr Text", NOTE)
    visitor.press("Notiz speichern")
    # The task of the procedure bears the same words as the step.
    visitor.page.locator("aside").get_by_role("link", name="Gefahr einstufen", exact=True).click()
    visitor.page.wait_for_load_state()
    visitor.page.get_by_label("2 – ").check()
    visitor.fill("Begründung", "Er hat gedroht.")
    visitor.press("Stufe speichern")
    visitor.follow("Status ändern")
    visitor.tick("in Bearbeitung")
    visitor.fill("Grund", "Gespräch geführt.")
    visitor.press("Status speichern")
    visitor.follow("Fall abschließen")
    visitor.page.get_by_label("Schutz und Begleitung geleistet", exact=True).check()
    visitor.fill("Nachricht an die meldende Person", RESULT)
    visitor.fill("Begründung für die Akte", "Zwei Zeug:innen.")
    visitor.tick("Was oben noch offen ist, entfällt mit dem Abschluss.")
    visitor.press("Abschließen")
    visitor.sees("abgeschlossen", NOTE, RESULT)


def read_and_write(visitor: Visitor, code: str) -> None:
    """The reporter reads what happened, sees who opened it, writes, keeps a diary."""
    open_mailbox(visitor, code)
    visitor.sees("Abgeschlossen", ANSWER, RESULT, "schalter.png")
    assert NOTE not in visitor.page.content()
    openings = visitor.page.locator("section[aria-labelledby=oeffnungen]").inner_text()
    assert "Fallführung Übergriffe, " in openings
    visitor.fill("Ihre Nachricht", "Danke. Das hilft mir.")
    visitor.press("Senden")
    visitor.sees("Ihre Nachricht ist angekommen.", "Danke. Das hilft mir.")
    visitor.follow("Es ist wieder etwas passiert")
    visitor.fill("Was ist passiert?", "Er stand heute vor dem Rathaus.")
    visitor.press("Festhalten")
    visitor.sees("Ihr Eintrag ist gespeichert.", "Er stand heute vor dem Rathaus.")
    visitor.follow("Zum Ausdrucken")
    visitor.page.go_back()
    visitor.follow("Um Löschung bitten")
    visitor.page.go_back()
    visitor.press("Postfach schließen")
    visitor.goto("/postfach/")
    assert STORY not in visitor.page.content()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_report_is_answered(visit: Callable[..., Visitor], scripts: bool) -> None:
    reporter = visit(scripts=scripts)
    choose_jena(reporter)
    go_the_full_way(reporter)
    change_an_answer(reporter)
    code = send_and_note(reporter)
    open_mailbox(reporter, code)
    reporter.unfold("Was Sie gemeldet haben")
    reporter.sees("Eingegangen", STORY, MORE, "Noch niemand.")
    number = case_number(reporter)
    reporter.press("Postfach schließen")
    work_on_the_case(visit(scripts=scripts, width=DESK), number)
    read_and_write(reporter, code)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_short_report_may_grow(visit: Callable[..., Visitor], scripts: bool) -> None:
    visitor = visit(scripts=scripts)
    visitor.goto("/melden/jena/")
    visitor.follow("Kurz")
    visitor.fill("Was ist passiert?", STORY)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.fill("Wie dürfen wir Sie erreichen?", "Abends zu Hause, 0000 123")
    visitor.press("Mehr angeben")
    visitor.sees("Wen betrifft der Vorfall?")
    visitor.press("Weiter")
    visitor.press("Weiter")
    assert visitor.page.get_by_label("Was ist passiert?").input_value() == STORY
    visitor.goto("/melden/jena/bericht/pruefen/")
    visitor.sees(STORY, "von außerhalb", "Abends zu Hause, 0000 123")
    visitor.press("Absenden")
    shown_code(visitor)


def test_a_short_report_is_one_page(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    code = report_shortly(visitor)
    visitor.press("Ich habe den Code notiert")
    open_mailbox(visitor, code)
    visitor.unfold("Was Sie gemeldet haben")
    visitor.sees(STORY)
