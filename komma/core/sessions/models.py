"""Sessions whose content a stolen database does not show and whose key it does not reveal."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from komma.core.sessions.store import SealedSessionStore


class SealedSession(AbstractBaseSession):
    """One signed-in browser; ``session_key`` holds the SHA-256 of the cookie's value.

    ``person_id``, ``device`` and ``used_on`` serve the list of sessions under /konto/.
    """

    rows_open = "read before anybody is known; keyed by the hash of a secret cookie"

    person_id = models.UUIDField(null=True, db_index=True)
    device = models.CharField(max_length=60, blank=True)
    used_on = models.DateField(auto_now=True)
    session_key = models.CharField(max_length=64, primary_key=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SealedSessionStore]:
        return SealedSessionStore
