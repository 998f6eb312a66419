"""Signing in to the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from komma.demo.people import PASSWORD

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor


def sign_in(visitor: Visitor, email: str) -> None:
    """Sign in with the demonstration's password, which opens the vault as well."""
    visitor.goto("/anmelden/")
    visitor.page.locator("input[name=login]").fill(email)
    visitor.page.locator("input[name=password]").fill(PASSWORD)
    visitor.press("Anmelden")
    assert visitor.path == "/start/"
