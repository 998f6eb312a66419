"""Single sign-on as pages see it; off unless the environment names a provider."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

if TYPE_CHECKING:
    from django.http import HttpRequest

# In the session: when the person asked to connect, having just proven who they are.
MAY_CONNECT = "sso_may_connect"
CONNECT_WITHIN = timedelta(minutes=10)


def _app() -> dict[str, str] | None:
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    return apps[0] if apps else None


def name() -> str:
    """Return how the provider is called, or "" when there is none."""
    app = _app()
    return app["name"] if app else ""


def login_url() -> str:
    """Return where signing in by the provider begins; "" when there is none."""
    app = _app()
    return reverse("openid_connect_login", args=[app["provider_id"]]) if app else ""


def connect_url() -> str:
    """Return where connecting with the signed-in account begins."""
    query = urlencode({"process": "connect", "next": reverse("people:account")})
    return f"{login_url()}?{query}"


def may_connect(request: HttpRequest) -> bool:
    """Take the permission to connect; tell whether there was a fresh one."""
    asked = request.session.pop(MAY_CONNECT, None)
    return asked is not None and time.time() - asked <= CONNECT_WITHIN.total_seconds()
