"""Reporters as they come by HTTP: no account, only the cookies of their browser."""

from __future__ import annotations

import re

from django.test import Client

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){4}-[0-9A-HJKMNP-TV-Z]")


def send_short_report(slug: str, text: str, client: Client | None = None, **fields: str) -> str:
    """Hand in a short report and return the receipt that the next page shows."""
    client = client or Client()
    form = f"/melden/{slug}/kurz/"
    assert client.get(form).status_code == 200
    answer = client.post(form, {"description": text, **fields})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    shown = client.get(answer.headers["Location"]).content.decode()
    found = CODE.search(shown)
    assert found is not None, shown[:2000]
    return found[0]


def open_mailbox(code: str, client: Client | None = None) -> str:
    """Open the mailbox with a receipt and return its page."""
    client = client or Client()
    answer = client.post("/postfach/", {"receipt": code}, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()
