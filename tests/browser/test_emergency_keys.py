"""Both emergency keys: made, drilled and used by two people, each in a browser of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.demo.people import PASSWORD
from tests.browser.reporting import STORY, case_number, open_mailbox, shown_code
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK, PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

REASON = "Beide Zuständigen haben ihre Zugangsdaten verloren."


def told(visitor: Visitor, words: str) -> None:
    """Require words in what the page says has just happened."""
    assert words in visitor.page.get_by_role("status").inner_text()


def keys_of(town: str) -> str:
    return f"/verwaltung/{town}/notfallschluessel/"


def make_and_verify(visitor: Visitor, town: str, part: str) -> str:
    """Make a key, keep its paper, type it back; return what is printed."""
    visitor.goto(keys_of(town))
    visitor.follow(f"Schlüssel {part} ersetzen")
    visitor.press("Jetzt erzeugen und zeigen")
    visitor.sees("Was tun im Notfall?", "Ersetzt das Blatt")
    groups = visitor.page.locator(".komma-key__characters").all_inner_texts()
    visitor.follow("Gedruckt – weiter zur Prüfung")
    visitor.fill(f"Schlüssel von Blatt {part}", " ".join([*groups[:2], "QQQQQQQ", *groups[3:]]))
    visitor.press("Vergleichen")
    visitor.sees("In Gruppe 3 stimmt ein Zeichen nicht.")
    visitor.fill(f"Schlüssel von Blatt {part}", " ".join(groups).lower())
    visitor.press("Vergleichen")
    told(visitor, "Geprüft.")
    return " ".join(groups)


def two_with_papers(
    visit: Callable[..., Visitor], town: str, *, scripts: bool
) -> tuple[Visitor, Visitor, dict[str, str]]:
    """Return two administrators at their own screens, and the papers that each has made."""
    first, second = visit(scripts=scripts, width=DESK), visit(scripts=scripts, width=PHONE)
    sign_in(first, f"verwaltung2@{town}.example")
    sign_in(second, f"verwaltung@{town}.example")
    papers = {"B": make_and_verify(first, town, "B"), "A": make_and_verify(second, town, "A")}
    return first, second, papers


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_both_keys_are_used_in_a_drill(visit: Callable[..., Visitor], scripts: bool) -> None:
    first, second, papers = two_with_papers(visit, "jena", scripts=scripts)
    first.goto(keys_of("jena"))
    first.follow("Übung beginnen")
    first.fill("Schlüssel von Blatt B", papers["B"])
    first.press("Übung beginnen")
    first.sees("Jetzt kommt die zweite Person")
    second.goto(keys_of("jena"))
    second.follow("Begonnene Übung fortsetzen")
    second.fill("Schlüssel von Blatt A", papers["B"])
    second.press("Übung beenden")
    second.sees("Das ist Blatt B. Hier wird Blatt A gebraucht.")
    second.fill("Schlüssel von Blatt A", papers["A"])
    second.press("Übung beenden")
    second.sees("Beide Notfallschlüssel sind lesbar und gültig.")
    second.follow("Zurück zu den Notfallschlüsseln")
    second.sees("Protokoll vom")


def lose_the_key(visitor: Visitor, email: str) -> None:
    """Replace one's vault, as after losing the password and the recovery code."""
    sign_in(visitor, email)
    visitor.goto("/konto/tresor/neu/")
    visitor.page.locator("input[name=password]").fill(PASSWORD)
    visitor.press("Bestätigen")
    visitor.tick("Ich habe verstanden, dass meine bisherigen Fälle geschlossen bleiben.")
    visitor.fill("Ihr jetziges Passwort", PASSWORD)
    visitor.press("Neuen Tresor anlegen")


def report_to(visitor: Visitor, town: str) -> tuple[str, str]:
    """Hand in a report; return the receipt and the number of the case."""
    visitor.goto(f"/melden/{town}/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.press("Absenden")
    code = shown_code(visitor)
    visitor.press("Ich habe den Code notiert")
    open_mailbox(visitor, code)
    return code, case_number(visitor)


def test_two_people_open_a_case_that_nobody_can_open(visit: Callable[..., Visitor]) -> None:
    """Everybody who handles such cases has lost their key; one of them gets access again."""
    first, second, papers = two_with_papers(visit, "heilbronn", scripts=True)
    reporter, lead = visit(), visit(width=DESK)
    _code, number = report_to(reporter, "heilbronn")
    for local in ("vertretung.fallfuehrung", "fallfuehrung2"):
        lose_the_key(visit(), f"{local}@heilbronn.example")
    lose_the_key(lead, "fallfuehrung@heilbronn.example")
    begin(first, papers["B"])
    end(second, papers["A"], number)
    reporter.goto("/postfach/")
    reporter.sees(
        "Notfallzugang",
        REASON,
        "Verwaltung der Konten, zweite Person",
        "Zugang hat jetzt: Fallführung Übergriffe.",
    )
    lead.goto("/faelle/")
    lead.follow(number)
    lead.sees(STORY, "Notfallzugang", REASON)


def begin(first: Visitor, paper: str) -> None:
    """For whom, which cases, why, and paper B."""
    first.goto(keys_of("heilbronn"))
    first.follow("Notfallzugang")
    first.page.get_by_label("Fallführung Übergriffe (Übergriffsmanagement)").check()
    first.tick("alle offenen Fälle der Stelle, die niemand mehr öffnen kann")
    first.press("Weiter mit der zweiten Person")
    first.sees("Bitte schreiben Sie, warum die Notfallschlüssel nötig sind.")
    first.fill("Begründung", REASON)
    first.fill("Schlüssel von Blatt B", paper)
    first.press("Weiter mit der zweiten Person")
    first.sees("Jetzt kommt die zweite Person", REASON)


def end(second: Visitor, paper: str, number: str) -> None:
    """Look at what was begun, and paper A."""
    second.goto(keys_of("heilbronn"))
    second.follow("Notfallzugang")
    second.sees("Prüfzahl ihres Schlüssels", REASON, "Fallführung Übergriffe")
    assert number not in second.page.content()
    second.fill("Schlüssel von Blatt A", paper)
    second.press("Zugang geben")
    told(second, "wieder zugänglich.")
