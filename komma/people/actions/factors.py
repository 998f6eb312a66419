"""Second factors that are lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.models import Authenticator
from django.db import transaction

from komma.people.actions.accounts import tell_of_change
from komma.people.actions.sessions import end_other_sessions

if TYPE_CHECKING:
    from uuid import UUID


def remove_second_factors(person_id: UUID) -> int:
    """Take apps, passkeys and spare codes off an account; return how many there were.

    Signs all devices out and tells the person by mail.
    """
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user_id=person_id).delete()
        end_other_sessions(person_id, keep="")
        tell_of_change(person_id)
    return int(removed)
