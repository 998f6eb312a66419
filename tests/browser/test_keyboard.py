"""Reporting without a mouse, and leaving at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.config.settings import KOMMA_LEAVE_TARGET
from tests.browser.focus import tab_to
from tests.browser.reporting import STORY, open_mailbox, report_shortly, shown_code

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Cookie

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

BEGUN = "Sie haben eine Meldung angefangen"
TARGET_PAGE = "<!DOCTYPE html><html lang=de><title>Wetter</title><h1>Wetter</h1>"


def test_a_short_report_by_keyboard_only(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    visitor.goto("/melden/jena/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhalt"
    tab_to(page, "Kurz")
    page.keyboard.press("Enter")
    page.wait_for_url("**/kurz/")
    tab_to(page, "Was ist passiert?")
    page.keyboard.type(STORY)
    tab_to(page, "von jemandem außerhalb")
    page.keyboard.press("Space")
    tab_to(page, "ja, es besteht gerade Gefahr")
    page.keyboard.press("ArrowDown")
    asked = page.get_by_role("group", name="Besteht gerade Gefahr?")
    assert asked.get_by_label("nein", exact=True).is_checked()
    tab_to(page, "Absenden")
    page.keyboard.press("Enter")
    page.wait_for_url("**/quittung/")
    code = shown_code(visitor)
    tab_to(page, "Ich habe den Code notiert")
    page.keyboard.press("Enter")
    page.wait_for_url("**/postfach/")
    tab_to(page, "Ihr Code")
    page.keyboard.type(code.lower().replace("-", " "))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Ihr Postfach").wait_for()
    visitor.look()


def test_an_error_is_reached_by_keyboard(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto("/melden/jena/kurz/")
    tab_to(visitor.page, "Absenden")
    visitor.page.keyboard.press("Enter")
    visitor.page.get_by_role("heading", name="Bitte prüfen Sie").wait_for()
    visitor.look()
    tab_to(visitor.page, "Was ist passiert? – Bitte schreiben Sie kurz")
    visitor.page.keyboard.press("Enter")
    assert visitor.page.evaluate("document.activeElement.name") == "description"


def begin(visitor: Visitor) -> Cookie:
    """Begin a report; return the cookie that opens its draft."""
    stub_the_target(visitor)
    visitor.open("/melden/jena/kurz/")
    visitor.fill("Was ist passiert?", STORY)
    visitor.press("Mehr angeben")
    return next(each for each in visitor.context.cookies() if each["name"] == "entwurf")


def stub_the_target(visitor: Visitor) -> None:
    """Answer in place of the page that leaving leads to; nothing reaches the network."""
    visitor.context.route(
        f"{KOMMA_LEAVE_TARGET}**",
        lambda route: route.fulfill(body=TARGET_PAGE, content_type="text/html; charset=utf-8"),
    )


def draft_is_there(visit: Callable[..., Visitor], cookie: Cookie) -> bool:
    """Whether somebody who kept the cookie would find the draft."""
    thief = visit(scripts=False)
    thief.context.add_cookies(
        [
            {
                "name": "entwurf",
                "value": cookie["value"],
                "url": f"{thief.site_url}/melden/",
            }
        ]
    )
    thief.open("/melden/jena/")
    return BEGUN in thief.text


def has_left(visitor: Visitor) -> None:
    visitor.page.wait_for_url(KOMMA_LEAVE_TARGET)
    assert visitor.page.title() == "Wetter"


def by_escape(visitor: Visitor) -> None:
    for _ in range(3):
        visitor.page.keyboard.press("Escape")


def by_button(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Seite verlassen").click()


@pytest.mark.parametrize(
    ("scripts", "leave"),
    [(True, by_escape), (True, by_button), (False, by_button)],
    ids=["escape", "button", "button-no-scripts"],
)
def test_leaving_deletes_the_draft(
    visit: Callable[..., Visitor], scripts: bool, leave: Callable[[Visitor], None]
) -> None:
    visitor = visit(scripts=scripts)
    cookie = begin(visitor)
    assert draft_is_there(visit, cookie)
    leave(visitor)
    has_left(visitor)
    visitor.page.wait_for_timeout(500)  # the request outlives the page that sent it
    assert not draft_is_there(visit, cookie)
    assert visitor.context.cookies(visitor.site_url + "/melden/") == []
    visitor.page.go_back()
    assert STORY not in visitor.page.content()


def test_leaving_closes_the_mailbox(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    stub_the_target(visitor)
    code = report_shortly(visitor)
    visitor.press("Ich habe den Code notiert")
    open_mailbox(visitor, code)
    by_escape(visitor)
    has_left(visitor)
    visitor.page.wait_for_timeout(500)
    assert visitor.context.cookies(visitor.site_url + "/postfach/") == []
