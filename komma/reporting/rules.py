"""Pure rules of reporting: whom a report goes to, which addresses are unsafe, what ends when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from komma.municipalities.codes import Pillar
from komma.procedures.codes import Side

if TYPE_CHECKING:
    from collections.abc import Iterable

DRAFT_HOURS = 24
RECEIPT_SHOWN = dt.timedelta(minutes=30)
MAILBOX_IDLE = dt.timedelta(minutes=30)
LONGEST_TEXT = 20_000  # characters

# The two ways for what happened inside the administration, in the order in which they are shown.
INSIDE_PILLARS = (Pillar.SUPPORT, Pillar.COMPLAINT)


def pillar_for(side: str, choice: str) -> str:
    """Return the pillar that a report goes to.

    From outside: assault management. From inside or unknown: the reporter's choice, without one
    the confidential support, since a formal procedure must never begin by accident.
    """
    if side == Side.OUTSIDE:
        return Pillar.ASSAULT
    return choice if choice in INSIDE_PILLARS else Pillar.SUPPORT


def is_own_domain(address: str, domains: Iterable[str]) -> bool:
    """Tell whether a mail address belongs to the municipality, subdomains included.

    Colleagues, deputies and administrators could read along there.
    """
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    owned = [each.strip().lstrip("@.").lower() for each in domains]
    return any(own and (domain == own or domain.endswith(f".{own}")) for own in owned)
