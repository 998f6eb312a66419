"""Signing devices out, and taking single sign-on off an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.socialaccount.models import SocialAccount

from komma.core.models import SealedSession
from komma.people.actions.accounts import tell_of_change

if TYPE_CHECKING:
    from uuid import UUID


def end_session(person_id: UUID, session_key: str) -> bool:
    """Sign one device of the person out; False if there is no such session of theirs.

    ``session_key``: as stored, the hash of the cookie's value.
    """
    found = SealedSession.objects.filter(person_id=person_id, session_key=session_key)
    return bool(found.delete()[0])


def end_other_sessions(person_id: UUID, *, keep: str) -> None:
    """Sign all devices of the person out but the one with the session ``keep``."""
    SealedSession.objects.filter(person_id=person_id).exclude(session_key=keep).delete()


def disconnect(person_id: UUID) -> None:
    """Let single sign-on no longer lead to this account."""
    SocialAccount.objects.filter(user_id=person_id).delete()
    tell_of_change(person_id)
