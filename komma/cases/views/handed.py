"""Receipts that somebody on duty is to hand over: in their session, sealed to their own key.

Each is shown until it was handed over or declined, at most half an hour; then it is gone, so
that whoever took a report in can never open its mailbox as the reporter.
"""

from __future__ import annotations

import base64
import time
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from komma.core.vault.sealing import Context, VaultError, seal_json, unseal_json
from komma.core.vault.session import vault_secret

KEPT = "cases_receipts"
SHOWN_SECONDS = 30 * 60


def keep(request: HttpRequest, case_id: UUID, shown: dict[str, Any]) -> None:
    """Keep what the receipt page shows; for views behind an open vault."""
    public = getattr(request.user, "vault_public", None)
    if public is None:
        raise VaultError("Nobody with a proven key is signed in.")
    sealed = seal_json(shown, to=[public], context=_context(case_id))
    entry = {"sealed": base64.b64encode(sealed).decode(), "at": int(time.time())}
    request.session[KEPT] = _fresh(request) | {str(case_id): entry}


def kept(request: HttpRequest, case_id: UUID) -> dict[str, Any] | None:
    """Return what the receipt page shows, or None where there is nothing to show any more."""
    entry, secret = _fresh(request).get(str(case_id)), vault_secret(request)
    if entry is None or secret is None:
        return None
    try:
        shown: dict[str, Any] = unseal_json(
            base64.b64decode(entry["sealed"]), identity=secret, context=_context(case_id)
        )
    except VaultError:  # the person has a new key since
        return None
    return shown


def forget(request: HttpRequest, case_id: UUID) -> None:
    """Forget a receipt for good, and with it all whose time is over."""
    left = _fresh(request)
    left.pop(str(case_id), None)
    request.session[KEPT] = left


def _fresh(request: HttpRequest) -> dict[str, Any]:
    oldest = time.time() - SHOWN_SECONDS
    found: dict[str, Any] = request.session.get(KEPT, {})
    return {case: entry for case, entry in found.items() if entry["at"] >= oldest}


def _context(case_id: UUID) -> Context:
    return Context(case_id, "receipt.handed", case_id)
