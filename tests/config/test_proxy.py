"""What operators copy into their proxy: no address that tells of somebody is logged there."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
PROBES = {"healthz", "readyz"}


def test_every_address_without_a_session_is_kept_out_of_logs() -> None:
    """Those who report without an account, and the secret address of a calendar."""
    text = OPERATIONS.read_text(encoding="utf-8")
    (named,) = re.findall(r"`location ~ \^/\(([a-z|]+)\)`", text)
    wanted = {path.strip("/") for path in settings.KOMMA_SESSIONLESS} - PROBES
    assert "kalender" in wanted
    assert set(named.split("|")) == wanted
