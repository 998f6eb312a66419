"""How the browser of the tests is started, and the installation it visits."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.visitor import HEIGHT, Visitor
from tests.site.running import Site, start_site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Milliseconds. Everything comes from the same machine; more only hides what is slow.
PATIENCE = 15_000


@pytest.fixture(scope="session")
def base_url() -> str:
    """Tests name whole addresses. (The plugin's own fixture of this name is deprecated by pytest.)"""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one, else Playwright's; keep it off the network."""
    arguments = [
        "--disable-background-networking",
        "--disable-component-update",
        # No name but that of this machine leads anywhere.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
    ]
    if os.geteuid() == 0:
        # Chromium refuses its sandbox to root, as which containers usually run tests.
        arguments.append("--no-sandbox")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    chosen = {"executable_path": found} if found else {}
    return browser_type_launch_args | {"args": arguments} | chosen


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """One installation with the demo network for all browser tests of the run."""
    # Not below pytest's own directory, which the database's user could not pass.
    directory = Path(tempfile.mkdtemp(prefix="komma-browser-"))
    site = start_site(directory)
    yield site
    site.stop()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def visit(site: Site, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Return a function that sends another visitor, with cookies of their own."""
    contexts = []

    def send(*, width: int = 390, scripts: bool = True, scheme: Any = "light") -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=scripts,
            color_scheme=scheme,
            reduced_motion="reduce",  # nothing moves while it is looked at
            locale="de-DE",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return Visitor(context, site.url, scripts=scripts, width=width)

    yield send
    for context in contexts:
        context.close()
