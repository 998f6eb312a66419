"""How the browser of the tests is started."""

import os
import shutil
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="session")
def base_url() -> str:
    """Tests name whole addresses. (The plugin's own fixture of this name is deprecated by pytest.)"""
    return ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium where there is one, else Playwright's; keep it off the network."""
    arguments = ["--disable-background-networking", "--disable-component-update"]
    if os.geteuid() == 0:
        # Chromium refuses its sandbox to root, as which containers usually run tests.
        arguments.append("--no-sandbox")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    chosen = {"executable_path": found} if found else {}
    return browser_type_launch_args | {"args": arguments} | chosen
