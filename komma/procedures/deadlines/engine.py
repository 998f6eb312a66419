"""When the deadlines of an incident end."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from komma.procedures.deadlines.catalogue import Rule, Start, rules_for
from komma.procedures.deadlines.periods import end_of_period
from komma.procedures.deadlines.working_days import Place, next_working_day, previous_working_day


@dataclass(frozen=True)
class Facts:
    """The days of an incident. What is not known is None; ``person_known``: who did it.

    ``event``: the day it happened or ended; ``knowledge``: when the entitled person learned of it;
    ``claim``: when a claim was made in writing; ``decision``: when a platform told its decision;
    ``employer``: when the employer learned of it, else as ``knowledge``.
    """

    event: dt.date
    knowledge: dt.date
    person_known: bool = True
    claim: dt.date | None = None
    decision: dt.date | None = None
    employer: dt.date | None = None

    def __post_init__(self) -> None:
        """Refuse knowledge of what has not happened; raises ValueError."""
        if self.knowledge < self.event:
            raise ValueError("knowledge before the event")


@dataclass(frozen=True)
class Deadline:
    """One deadline of an incident; all days in German local time, ending at 24:00.

    ``raw_end``: by the calendar alone; ``end``: moved off weekends and holidays of the place, to
    the next working day, or to the one before where the law does not say that it moves.
    ``has_begun``: False where the period has not begun, and the days are the cautious ones.
    """

    rule: Rule
    start: dt.date
    raw_end: dt.date
    end: dt.date
    has_begun: bool

    @property
    def last_day(self) -> dt.date:
        """The last day that may be in time, whichever way the end was moved."""
        return max(self.raw_end, self.end)

    @property
    def reminder_day(self) -> dt.date:
        """The day to remind of, never later than the real end."""
        return min(self.raw_end, self.end)


def deadlines(facts: Facts, place: Place) -> list[Deadline]:
    """Return every deadline that the place knows for an incident, the nearest first.

    Where a period counts from something that is not known to have happened yet, the days are those
    of the earliest thinkable start: knowledge of the act.
    """
    found = [_deadline(rule, facts, place) for rule in rules_for(place.land, facts.event)]
    return sorted(found, key=lambda deadline: (deadline.end, deadline.rule.id))


def deadline_from(rule: Rule, start: dt.date, place: Place) -> Deadline:
    """Return when a period ends that is known to have begun with ``start``."""
    return _period(rule, start, place, has_begun=True)


def _deadline(rule: Rule, facts: Facts, place: Place) -> Deadline:
    start, has_begun = _start(rule, facts)
    return _period(rule, start, place, has_begun=has_begun)


def _period(rule: Rule, start: dt.date, place: Place, *, has_begun: bool) -> Deadline:
    raw = end_of_period(start, rule.length, rule.unit)
    end = next_working_day(raw, place) if rule.shift else previous_working_day(raw, place)
    return Deadline(rule, start, raw, end, has_begun)


def _start(rule: Rule, facts: Facts) -> tuple[dt.date, bool]:
    match rule.start:
        case Start.EVENT:
            return facts.event, True
        case Start.KNOWLEDGE:
            return facts.knowledge, True
        case Start.ACT_AND_PERSON:
            return facts.knowledge, facts.person_known
        case Start.EMPLOYER:
            return facts.employer or facts.knowledge, True
        case Start.CLAIM:
            return facts.claim or facts.knowledge, facts.claim is not None
        case Start.DECISION:
            return facts.decision or facts.knowledge, facts.decision is not None
