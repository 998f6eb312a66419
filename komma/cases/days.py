"""The days that deadlines count from, as the report tells them and handlers record them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from komma.cases.codes import EntryKind
from komma.cases.facts import Causer, Frequency
from komma.core.dates import Span, earliest, latest, read_when
from komma.core.ui.days import EARLIEST_YEAR

if TYPE_CHECKING:
    from komma.cases.timeline import OpenEntry

_NOBODY_KNOWN = {Causer.ANONYMOUS, Causer.UNKNOWN}
_DAY_NAMES = ("knowledge", "employer", "claim", "decision")


@dataclass(frozen=True)
class Days:
    """The days that are known for one entitled person; None where one is not known.

    ``whose``: a label such as "Dienstvorgesetzte", empty for the affected person; ``event``: the
    day, or the month or year where only that is known, of several incidents the first; ``last``:
    the last of several, for which a period of its own runs; ``until``: the last day it can have
    been, None where the day itself is known; ``person_known``: whether it is known who did it, None
    where nobody has said so; ``employer``: when the employer learned of it, else the day the report
    came in.
    """

    whose: str = ""
    event: dt.date | Span | None = None
    last: dt.date | None = None
    until: dt.date | None = None
    knowledge: dt.date | None = None
    person_known: bool | None = None
    employer: dt.date | None = None
    claim: dt.date | None = None
    decision: dt.date | None = None

    @property
    def first(self) -> dt.date | None:
        """The first day it can have been; deadlines count from it."""
        return earliest(self.event) if self.event else None

    @property
    def latest(self) -> dt.date | None:
        """The last day from which a deadline may count, None where there is the first only."""
        return self.last or self.until

    @classmethod
    def of_report(cls, facts: Mapping[str, Any], *, now: dt.date) -> Days:
        """Read a report. The first day counts, and knowledge on that day: the cautious reading.

        Without a last day, what goes on went on until the report, and what happened several times
        may have happened last on any day until then.
        """
        event, end = _when(facts.get("day_from"), now), _when(facts.get("day_to"), now)
        often, until = facts.get("frequency"), _until(event or end, now)
        last = min(latest(end), now) if event and end else None
        if event and last is None and often == Frequency.ONGOING:
            last = now
        elif event and last is None and often == Frequency.SEVERAL:
            until = now
        return cls(
            event=event or end,
            last=_after(last, event),
            until=until,
            person_known=_is_known(facts),
        )

    @classmethod
    def of_entry(cls, data: Mapping[str, Any], *, now: dt.date) -> Days:
        """Read what a handler recorded."""
        event = _when(data.get("event"), now)
        days = {name: _day(data.get(name), now) for name in _DAY_NAMES}
        later = [day for day in days.values() if day]  # none of them came before the event
        return cls(
            whose=str(data.get("whose") or ""),
            event=event,
            last=_after(_day(data.get("last"), now), event),
            until=_until(event, min([now, *later])),
            person_known=data.get("person_known"),
            **days,
        )

    def as_json(self) -> dict[str, Any]:
        """Write it down for a sealed entry; unknown days are left out."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, dt.date | Span) else value
            for name, value in found.items()
            if value is not None and name != "until"
        }


def recorded(entries: Iterable[OpenEntry]) -> list[Mapping[str, Any]]:
    """Return what handlers recorded, oldest first."""
    bodies = (entry.body for entry in entries if entry.kind == EntryKind.DEADLINES)
    return [body["days"] for body in bodies if isinstance(body.get("days"), dict)]


def days_known(
    facts: Mapping[str, Any],
    corrections: Iterable[Mapping[str, Any]],
    *,
    received_on: dt.date,
    now: dt.date,
) -> list[Days]:
    """Return the newest days of each entitled person, the affected one first."""
    found = {"": Days.of_report(facts, now=min(received_on, now))}
    for each in corrections:
        days = Days.of_entry(each, now=now)
        found[days.whose.casefold()] = days
    return list(found.values())


def _is_known(facts: Mapping[str, Any]) -> bool | None:
    if facts.get("causer_names"):
        return True
    causer = facts.get("causer")
    return causer not in _NOBODY_KNOWN if causer else None


def _when(value: Any, now: dt.date) -> dt.date | Span | None:
    """Return what can be counted from; None for what is no day, too old or in the future."""
    found = read_when(value)
    if found is None or earliest(found).year < EARLIEST_YEAR or earliest(found) > now:
        return None
    return found


def _day(value: Any, now: dt.date) -> dt.date | None:
    found = _when(value, now)
    return found if isinstance(found, dt.date) else None


def _after(day: dt.date | None, event: dt.date | Span | None) -> dt.date | None:
    return day if day and event and day > earliest(event) else None


def _until(event: dt.date | Span | None, now: dt.date) -> dt.date | None:
    return min(latest(event), now) if isinstance(event, Span) else None
