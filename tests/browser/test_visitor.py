"""The visitor does notice what is wrong with a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.host import Host
from tests.browser.visitor import PHONE, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

GOOD = """<!DOCTYPE html><html lang="de"><head><title>Seite</title></head>
<body><main><h1>Seite</h1>{}</main></body></html>"""


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as host:
        yield host


@pytest.fixture
def visitor(host: Host, browser: Browser) -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": PHONE, "height": 900})
    yield Visitor(context, host.url, scripts=True, width=PHONE)
    context.close()


def test_a_good_page_has_no_faults(host: Host, visitor: Visitor) -> None:
    host.pages["/"] = GOOD.format("<p>Gut.</p>")
    visitor.goto("/")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("<h1>Noch eine</h1>", "not one heading"),
        ("<p><img src='/static/komma/logo.svg'></p>", "image-alt"),
        ("<p style='color: red'>Rot.</p>", "Content Security Policy"),
        ("<script>alert(1)</script>", "Content Security Policy"),
        ("<p><a href='/x'>" + "x" * 90 + "</a></p>", "scrolls sideways"),
        ("<p><img alt='' src='http://localhost:9/x.png'></p>", "Content Security Policy"),
    ],
)
def test_faults_are_found(host: Host, visitor: Visitor, content: str, fault: str) -> None:
    host.pages["/"] = GOOD.format(content)
    visitor.open("/")
    found = "\n".join(visitor.faults())
    assert fault in found


def test_other_statuses_and_hosts_are_found(host: Host, visitor: Visitor) -> None:
    host.pages["/"] = GOOD.format("<p>Gut.</p>")
    visitor.open("/")
    assert "status 200 instead of 404" in visitor.faults(status=404)[0]
    visitor.page.goto(host.elsewhere)
    assert any("asks another host" in each for each in visitor.faults())
