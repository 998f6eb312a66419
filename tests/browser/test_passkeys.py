"""Passkeys in a real browser with a virtual authenticator; and the account's pages beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

from komma.demo.people import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

# Nobody else signs in with it, so that a second factor stands in no other test's way.
EMAIL = "leitung@wismar.example"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_signs_in_and_leaves_the_vault_closed(visit: Callable[..., Visitor]) -> None:
    visitor = visit(width=DESK)
    page = visitor.page
    debugger = visitor.context.new_cdp_session(page)
    debugger.send("WebAuthn.enable")
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    sign_in(visitor, EMAIL)
    visitor.goto("/konto/passkeys/neu/")
    visitor.fill("Ihr Passwort", PASSWORD)
    visitor.press("Bestätigen")
    visitor.tick("Auch ohne Passwort anmelden")
    page.get_by_role("button", name="Passkey hinzufügen").click()
    page.wait_for_url("**/konto/zweiter-faktor/ersatzcodes/")
    visitor.look()
    visitor.goto("/konto/zweiter-faktor/")
    visitor.sees("Passkey 1", "10 Ersatzcodes")

    visitor.press("Abmelden")
    visitor.goto("/anmelden/")
    page.get_by_role("button", name="Mit Passkey anmelden").click()
    page.wait_for_url("**/start/")
    visitor.goto("/konto/")
    visitor.sees("geschlossen")

    visitor.press("Abmelden")
    visitor.goto("/anmelden/")
    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    visitor.press("Anmelden")
    assert visitor.path == "/anmelden/code/"
    page.get_by_role("button", name="Passkey verwenden").click()
    page.wait_for_url("**/start/")
    visitor.goto("/konto/")
    visitor.sees("Tresor jetzt schließen")


def test_without_scripts_the_page_says_what_still_works(visit: Callable[..., Visitor]) -> None:
    visitor = visit(scripts=False)
    visitor.open("/anmelden/")
    text = visitor.page.inner_text("main")
    assert "Passkeys brauchen JavaScript" in text
    assert not visitor.page.get_by_role("button", name="Mit Passkey anmelden").is_visible()
    sign_in(visitor, "koordination@wismar.example")
