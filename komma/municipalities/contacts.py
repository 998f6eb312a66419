"""Who can be reached on site: the bodies responsible for a municipality, with their numbers."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, NamedTuple

import holidays
from django.utils import timezone

from komma.municipalities.chain import Body, Reason, chain
from komma.municipalities.hours import Standing, read_hours, standing
from komma.municipalities.models import Municipality
from komma.municipalities.queries import local_help_of

MOST_UNITS = 6
MOST_HELP = 6
_AFTER_THE_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


class Contact(NamedTuple):
    """Somebody to reach; the name of a unit tells the house where it is another one."""

    name: str
    phone: str
    email: str
    hours: str

    @property
    def dial(self) -> str:
        """The number for a ``tel:`` link."""
        return dial(self.phone)


class Reach(NamedTuple):
    """A contact, and whether somebody answers there now."""

    contact: Contact
    now: Standing


def dial(number: str) -> str:
    """Return a number for a ``tel:`` link (RFC 3966): digits, a leading plus is kept."""
    if number.strip().startswith("+"):
        return "+" + re.sub(r"\(0\)|\D", "", number)
    return re.sub(r"\D", "", number)


def contacts(municipality: Municipality) -> list[Contact]:
    """Return those to reach by telephone or mail, the own house first, then who else helps on
    site; nationwide ones are no local help and stay out."""
    bodies = [body for body in chain(municipality) if body.reason != Reason.NATIONWIDE]
    found = []
    for body in bodies:
        for unit in body.units:
            if unit.phone or unit.email:
                name = unit.name if body.is_own else f"{unit.name}, {body.organisation.name}"
                found.append(Contact(name, unit.phone, unit.email, unit.hours))
    return found[:MOST_UNITS] + _local_help(municipality, bodies)


def _local_help(municipality: Municipality, bodies: list[Body]) -> list[Contact]:
    """Return whom the place, its Landkreis and those responsible for it name, each number once."""
    places = [municipality.pk, municipality.district_id, *(b.organisation.pk for b in bodies)]
    named = local_help_of([place for place in dict.fromkeys(places) if place])
    found = {
        (each.phone, each.email): Contact(each.name, each.phone, each.email, each.hours)
        for each in reversed(named)
    }
    return list(reversed(found.values()))[:MOST_HELP]


def reachable(municipality: Municipality, now: dt.datetime | None = None) -> list[Reach]:
    """Return the contacts with whether they answer now: open ones, unclear ones, closed ones.

    On holidays of the Land nobody answers, save where it is around the clock.
    """
    moment = now or timezone.localtime()
    found = [Reach(each, _now(each, moment, municipality.land)) for each in contacts(municipality)]
    return sorted(found, key=_order)


def local_contacts(concerns: Any) -> list[Reach]:
    """Return those on site for what a case is about, an organisation; none where it has no town."""
    municipality = getattr(concerns, "municipality", concerns)
    return reachable(municipality) if isinstance(municipality, Municipality) else []


def _now(contact: Contact, moment: dt.datetime, land: str) -> Standing:
    openings = read_hours(contact.hours) if contact.phone else None
    if openings is None:
        return Standing(moment, None)
    daily = all(each.is_daily for each in openings)

    def is_holiday(day: dt.date) -> bool:
        free = holidays.country_holidays("DE", subdiv=land or None, years=day.year)
        return not daily and day in free

    return standing(openings, moment, is_holiday)


def _order(reach: Reach) -> tuple[int, dt.datetime]:
    rank = {True: 0, None: 1, False: 2}[reach.now.is_open]
    return rank, reach.now.again_at or _AFTER_THE_LAST
