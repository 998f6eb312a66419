"""What goes wrong for people: time runs out, answers get lost, fingers slip, files are too big."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.demo.people import PASSWORD
from tests.browser.reporting import (
    STORY,
    case_number,
    open_mailbox,
    report_shortly,
    shown_code,
)
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Route

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

# Emoji with joiners, Arabic, a mark that turns the direction, markup, and a word without end.
EXOTIC = (
    "👩🏽‍💻 sagte: مرحبا \u202e!snefua <script>document.title='x'</script>"
    f' <img src="https://example.org/x.png" onerror="alert(1)"> {"Grundstücksverkehr" * 12}'
)
TOO_LONG = "Zu lang. " * 2300  # 20,700 characters
REPLY = "Wir melden uns morgen noch einmal bei Ihnen."
SEND_TWICE = """async () => {
  const form = document.querySelector("main form");
  const send = () => fetch(form.action, {
    method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual",
  });
  return (await Promise.all([send(), send()])).map(answer => answer.type);
}"""


def test_a_mailbox_that_closed_while_somebody_wrote(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    code = report_shortly(visitor)
    visitor.press("Ich habe den Code notiert")
    open_mailbox(visitor, code)
    visitor.fill("Ihre Nachricht", "Er war heute wieder da.")
    visitor.context.clear_cookies(name="postfach")
    visitor.press("Senden")
    visitor.sees("Bitte öffnen Sie das Postfach noch einmal")
    assert visitor.page.get_by_label("Ihr Text").input_value() == "Er war heute wieder da."
    visitor.fill("Ihr Code", code)
    visitor.press("Öffnen und senden")
    visitor.sees("Ihre Nachricht ist angekommen.", "Er war heute wieder da.")


def test_a_vault_that_locked_while_somebody_answered(visit: Callable[..., Visitor]) -> None:
    number = reported(visit())
    visitor = visit(width=DESK)
    sign_in(visitor, "fallfuehrung@jena.example")
    visitor.follow("Fälle")
    visitor.follow(number)
    visitor.follow("Fall übernehmen")
    visitor.tick("Keiner dieser Gründe trifft auf mich zu.")
    visitor.press("Übernehmen")
    visitor.follow("Antworten")
    visitor.fill("Ihr Text", REPLY)
    lock_in_another_tab(visitor)
    visitor.press("Antwort senden")
    assert visitor.path.startswith("/konto/entsperren/")
    visitor.page.locator("input[name=password]").fill("falsches-passwort")
    visitor.press("Tresor öffnen")
    visitor.sees("Das Passwort stimmt nicht.")
    visitor.page.locator("input[name=password]").fill(PASSWORD)
    visitor.press("Tresor öffnen")
    visitor.sees("Ihr Text ist noch da")
    assert visitor.page.get_by_label("Ihr Text").input_value() == REPLY
    visitor.press("Antwort senden")
    visitor.sees(REPLY)


def reported(visitor: Visitor, story: str = STORY) -> str:
    """Hand in a short report; return the case's number."""
    code = report_shortly(visitor, story)
    visitor.press("Ich habe den Code notiert")
    open_mailbox(visitor, code)
    return case_number(visitor)


def lock_in_another_tab(visitor: Visitor) -> None:
    tab = visitor.context.new_page()
    tab.goto(f"{visitor.site_url}/konto/")
    tab.get_by_role("button", name="Tresor jetzt schließen").click()
    tab.get_by_text("Ihr Tresor ist geschlossen.").wait_for()
    tab.close()


def cases(visitor: Visitor) -> int:
    """Return how many cases the case lead sees."""
    visitor.goto("/faelle/?status=all")
    return int(visitor.page.locator("table caption").inner_text().split()[0])


def test_sending_twice_at_once_reports_once(visit: Callable[..., Visitor]) -> None:
    staff = visit(width=DESK)
    sign_in(staff, "fallfuehrung@jena.example")
    before = cases(staff)
    visitor = visit()
    visitor.goto("/melden/jena/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    # As a real double click would, had the first one not been cancelled by the second: both arrive.
    answers = visitor.page.evaluate(SEND_TWICE)
    assert answers == ["opaqueredirect", "opaqueredirect"]
    visitor.goto("/melden/quittung/")
    shown_code(visitor)
    assert cases(staff) == before + 1


@pytest.mark.parametrize("way", ["kurz", "bericht/pruefen"])
def test_a_lost_answer_loses_nothing(visit: Callable[..., Visitor], way: str) -> None:
    visitor = visit()
    visitor.goto("/melden/jena/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    if way != "kurz":
        visitor.press("Mehr angeben")
        visitor.goto(f"/melden/jena/{way}/")
    arrived = []

    def lose_the_answer(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        arrived.append(route.fetch(max_redirects=0).status)
        return route.abort("connectionreset")

    visitor.context.route(f"**/melden/jena/{way}/", lose_the_answer)
    visitor.page.get_by_role("button", name="Absenden").click()
    visitor.page.wait_for_url("chrome-error://**")
    assert arrived == [302]
    visitor.context.unroute_all()
    visitor.goto(f"/melden/jena/{way}/")
    code = shown_code(visitor)
    visitor.goto("/melden/jena/")
    visitor.follow("Code anzeigen")
    assert shown_code(visitor) == code


def test_receipts_that_do_not_fit(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    code = report_shortly(visitor)
    visitor.press("Ich habe den Code notiert")
    other = "1" if code[-1] == "0" else "0"
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else code[:-1] + other
    tries = {
        "": "Bitte geben Sie Ihren Code ein.",
        code[:9]: "Es fehlen Zeichen",
        swapped: "Wahrscheinlich ist ein Zeichen vertippt",
        "Das ist kein Code, sondern ein Satz.": "",
        "0000-0000-0000-0000-0000-0": "Zu diesem Code gibt es kein Postfach.",
    }
    for typed, answer in tries.items():
        visitor.goto("/postfach/")
        visitor.fill("Ihr Code", typed)
        visitor.press("Öffnen")
        visitor.sees("Postfach öffnen", answer)
        assert visitor.page.title().startswith("Fehler: ")
        assert STORY not in visitor.page.content()
    visitor.fill("Ihr Code", f"  {code.lower().replace('-', '')} ")
    visitor.press("Öffnen")
    visitor.sees("Ihr Postfach")


def test_a_draft_and_the_address_of_another_municipality(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto("/melden/jena/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    visitor.press("Mehr angeben")
    visitor.goto("/melden/kassel/bericht/was/")
    visitor.sees("Sie haben schon eine andere Meldung angefangen", "Jena")
    assert STORY not in visitor.page.content()
    visitor.follow("Dort weiterschreiben")
    visitor.follow("Weiterschreiben")
    visitor.goto("/melden/jena/bericht/was/")
    assert visitor.page.get_by_label("Was ist passiert?").input_value() == STORY
    visitor.goto("/melden/gibt-es-nicht/kurz/", status=404)


def test_files_that_are_too_big_or_not_what_they_say(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    film, picture = tmp_path / "film.mp4", tmp_path / "foto.jpg"
    with film.open("wb") as file:
        file.truncate(60 * 1024 * 1024)
    picture.write_bytes(b"MZ\x90\x00\x03" + bytes(600))
    visitor = visit()
    visitor.goto("/melden/jena/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.press("Mehr angeben")
    visitor.goto("/melden/jena/bericht/dateien/")
    visitor.page.get_by_label("Dateien auswählen").set_input_files([film, picture])
    visitor.press("Hinzufügen")
    visitor.sees("„film.mp4“ ist größer als 50,0", "foto.jpg")
    visitor.press("Weiter")
    visitor.goto("/melden/jena/bericht/pruefen/")
    visitor.sees("foto.jpg")
    assert "film.mp4" not in visitor.text
    visitor.press("Absenden")
    code = shown_code(visitor)
    visitor.press("Ich habe den Code notiert")
    open_mailbox(visitor, code)
    staff = visit(width=DESK)
    sign_in(staff, "fallfuehrung@jena.example")
    number = case_number(visitor)
    staff.goto("/faelle/")
    staff.follow(number)
    staff.sees("foto.jpg")
    assert "image/jpeg" not in staff.text
    with staff.page.expect_download() as waiting:
        staff.page.get_by_role("link", name="foto.jpg").click()
    assert waiting.value.path().read_bytes() == picture.read_bytes()


def test_exotic_and_endless_text(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto("/melden/jena/kurz/")
    visitor.fill("Was ist passiert?", TOO_LONG)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.press("Absenden")
    visitor.sees("möglich sind 20.000")
    assert visitor.page.get_by_label("Was ist passiert?").input_value() == TOO_LONG
    number = reported(visitor, EXOTIC)
    visitor.unfold("Was Sie gemeldet haben")
    visitor.look()
    assert EXOTIC in visitor.page.locator("main").text_content()
    staff = visit()
    sign_in(staff, "fallfuehrung@jena.example")
    staff.follow("Fälle")
    staff.follow(number)
    assert EXOTIC in staff.page.locator("main").text_content()
