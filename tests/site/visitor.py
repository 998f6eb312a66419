"""A browser without JavaScript, as far as a test needs one: cookies, forms, CSRF token."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import requests

PATIENCE = 60.0  # seconds


class _Hidden(HTMLParser):
    """Collects the hidden fields of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


def hidden_fields(page: str) -> dict[str, str]:
    """Return what the hidden fields of a page's forms would send."""
    return _Hidden(page).fields


class Visitor:
    """Opens pages and posts forms of one site, like one person with one browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=PATIENCE)

    def post(self, path: str, fields: dict[str, Any], **options: Any) -> requests.Response:
        """Open the page of a form, then post it with its hidden fields; follows redirects."""
        hidden = hidden_fields(self.get(path).text)
        assert "csrfmiddlewaretoken" in hidden, f"no form at {path}"
        return self.send(path, hidden | fields, **options)

    def send(self, path: str, fields: dict[str, Any], **options: Any) -> requests.Response:
        """Post fields as they are."""
        return self.session.post(self.url + path, data=fields, timeout=PATIENCE, **options)

    def close(self) -> None:
        self.session.close()
