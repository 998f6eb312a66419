"""The secret address of one's calendar."""

from __future__ import annotations

import secrets
from uuid import UUID

from django.db import transaction

from komma.cases.calendar import token_hash
from komma.cases.models import CalendarFeed
from komma.core.dates import today


@transaction.atomic
def make_feed(person: UUID) -> str:
    """Return a new secret token for a person's calendar; a former one stops working."""
    token = secrets.token_urlsafe(32)
    stop_feed(person)
    CalendarFeed(person_id=person, token_hash=token_hash(token), made_on=today()).save(
        force_insert=True
    )
    return token


def stop_feed(person: UUID) -> None:
    """End a person's calendar address."""
    CalendarFeed.objects.filter(person_id=person).delete()
