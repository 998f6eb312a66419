"""Entries of the main navigation and of the path to a page."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# More than seven places are not taken in at a glance (docs/architecture.md, Interface).
MOST_ITEMS = 7


@dataclass(frozen=True)
class NavItem:
    """A place in the main navigation; `active` when the present page belongs to it."""

    label: "StrOrPromise"
    url: str
    active: bool = False


@dataclass(frozen=True)
class Crumb:
    """A step of the path to a page; the last one, the page itself, has no address."""

    label: "StrOrPromise"
    url: str = ""


def mark_active(items: Iterable[NavItem], path: str) -> list[NavItem]:
    """Return at most seven `items`; the one with the longest address above `path` is active."""
    shown = list(items)[:MOST_ITEMS]
    above = [item.url for item in shown if _is_above(item.url, path)]
    best = max(above, key=len, default=None)
    return [replace(item, active=item.url == best) for item in shown]


def _is_above(url: str, path: str) -> bool:
    if url == "/":
        return path == "/"
    return path == url or path.startswith(url.rstrip("/") + "/")
