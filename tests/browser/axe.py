"""Accessibility findings of a page, by the vendored axe-core."""

from pathlib import Path
from typing import Any, cast

from playwright.sync_api import Page

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
# WCAG 2.2 AA as axe names it, and its best practices (one h1, landmarks, heading order).
RULE_SETS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """Return one line for each element of `page` that breaks a rule: rule, element, what is wrong.

    The script is evaluated through the browser's debugging interface and not added as an
    element, so that the page's content security policy stays in force.
    """
    page.evaluate(AXE.read_text() + "; undefined")
    found = cast(
        list[dict[str, Any]],
        page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})"
            ".then(result => result.violations)",
            RULE_SETS,
        ),
    )
    return [
        f"{rule['id']}: {' '.join(node['target'])}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
