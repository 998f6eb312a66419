"""The opened person key during a signed-in session.

The key lies in the session sealed to a random value that only a second cookie holds: neither the
session's row nor the cookie opens anything alone. After some idle minutes the vault locks; what
is posted into a locked vault is sealed to the person's public key and shown again afterwards.

Sessions are used through the passed request only.
"""

import base64
import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from komma.core.vault.envelope import VaultError, binding
from komma.core.vault.receipts import Derived, derive
from komma.core.vault.sealing import seal_bound, unseal_bound
from komma.core.vault.server import server_keys, server_mac

VAULT = "vault"
PARKED = "vault_parked"
MOST_PARKED = 5
TOUCH_SECONDS = 60
COOKIE_SIZE = 32
# On the request: the cookie that the answer is to set, "" if it is to be deleted.
PENDING_COOKIE = "_vault_cookie"
# On the request: what was opened with which cookie, since a page asks for the key several times.
OPENED = "_vault_opened"


def cookie_name() -> str:
    """Name of the vault's cookie; ``__Host-`` needs HTTPS (RFC 6265bis, 4.1.3.2)."""
    return "__Host-vault" if settings.SESSION_COOKIE_SECURE else "vault"


def open_vault(request: HttpRequest, *, secret: str, person: UUID) -> None:
    """Put a person's secret key (``AGE-SECRET-KEY-1…``) into the session, under a fresh cookie.

    To be called only once the person is fully signed in, second factor included.
    """
    cookie = secrets.token_bytes(COOKIE_SIZE)
    sealed = seal_bound(
        secret.encode(), to=[_cookie_keys(cookie).public], binding=_session_binding(str(person))
    )
    request.session[VAULT] = {
        "sealed": base64.b64encode(sealed).decode(),
        "person": str(person),
        "seen": int(time.time()),
    }
    setattr(request, PENDING_COOKIE, cookie.hex())


def vault_secret(request: HttpRequest) -> str | None:
    """Return the signed-in person's secret key, or None while the vault is locked.

    Counts as activity, noted at most once a minute. A request without the cookie, as from a link
    in a mail, opens nothing and leaves the vault as it is.
    """
    entry = request.session.get(VAULT)
    if entry is None:
        return None
    now = int(time.time())
    if now - entry["seen"] > settings.KOMMA_VAULT_IDLE.total_seconds() or (
        entry["person"] != str(request.user.pk)
    ):
        lock_vault(request)
        return None
    secret = _opened_once(request, entry)
    if secret is not None and now - entry["seen"] >= TOUCH_SECONDS:
        request.session[VAULT] = entry | {"seen": now}
    return secret


def lock_vault(request: HttpRequest) -> None:
    """Forget the opened key and its cookie; parked posts stay."""
    request.session.pop(VAULT, None)
    setattr(request, PENDING_COOKIE, "")


def require_open_vault[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Send a person with a locked vault to unlock it, and back; keeps what was posted.

    The page that follows shows it again by `take_parked_post`. Signing in is for the caller to
    demand, outside of this decorator.
    """

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if vault_secret(request) is not None:
            return view(request, *args, **kwargs)
        if request.method == "POST":
            park_post(request)
        back = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse(settings.KOMMA_UNLOCK_URL)}?{back}")

    return guarded


def park_post(request: HttpRequest) -> bool:
    """Seal the posted fields to ``request.user.vault_public``; tell whether that was possible.

    Files are not kept, nor is the CSRF token. One post is kept for each path, five in all.
    """
    public = getattr(request.user, "vault_public", None)
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    if not public or not fields:
        return False
    slot = _slot(request, request.path)
    sealed = seal_bound(fields.urlencode().encode(), to=[public], binding=_parked_binding(slot))
    others = [item for item in request.session.get(PARKED, {}).items() if item[0] != slot]
    kept = others[1 - MOST_PARKED :]
    request.session[PARKED] = dict([*kept, (slot, base64.b64encode(sealed).decode())])
    return True


def take_parked_post(request: HttpRequest, path: str) -> QueryDict | None:
    """Return once what was posted to `path` while the vault was locked; None if nothing was."""
    slot = _slot(request, path)
    parked = dict(request.session.get(PARKED, {}))
    secret = vault_secret(request) if slot in parked else None
    if secret is None:
        return None
    sealed = base64.b64decode(parked.pop(slot))
    request.session[PARKED] = parked
    try:
        return QueryDict(unseal_bound(sealed, identity=secret, binding=_parked_binding(slot)))
    except VaultError:  # the person has a new key since
        return None


class VaultMiddleware:
    """Sets or deletes the cookie that `open_vault` or `lock_vault` asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        cookie = getattr(request, PENDING_COOKIE, None)
        if cookie:
            response.set_cookie(
                cookie_name(),
                cookie,
                path="/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        elif cookie is not None:
            response.delete_cookie(cookie_name(), path="/", samesite="Strict")
        return response


def _cookie(request: HttpRequest) -> str:
    pending = getattr(request, PENDING_COOKIE, None)
    return request.COOKIES.get(cookie_name(), "") if pending is None else pending


def _cookie_keys(cookie: bytes) -> Derived:
    return derive(cookie, purpose="vault session", pepper=server_keys().pepper)


def _opened_once(request: HttpRequest, entry: dict[str, Any]) -> str | None:
    asked = (entry["sealed"], entry["person"], _cookie(request))
    known = getattr(request, OPENED, None)
    if known is None or known[0] != asked:
        known = (asked, _opened(entry, asked[2]))
        setattr(request, OPENED, known)
    secret: str | None = known[1]
    return secret


def _opened(entry: dict[str, Any], cookie: str) -> str | None:
    try:
        identity = _cookie_keys(bytes.fromhex(cookie)).secret
        sealed = base64.b64decode(entry["sealed"])
        bound = _session_binding(entry["person"])
        return unseal_bound(sealed, identity=identity, binding=bound).decode()
    except (VaultError, ValueError):  # no cookie, or one of another session
        return None


def _slot(request: HttpRequest, path: str) -> str:
    """Name a parked post without naming its path, which tells the case."""
    return server_mac("parked post", str(request.user.pk), path).hex()


def _session_binding(person: str) -> bytes:
    return binding("vault session", person.encode())


def _parked_binding(slot: str) -> bytes:
    return binding("parked post", slot.encode())
