"""When a body stays silent: what was promised, and who is the next to turn to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from komma.cases.codes import OPEN_STATUSES, Status
from komma.core.dates import today
from komma.municipalities.chain import Body, Reason, chain
from komma.municipalities.queries import municipality_by_id

if TYPE_CHECKING:
    from komma.cases.models import Case
    from komma.cases.queries import Mailbox
    from komma.cases.timeline import OpenEntry

# How often the reporter hears of a case that is being worked on, as the procedures promise it.
INTERIM = dt.timedelta(weeks=4)


@dataclass(frozen=True)
class Silence:
    """A promise that was not kept. ``since``: the day by which something was promised.

    ``answer``: nobody took the case up, else an interim notice is missing. ``next_body``: who
    stands next in the chain of responsibility; None where nobody who can be reached does.
    """

    since: dt.date
    answer: bool
    next_body: Body | None


def silence_of(mailbox: Mailbox) -> Silence | None:
    """Return what was promised to the reporter and not kept; None where all is well.

    Four queries where something is missing, none otherwise.
    """
    since = promised_until(mailbox.case, mailbox.entries)
    if since is None or since >= today():
        return None
    return Silence(since, mailbox.status == Status.RECEIVED, next_body(mailbox.case))


def promised_until(case: Case, entries: list[OpenEntry]) -> dt.date | None:
    """Return until when the reporter should hear something; None for a case that is over."""
    if case.status not in OPEN_STATUSES:
        return None
    if case.status == Status.RECEIVED:
        return case.answer_due_on
    own = (entry.day for entry in entries if not entry.from_reporter and entry.person)
    return max(own, default=case.received_on) + INTERIM


def next_body(case: Case) -> Body | None:
    """Return the body after the handling one in the chain of the place that can be reached.

    One that serves the whole country comes last; without any, the page leads to the help page.
    """
    municipality = municipality_by_id(case.concerns_id)
    if municipality is None:
        return None
    bodies = chain(municipality)
    place = next((n for n, b in enumerate(bodies) if b.organisation.pk == case.organisation_id), -1)
    return next((body for body in bodies[place + 1 :] if _can_be_reached(body)), None)


def _can_be_reached(body: Body) -> bool:
    house = body.organisation
    public = [house.phone, house.email, house.address]
    return body.reason != Reason.OWN and any(
        [*public, *(unit.phone or unit.email for unit in body.units)]
    )
