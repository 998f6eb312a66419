"""Tasks in one's own calendar: when something is due, and nothing else (iCalendar, RFC 5545)."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from komma.cases.models import CalendarFeed
from komma.core.vault.server import server_mac

_LENGTH = dt.timedelta(minutes=15)


class Due(NamedTuple):
    """When a task is due; ``task``: its id, which never leaves the program."""

    task: UUID
    at: dt.datetime


def token_hash(token: str) -> bytes:
    """Return what is kept of a token: HMAC(server key, token)."""
    return server_mac("calendar token", token)


def feed_of(person: UUID) -> CalendarFeed | None:
    """Return whether and since when a person's calendar reads along."""
    return CalendarFeed.objects.filter(person_id=person).first()


def due_dates(token: str) -> list[Due]:
    """Return when the tasks of the calendar with this token are due; empty for a wrong token."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM komma_calendar(%s)", [token_hash(token)])
        return [Due(*row) for row in cursor.fetchall()]


def written(found: list[Due], *, url: str) -> bytes:
    """Return the calendar file. No word of it says what is due, or in which case.

    The ids of events are hashes, so that they stay the same and fit no other list.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//KommA//Aufgaben//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "KommA")
    calendar.add("method", "PUBLISH")
    for each in found:
        event = Event()
        event.add("uid", f"{server_mac('calendar event', each.task).hex()[:32]}@komma")
        event.add("dtstamp", timezone.now().astimezone(dt.UTC))
        event.add("dtstart", each.at.astimezone(dt.UTC) - _LENGTH)
        event.add("dtend", each.at.astimezone(dt.UTC))
        event.add("summary", _("KommA: Etwas ist fällig"))
        event.add("url", url)
        event.add("class", "PRIVATE")
        event.add("transp", "TRANSPARENT")
        event.add_component(_alarm())
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", _("KommA: Etwas ist fällig"))
    alarm.add("trigger", dt.timedelta(hours=-2))
    return alarm
