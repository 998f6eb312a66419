"""Moving by the keyboard, and seeing where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

MOST_TABS = 150
# A ring by outline or shadow, on the element or (cards) on the area that its link stretches over.
FOCUS_SHOWN = """() => {
  const element = document.activeElement;
  // The parts inside a date field are the browser's own, and so is their ring.
  if (element.type === "date" && !element.matches(":focus-visible")) return true;
  return [getComputedStyle(element), getComputedStyle(element, "::after")].some(
    style => (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
      || style.boxShadow !== "none");
}"""
# WCAG 2.2, 2.4.11: what has the focus is not hidden, here by the bar that sticks to the top.
FOCUS_COVERED = """() => {
  const element = document.activeElement;
  const bar = document.querySelector(".komma-leave");
  if (!bar || bar.contains(element)) return false;
  const box = element.getBoundingClientRect();
  return bar.contains(document.elementFromPoint(box.x + box.width / 2, box.bottom - 1));
}"""
NAME = """() => {
  const element = document.activeElement;
  const own = element.labels && element.labels.length ? element.labels[0] : element;
  return own.textContent.replace(/\\s+/g, " ").trim();
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what carries this name (or begins with it) has the focus.

    Every stop on the way must show that it has the focus.
    """
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate(NAME)
        passed.append(here[:60])
        if not page.evaluate("document.activeElement === document.body"):
            assert page.evaluate(FOCUS_SHOWN), f"no visible focus: {here}"
            assert not page.evaluate(FOCUS_COVERED), f"focus under the bar: {here}"
        if here.startswith(name):
            return
    raise AssertionError(f"{name!r} is not reached by Tab, only {passed}")
