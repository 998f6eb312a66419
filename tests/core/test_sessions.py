"""Sessions in the database: sealed, each to its own row."""

from __future__ import annotations

from typing import Any

import pytest

from komma.core.sessions.models import SealedSession
from komma.core.sessions.store import PERSON_KEY, SealedSessionStore, hashed
from tests.factories import as_owner

pytestmark = pytest.mark.django_db


def session(person: str) -> str:
    """Store a session and return its key, the cookie's value."""
    store = SealedSessionStore()
    store["name"] = person
    store.create()
    store.save()
    assert store.session_key
    return store.session_key


def content(key: str) -> dict[str, Any]:
    return dict(SealedSessionStore(key).load())


def test_a_session_opens_with_its_cookie_and_the_row_names_neither() -> None:
    key = session("alice")
    assert content(key) == {"name": "alice"}
    row = SealedSession.objects.get()
    assert key not in row.session_key + row.session_data
    assert PERSON_KEY not in row.session_data


def test_a_renewed_key_takes_the_content_along() -> None:
    store = SealedSessionStore(session("alice"))
    store.cycle_key()
    assert store.session_key
    assert content(store.session_key) == {"name": "alice"}


def test_the_content_of_another_row_opens_nothing() -> None:
    mine, foreign = session("mallory"), session("alice")
    assert content(mine) == {"name": "mallory"}
    with as_owner():
        taken = SealedSession.objects.get(pk=hashed(foreign)).session_data
        SealedSession.objects.filter(pk=hashed(mine)).update(session_data=taken)
    assert content(mine) == {}
    assert content(foreign) == {"name": "alice"}
