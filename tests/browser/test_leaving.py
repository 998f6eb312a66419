"""Somebody goes, or never comes: a case lead leaves, and deputies step in for a late answer."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.browser.reporting import STORY, case_number, open_mailbox, report_shortly
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK
from tests.site.test_remains import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor
    from tests.site.running import Site

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

ANSWER = "Ich führe Ihren Fall jetzt weiter und melde mich am Montag."


def reported(reporter: Visitor, town: str) -> str:
    """Hand in a report, stay in its mailbox; return the number of the case."""
    code = report_shortly(reporter, town=town)
    reporter.press("Ich habe den Code notiert")
    open_mailbox(reporter, code)
    return case_number(reporter)


def take_over(visitor: Visitor) -> None:
    visitor.follow("Fall übernehmen")
    visitor.tick("Keiner dieser Gründe trifft auf mich zu.")
    visitor.press("Übernehmen")


def openings(reporter: Visitor) -> str:
    reporter.goto("/postfach/")
    return reporter.page.locator("section[aria-labelledby=oeffnungen]").inner_text()


@pytest.mark.parametrize(
    ("town", "scripts"), [("goerlitz", True), ("wismar", False)], ids=["scripts", "no-scripts"]
)
def test_a_case_lead_leaves(visit: Callable[..., Visitor], town: str, scripts: bool) -> None:
    reporter, lead = visit(scripts=scripts), visit(scripts=scripts)
    colleague, desk = visit(scripts=scripts, width=DESK), visit(scripts=scripts, width=DESK)
    number = reported(reporter, town)
    sign_in(lead, f"fallfuehrung@{town}.example")
    lead.follow("Fälle")
    lead.follow(number)
    case_page = lead.path
    take_over(lead)
    hand_over(lead, number)
    end_all_roles(desk, town)
    # Nothing is left to see: neither the page nor the list.
    lead.goto(case_page, status=404)
    lead.goto("/faelle/")
    assert number not in lead.page.content()
    lead.goto("/start/")
    lead.sees("Sie gehören im Moment zu keiner Kommune")
    sign_in(colleague, f"fallfuehrung2@{town}.example")
    colleague.goto("/faelle/")
    colleague.follow(number)
    colleague.sees("Sie sollen diesen Fall führen", STORY)
    take_over(colleague)
    colleague.follow("Antworten")
    colleague.fill("Ihr Text", ANSWER)
    colleague.press("Antwort senden")
    reporter.goto("/postfach/")
    reporter.sees("Ihren Fall führt jetzt jemand anderes", "zweite Person", ANSWER)
    assert "Fallführung Übergriffe, zweite Person, " in openings(reporter)


def hand_over(lead: Visitor, number: str) -> None:
    """Give all cases to the colleague, and tell the last day."""
    lead.goto("/start/")
    lead.follow("Ich verlasse meine Aufgabe")
    lead.sees("Fälle, die Sie führen", number)
    lead.press("Übergeben")
    lead.sees("Bitte wählen Sie, wer die Fälle bekommt.")
    lead.page.get_by_label("Fallführung Übergriffe, zweite Person").check()
    lead.press("Übergeben")
    lead.sees("Sie führen keinen offenen Fall.")
    lead.unfold("Offene Fälle, die Sie öffnen können und nicht führen")
    lead.sees(number)
    lead.follow("Letzten Tag nennen")
    day = dt.datetime.now().astimezone().date() + dt.timedelta(days=10)
    lead.fill("Mein letzter Tag", day.isoformat())
    lead.press("Verwaltung benachrichtigen")
    lead.sees(f"Ihr letzter Tag ist der {day:%d.%m.%Y}.")


def end_all_roles(desk: Visitor, town: str) -> None:
    """End what is left to whoever has told their last day."""
    sign_in(desk, f"verwaltung@{town}.example")
    desk.follow("Rollen beenden", exact=False)
    desk.sees("Hat die Person ihre Fälle übergeben?", "So hat sie es mitgeteilt.")
    desk.press("Alle Rollen beenden")
    desk.sees("Danach schließt die Annahme von Meldungen")
    desk.tick("Ich weiß, dass die Annahme dann geschlossen ist")
    desk.press("Alle Rollen beenden")
    desk.goto("/start/")
    assert "geht zum" not in desk.text


def test_deputies_step_in_when_nobody_opens_a_report_in_time(
    visit: Callable[..., Visitor], site: Site
) -> None:
    town = "augsburg"
    reporter, deputy = visit(), visit(width=DESK)
    number = reported(reporter, town)
    sign_in(deputy, f"vertretung.fallfuehrung@{town}.example")
    site.run_job("komma.cases.jobs:escalate")
    deputy.goto("/faelle/")
    assert number not in deputy.page.content()  # in time: the reserve stays hidden
    answer_day_passes(site, number)
    site.run_job("komma.cases.jobs:escalate")
    site.run_job("komma.cases.jobs:announce_news")
    reporter.goto("/postfach/")
    reporter.sees("Bis heute hat niemand Ihre Meldung übernommen.", "auch die Vertretung Zugang")
    assert "Vertretung der Fallführung" not in openings(reporter)
    deputy.goto("/faelle/")
    deputy.follow(number)
    deputy.sees(STORY, "Antwort überfällig")
    take_over(deputy)
    assert "Vertretung der Fallführung, " in openings(reporter)
    reporter.sees("Wird geprüft")


def answer_day_passes(site: Site, number: str) -> None:
    """Let the report have come in so long ago that the promised answer is a day late."""
    with connect(site, "owner") as connection:
        changed = connection.execute(
            "UPDATE cases_case SET received_on = received_on - days, answer_due_on = answer_due_on"
            " - days FROM (SELECT answer_due_on - current_date + 1 AS days FROM cases_case"
            " WHERE number = %(number)s) AS late WHERE number = %(number)s",
            {"number": number},
        )
        assert changed.rowcount == 1
