"""Session store: Django's database store, with sealed data and hashed keys.

allauth keeps e-mail addresses and a second factor's secret in the session while they are set
up; sealing the whole session to the server key covers each of them.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any, override

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.serializers import JSONSerializer
from django.utils import timezone

from komma.core.vault.sealing import VaultError
from komma.core.vault.server import open_for_server, seal_for_server

if TYPE_CHECKING:
    from django.contrib.sessions.base_session import AbstractBaseSession

PERSON_KEY = "_auth_user_id"
DEVICE_KEY = "komma_device"


def hashed(session_key: str) -> str:
    """Return what the database keeps of a session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def _purpose(session_key: str | None) -> str:
    """Name the row that a content belongs to, so that it opens in no other one.

    Otherwise whoever can write to the database puts another person's session under their own
    cookie.
    """
    return f"session/{hashed(session_key or '')}"


class SealedSessionStore(DatabaseStore):
    """Database sessions sealed to the server key."""

    @classmethod
    def get_model_class(cls) -> Any:
        from komma.core.sessions.models import SealedSession

        return SealedSession

    @override
    def encode(self, session_dict: dict[str, Any]) -> str:
        sealed = seal_for_server(JSONSerializer().dumps(session_dict), _purpose(self.session_key))
        return base64.b64encode(sealed).decode("ascii")

    @override
    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        try:
            opened = open_for_server(base64.b64decode(session_data), _purpose(self.session_key))
        except (VaultError, ValueError):
            return {}  # of another row, or the server key has changed, which ends all sessions
        return dict(JSONSerializer().loads(opened))

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        if self.session_key is None:
            return None
        found = self.model.objects.filter(
            session_key=hashed(self.session_key), expire_date__gt=timezone.now()
        ).first()
        if found is None:
            self._session_key = None
        return found

    @override
    def exists(self, session_key: str) -> bool:
        return bool(self.model.objects.filter(session_key=hashed(session_key)).exists())

    @override
    def create_model_instance(self, data: dict[str, Any]) -> Any:
        instance: Any = super().create_model_instance(data)
        instance.session_key = hashed(instance.session_key)
        instance.person_id = data.get(PERSON_KEY)
        instance.device = str(data.get(DEVICE_KEY, ""))[:60]
        return instance

    @override
    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            self.model.objects.filter(session_key=hashed(key)).delete()


SessionStore = SealedSessionStore
