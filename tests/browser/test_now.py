"""Help on one phone screen, without JavaScript: what a frightened person sees before scrolling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visitor import PHONE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

SCREEN = 844  # the height of a common phone


def seen(visitor: Visitor, selector: str) -> int:
    """Return how many of these stand on the first screen as a whole."""
    found = visitor.page.locator(selector)
    boxes = [found.nth(place).bounding_box() for place in range(found.count())]
    return sum(1 for box in boxes if box and box["y"] + box["height"] <= SCREEN)


@pytest.mark.parametrize("path", ["/jetzt/", "/jetzt/jena/"])
def test_the_first_screen_says_whom_to_call_and_asks_what_happens(
    visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit(width=PHONE, scripts=False)
    visitor.open(path)
    assert seen(visitor, 'main a[href="tel:110"]') == 1
    assert seen(visitor, ".komma-situation > summary") == 6
    assert seen(visitor, ".komma-lines a[href^='tel:']") >= 3
    assert visitor.page.locator(".komma-situation li:visible").count() == 0
    visitor.page.locator(".komma-situation > summary").first.click()
    assert visitor.page.locator(".komma-situation li:visible").count() == 5
