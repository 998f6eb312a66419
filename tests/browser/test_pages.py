"""Every page that links lead to: answers, fits, has one heading and a title, passes axe."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from komma.config.settings import KOMMA_SESSIONLESS
from tests.browser.signing_in import sign_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

LINKS = """() => [...document.querySelectorAll("a[href]")]
  .filter(link => !link.hasAttribute("download"))
  .map(link => link.href)"""
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
# Pages below these exist once for each municipality.
OF_A_TOWN = re.compile(r"^/(melden|hilfe|jetzt|verwaltung)/(?!quittung|verlassen)([a-z0-9-]+)/")
# Files, and the step from a mail, which moves on by itself before it can be looked at.
NO_PAGES = re.compile(r"/datei/|^/weiter/|\.(?:svg|pdf)$")


def kind_of(address: str) -> str:
    """Return the address without what only chooses which case, person or town is shown."""
    parts = urlsplit(address)
    path = OF_A_TOWN.sub(r"/\1/*/", UUID.sub("*", parts.path))
    names = sorted({name for name, _ in parse_qsl(parts.query, keep_blank_values=True)})
    return path + ("?" + "&".join(names) if names else "")


def crawl(
    visitor: Visitor, start: str, *, samples: int = 1, without: tuple[str, ...] = ()
) -> list[str]:
    """Look at `start` and at what its links lead to, and so on; return the kinds of pages.

    `samples`: how many pages of one kind; `without`: beginnings of addresses that are left out.
    """
    faults: list[str] = []
    seen: dict[str, int] = {}
    known, waiting = {start}, deque([start])
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if seen.get(kind, 0) >= samples:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        visitor.open(path)
        faults += visitor.faults()
        for found in visitor.page.evaluate(LINKS):
            target = urlsplit(urljoin(visitor.page.url, found))
            if target.netloc != urlsplit(visitor.site_url).netloc:
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            if address.startswith(without) or NO_PAGES.search(target.path):
                continue
            if address not in known:
                known.add(address)
                waiting.append(address)
    assert faults == [], "\n".join(faults)
    return sorted(seen)


def test_pages_for_everybody(visit: Callable[..., Visitor]) -> None:
    kinds = crawl(visit(), "/", samples=2)
    assert len(kinds) >= 12, kinds
    assert "/melden/*/kurz/" in kinds
    assert not [kind for kind in kinds if kind.startswith(("/faelle", "/verwaltung"))]


@pytest.mark.parametrize(
    ("account", "expected"),
    [("fallfuehrung", "/faelle/*/"), ("verwaltung", "/verwaltung/*/personen/")],
)
def test_pages_of_somebody_signed_in(
    visit: Callable[..., Visitor], account: str, expected: str
) -> None:
    visitor = visit()
    sign_in(visitor, f"{account}@jena.example")
    # Where a reporter moves nobody is signed in: those pages are the same for everybody.
    kinds = crawl(visitor, "/start/", without=KOMMA_SESSIONLESS)
    assert expected in kinds


def test_samples_in_dark(visit: Callable[..., Visitor]) -> None:
    visitor = visit(scheme="dark")
    for path in ("/", "/melden/", "/melden/jena/", "/melden/jena/kurz/", "/postfach/", "/hilfe/"):
        visitor.goto(path)
    sign_in(visitor, "fallfuehrung@jena.example")
    for path in ("/start/", "/faelle/", "/konto/"):
        visitor.goto(path)


def test_error_pages(visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    visitor.goto("/gibt-es-nicht/", status=404)
    visitor.goto("/melden/gibt-es-nicht/", status=404)
    visitor.goto("/faelle/", status=200)
    assert visitor.path.startswith("/anmelden/")
