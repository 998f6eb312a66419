"""The steps of somebody who reports, as several tests walk them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from komma.core.vault.receipts import parse_receipt

if TYPE_CHECKING:
    from tests.browser.visitor import Visitor

STORY = "Am Schalter schrie ein Mann mich an und warf den Bescheid auf den Tisch."
# The smallest PNG: one transparent pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63"
    "64f8cf500f0003860180a5d4a3900000000049454e44ae426082"
)


def choose_jena(visitor: Visitor) -> None:
    """From the start page to the entry page of a municipality."""
    visitor.goto("/")
    visitor.follow("Vorfall melden")
    visitor.fill("Name der Kommune", "jena")
    visitor.press("Suchen")
    visitor.follow("Jena")
    visitor.sees("Vorfall melden: Jena", "110", "Fallführung Übergriffe")


def shown_code(visitor: Visitor) -> str:
    """Return the receipt from its page; its check character fits."""
    assert visitor.path == "/melden/quittung/"
    code = visitor.page.locator(".komma-code").inner_text()
    parse_receipt(code)
    return code


def open_mailbox(visitor: Visitor, code: str) -> None:
    """Open the mailbox from the start page by a receipt."""
    visitor.goto("/")
    visitor.follow("Zum Postfach")
    visitor.fill("Ihr Code", code)
    visitor.press("Öffnen")
    visitor.sees("Ihr Postfach")


def case_number(visitor: Visitor) -> str:
    """Return the number of the case from the opened mailbox."""
    found = re.search(r"Nummer (\S+):", visitor.text)
    assert found is not None, visitor.text
    return found[1]


def report_shortly(visitor: Visitor, story: str = STORY, town: str = "jena") -> str:
    """Hand in a short report and return the receipt."""
    visitor.goto(f"/melden/{town}/kurz/")
    visitor.fill("Was ist passiert?", story)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.press("Absenden")
    return shown_code(visitor)
