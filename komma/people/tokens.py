"""Links that are sent by mail; private to the app."""

import hashlib
import secrets


def new_token() -> str:
    """Return 256 random bits as URL-safe text."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what the database keeps of a link: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
