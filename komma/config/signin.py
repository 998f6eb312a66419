"""Sign-in with the municipality's own identity provider (OpenID Connect), off unless configured."""

import os
from typing import Any

from komma.config.errors import SetupError

PROVIDER_ID = "komma"
_NAMES = ("KOMMA_OIDC_ISSUER", "KOMMA_OIDC_CLIENT", "KOMMA_OIDC_SECRET")


def oidc_providers() -> dict[str, Any]:
    """Return allauth's ``SOCIALACCOUNT_PROVIDERS`` from ``KOMMA_OIDC_*``, empty if none is set.

    Raises:
        SetupError: only some of the values are set, or the issuer is not reached by https.
    """
    values = [os.environ.get(name, "").strip() for name in _NAMES]
    if not any(values):
        return {}
    if not all(values):
        raise SetupError(f"Single sign-on needs all of {', '.join(_NAMES)}.")
    issuer, client, secret = values
    if not issuer.startswith("https://"):
        raise SetupError("KOMMA_OIDC_ISSUER must be an https:// address.")
    app = {
        "provider_id": PROVIDER_ID,
        "name": os.environ.get("KOMMA_OIDC_NAME", "").strip() or "Single Sign-on",
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": issuer},
    }
    return {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
