"""The two cookies of a reporter: that of the draft and that of the opened mailbox.

Both hold everything that is needed to open something, and nothing that names anybody. They are
apart from the account session and from each other.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings

from komma.core.vault.receipts import Derived, derive
from komma.core.vault.server import issue_token, read_token, server_keys
from komma.reporting.rules import MAILBOX_IDLE

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

DRAFT, DRAFT_PATH = "entwurf", "/melden/"
MAILBOX, MAILBOX_PATH = "postfach", "/postfach/"
ENTROPY = 32  # bytes


@dataclass(frozen=True)
class Door:
    """What opens a mailbox: look-up id and secret key of a receipt."""

    lookup: str
    secret: str = field(repr=False)


def new_entropy() -> bytes:
    """Return what a fresh draft cookie holds."""
    return secrets.token_bytes(ENTROPY)


def draft_entropy(request: HttpRequest) -> bytes | None:
    """Return the draft cookie's randomness, or None without a well-formed cookie."""
    try:
        found = bytes.fromhex(request.COOKIES.get(DRAFT, ""))
    except ValueError:
        return None
    return found if len(found) == ENTROPY else None


def draft_keys(entropy: bytes) -> Derived:
    """Return look-up id and key pair of a draft cookie."""
    return derive(entropy, purpose="draft", pepper=server_keys().pepper)


def set_draft(response: HttpResponseBase, entropy: bytes) -> None:
    """Give the browser the draft cookie; it ends with the browser's session."""
    _set(response, DRAFT, entropy.hex(), DRAFT_PATH)


def mailbox_door(request: HttpRequest) -> Door | None:
    """Return what the mailbox cookie opens, or None after 30 idle minutes."""
    payload = read_token(request.COOKIES.get(MAILBOX, ""), "mailbox", max_age=MAILBOX_IDLE)
    return Door(payload["lookup"], payload["secret"]) if payload else None


def set_mailbox(response: HttpResponseBase, door: Door) -> None:
    """Give the browser the mailbox cookie, or prolong it."""
    token = issue_token({"lookup": door.lookup, "secret": door.secret}, "mailbox")
    _set(response, MAILBOX, token, MAILBOX_PATH)


def forget_draft(response: HttpResponseBase) -> None:
    """Take the draft cookie away."""
    response.delete_cookie(DRAFT, path=DRAFT_PATH, samesite="Strict")


def forget_mailbox(response: HttpResponseBase) -> None:
    """Take the mailbox cookie away."""
    response.delete_cookie(MAILBOX, path=MAILBOX_PATH, samesite="Strict")


def _set(response: HttpResponseBase, name: str, value: str, path: str) -> None:
    response.set_cookie(
        name,
        value,
        path=path,
        secure=settings.SECURE,
        httponly=True,
        samesite="Strict",
    )
