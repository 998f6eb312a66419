"""Counters that slow down guessing, without keeping anybody's address.

They live in the memory of one process and are keyed by HMAC(address) under a random key that
changes every day. A whole town hall may stand behind one address: limits per address are for
callers to set generously, and narrow ones belong to a ``subject`` such as the account tried.
"""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache

from komma.core.dates import today

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest

# One customer commonly has a whole network of this size (RFC 6177): more digits would count
# every address of it anew.
IPV6_PREFIX = 64

_lock = Lock()
_daily: dict[dt.date, bytes] = {}


def hit(
    kind: str,
    request: HttpRequest | None,
    limit: int,
    period: dt.timedelta,
    *,
    subject: str = "",
) -> bool:
    """Count one attempt; return True if it is one too many and is to be refused.

    ``limit`` attempts are free within ``period`` (a fixed window from the first attempt on).
    Without a request all addresses count together, so that ``subject`` alone is limited.
    """
    key = _key(kind, client_address(request) if request else "", subject)
    with _lock:
        cache.add(key, 0, timeout=period.total_seconds())
        try:
            return bool(cache.incr(key) > limit)
        except ValueError:  # the window ended between both calls
            return False


def reset(kind: str, request: HttpRequest | None, *, subject: str = "") -> None:
    """Forget the attempts, as after a success."""
    cache.delete(_key(kind, client_address(request) if request else "", subject))


def client_address(request: HttpRequest) -> str:
    """Return the address that a request came from; never to be stored or logged.

    Served by https, the last entry of ``X-Forwarded-For`` counts, which the TLS proxy in front
    adds itself (docs/operations.md); entries before it are the client's own claim.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.SECURE:
        forwarded = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))
        address = forwarded.rpartition(",")[2].strip() or address
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((parsed, IPV6_PREFIX), strict=False).network_address)
    return str(parsed)


def _key(kind: str, address: str, subject: str) -> str:
    message = "\x00".join((kind, address, subject)).encode()
    return f"limit:{hmac.digest(_key_of_the_day(), message, 'sha256').hex()}"


def _key_of_the_day() -> bytes:
    day = today()
    with _lock:
        if day not in _daily:
            _daily.clear()
            _daily[day] = secrets.token_bytes(32)
        return _daily[day]
