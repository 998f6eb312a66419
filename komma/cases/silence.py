"""When a body stays silent: what was promised, and who is the next to turn to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from komma.cases.codes import OPEN_STATUSES, WORDS, EntryKind, Status
from komma.cases.rules import entry_id
from komma.core.dates import today
from komma.municipalities.chain import Body, Reason, chain
from komma.municipalities.queries import municipality_by_id

if TYPE_CHECKING:
    from komma.cases.models import Case
    from komma.cases.queries import Mailbox
    from komma.cases.timeline import OpenEntry

# How often the reporter hears of a case that is being worked on, where nothing else was promised.
INTERIM = 4  # weeks
_RAREST = 52


@dataclass(frozen=True)
class Silence:
    """A promise that was not kept. ``since``: the day by which something was promised.

    ``nobody``: nobody took the case up. ``answer``: the first answer is missing, else an interim
    notice. ``complained``: the reporter has said so. ``next_told``: the next body has been told.
    ``next_body``: who stands next in the chain of responsibility; None where nobody who can be
    reached does.
    """

    since: dt.date
    nobody: bool
    answer: bool
    complained: bool
    next_told: bool
    next_body: Body | None

    @property
    def can_tell_next(self) -> bool:
        """Whether the next body reads mail, and nobody has told it yet."""
        reads_mail = self.next_body is not None and bool(mail_address(self.next_body))
        return reads_mail and not self.next_told

    @property
    def can_be_said(self) -> bool:
        """Whether there is something left to say of it."""
        return not self.complained or self.can_tell_next


def silence_of(mailbox: Mailbox) -> Silence | None:
    """Return what was promised to the reporter and not kept; None where all is well.

    Four queries where something is missing, none otherwise.
    """
    since = promised_until(mailbox.case, mailbox.entries)
    if since is None or since >= today():
        return None
    written = {entry.id for entry in mailbox.entries}
    return Silence(
        since=since,
        nobody=mailbox.status == Status.RECEIVED,
        answer=since == mailbox.case.answer_due_on,
        complained=entry_id(mailbox.case.pk, complaint_token(since)) in written,
        next_told=entry_id(mailbox.case.pk, next_token(since)) in written,
        next_body=next_body(mailbox.case),
    )


def complaint_token(since: dt.date) -> str:
    """Return the token by which one promise is complained of once."""
    return f"silence {since.isoformat()}"


def next_token(since: dt.date) -> str:
    """Return the token by which the next body is told of one promise once."""
    return f"silence told {since.isoformat()}"


def mail_address(body: Body) -> str:
    """Return where a body reads mail: the house, else its first unit; empty without any."""
    found = [body.organisation.email, *(unit.email for unit in body.units)]
    return next(filter(None, found), "")


def promised_until(case: Case, entries: list[OpenEntry]) -> dt.date | None:
    """Return until when the reporter should hear something.

    None for a case that is over, and where the procedure promises no news of the progress. That
    somebody took the case over is no answer: what the receipt promised holds until there is one.
    """
    if case.status not in OPEN_STATUSES:
        return None
    if case.awaits_answer:
        return case.answer_due_on
    said = [entry.day for entry in entries if entry.kind in WORDS and entry.person]
    if not said:
        return case.answer_due_on
    weeks = promised_weeks(entries)
    return max(said) + dt.timedelta(weeks=weeks) if weeks else None


def promised_weeks(entries: list[OpenEntry]) -> int:
    """Return how often the reporter was promised to hear of the progress, in weeks; 0: never.

    The procedure of a case is sealed among its holders, so the promise stands in the mailbox too:
    in what told last that the case is being worked on. Older cases have none and keep four weeks.
    """
    telling = (entry for entry in entries if entry.kind in (EntryKind.STATUS, EntryKind.PROGRESS))
    for entry in sorted(telling, key=lambda entry: entry.sequence, reverse=True):
        weeks = entry.body.get("interim_weeks")
        if type(weeks) is int and 0 <= weeks <= _RAREST:
            return weeks
    return INTERIM


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
