"""Somebody in front of a browser: walks through an installation and looks at every page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from tests.browser.axe import violations

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response

PHONE, DESK, NARROWEST = 390, 1280, 320
HEIGHT = 900
STATE = """() => ({
  title: document.title,
  headings: [...document.querySelectorAll("h1")].map(each => each.textContent.trim()),
  language: document.documentElement.lang,
})"""
OVERHANG = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Chromium's own line about an answer with an error status; `_note_response` looks at these.
FAILED_TO_LOAD = "Failed to load resource"


class Visitor:
    """One browser context with one page; whatever the browser complains about fails the test.

    ``scripts``: whether JavaScript is on. ``strangers`` collects requests to other hosts.
    """

    def __init__(
        self, context: BrowserContext, site_url: str, *, scripts: bool, width: int
    ) -> None:
        self.context = context
        self.scripts = scripts
        self.width = width
        self.site_url = site_url
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.stub_hosts: set[str] = set()
        self.status = 0
        self._may_fail: set[int] = set()
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        context.on("request", self._note_request)
        context.on("response", self._note_response)
        self.page = context.new_page()

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(FAILED_TO_LOAD):
            self.complaints.append(f"{message.text} ({message.location})")

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        own = urlsplit(self.site_url).netloc
        if parts.scheme in {"http", "https"} and parts.netloc not in {own, *self.stub_hosts}:
            self.strangers.append(request.url)

    def _note_response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
        elif response.status >= 400 and response.status not in self._may_fail:
            self.complaints.append(f"{response.status} {response.url}")

    def open(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(urljoin(self.site_url, path))

    def goto(self, path: str, *, status: int = 200) -> None:
        """Open a page by its address and look at it."""
        self.open(path)
        self.look(status=status)

    def follow(self, name: str, *, status: int = 200, exact: bool = True) -> None:
        """Click a link in the page's main part, or else anywhere, and look at where it leads."""
        inside = self.page.locator("main").get_by_role("link", name=name, exact=exact)
        link = inside if inside.count() else self.page.get_by_role("link", name=name, exact=exact)
        link.first.click()
        self.page.wait_for_load_state()
        self.look(status=status)

    def press(self, name: str | re.Pattern[str], *, status: int = 200) -> None:
        """Press a button and look at what comes."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look(status=status)

    def tick(self, *labels: str) -> None:
        """Choose answers by their labels."""
        for label in labels:
            self.page.get_by_label(label, exact=True).check()

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.page.get_by_label(label).fill(text)

    def unfold(self, name: str) -> None:
        """Open what unfolds under a heading."""
        self.page.locator("summary", has_text=name).click()

    @property
    def path(self) -> str:
        """The address without its host."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    @property
    def text(self) -> str:
        """What stands on the page, in the main part."""
        return self.page.locator("main").inner_text()

    def sees(self, *words: str) -> None:
        """Require words in the main part of the page."""
        for word in words:
            assert word in self.text, f"{word!r} is missing on {self.path}:\n{self.text}"

    def look(self, *, status: int = 200) -> None:
        """Require what holds for every page."""
        found = self.faults(status=status)
        assert not found, "\n".join(found)

    def faults(self, *, status: int = 200) -> list[str]:
        """Return what is wrong with the page, one line each."""
        state: dict[str, Any] = self.page.evaluate(STATE)
        found = [] if self.status == status else [f"status {self.status} instead of {status}"]
        if not state["title"]:
            found.append("no title")
        if len(state["headings"]) != 1:
            found.append(f"not one heading: {state['headings']}")
        if state["language"] != "de":
            found.append(f"language: {state['language']}")
        for width in {self.width, NARROWEST} if self.width == PHONE else {self.width}:
            if (overhang := self._overhang(width)) > 0:
                found.append(f"scrolls sideways by {overhang} at {width}")
        if self.scripts:
            # axe waits for timers, which do not run where JavaScript is off.
            found += violations(self.page)
        found += self.complaints
        found += [f"asks another host: {url}" for url in self.strangers]
        self.complaints, self.strangers = [], []
        return [f"{self.path}: {each}" for each in found]

    def _overhang(self, width: int) -> int:
        if width == self.width:
            return int(self.page.evaluate(OVERHANG))
        self.page.set_viewport_size({"width": width, "height": HEIGHT})
        overhang = int(self.page.evaluate(OVERHANG))
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})
        return overhang

    def photograph(self, file: Path) -> None:
        """Keep a picture of the whole page."""
        self.page.screenshot(path=file, full_page=True)
