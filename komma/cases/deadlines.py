"""The deadlines of a case, from what is sealed in it. Orientation, no legal advice (RDG)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from komma.cases.codes import EntryKind
from komma.cases.facts import Causer
from komma.core.dates import today
from komma.municipalities.codes import Land
from komma.procedures.deadlines import (
    Deadline,
    Facts,
    Matter,
    Place,
    Rule,
    deadline_from,
    deadlines,
    early_rules,
    ended_rules,
    gaps,
    rules_for,
)
from komma.procedures.deadlines.catalogue import Start
from komma.procedures.deadlines.working_days import has_unknown_holidays
from komma.procedures.incidents import Incident

if TYPE_CHECKING:
    from komma.cases.models import Case
    from komma.cases.timeline import OpenEntry

EARLIEST_YEAR = 1990
# Facts of a report that deadlines and advice go by; none of them is a text.
FACT_KEYS = (
    "reporter_role",
    "forms",
    "channels",
    "side",
    "affected_role",
    "danger",
    "day_from",
    "day_to",
    "frequency",
    "causer",
)
# Those that handlers may add to a report that told little.
ADDABLE = ("forms", "affected_role", "channels")
_NOBODY_KNOWN = {Causer.ANONYMOUS, Causer.UNKNOWN}


@dataclass(frozen=True)
class Days:
    """The days that are known for one entitled person; None where one is not known.

    ``whose``: a label such as "Dienstvorgesetzte", empty for the affected person; ``person_known``:
    whether it is known who did it, None where nobody has said so; ``employer``: when the employer
    learned of it, else the day the report came in.
    """

    whose: str = ""
    event: dt.date | None = None
    knowledge: dt.date | None = None
    person_known: bool | None = None
    employer: dt.date | None = None
    claim: dt.date | None = None
    decision: dt.date | None = None

    @classmethod
    def of_report(cls, facts: Mapping[str, Any], *, now: dt.date) -> Days:
        """Read a report. The first day counts, and knowledge on that day: the cautious reading."""
        return cls(
            event=_day(facts.get("day_from"), now) or _day(facts.get("day_to"), now),
            person_known=_is_known(facts),
        )

    @classmethod
    def of_entry(cls, data: Mapping[str, Any], *, now: dt.date) -> Days:
        """Read what a handler recorded."""
        return cls(
            whose=str(data.get("whose") or ""),
            person_known=data.get("person_known"),
            **{name: _day(data.get(name), now) for name in _DAY_NAMES},
        )

    def as_json(self) -> dict[str, Any]:
        """Write it down for a sealed entry; unknown days are left out."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in found.items()
            if value is not None
        }


_DAY_NAMES = ("event", "knowledge", "employer", "claim", "decision")


def _is_known(facts: Mapping[str, Any]) -> bool | None:
    if facts.get("causer_names"):
        return True
    causer = facts.get("causer")
    return causer not in _NOBODY_KNOWN if causer else None


@dataclass(frozen=True)
class Line:
    """One deadline as it is shown. ``deadline`` is None where the day it counts from is not known.

    ``is_over``: by the calendar, counted cautiously; ``outdated``: the rule held on the day of the
    event and is no law any more.
    """

    rule: Rule
    whose: str
    deadline: Deadline | None
    days_left: int
    outdated: bool

    @property
    def has_begun(self) -> bool:
        """Whether the period runs; where not, its days are the cautious ones."""
        return self.deadline is not None and self.deadline.has_begun

    @property
    def is_over(self) -> bool:
        return self.has_begun and self.days_left < 0

    @property
    def is_shifted(self) -> bool:
        return self.deadline is not None and self.deadline.end != self.deadline.raw_end

    @property
    def reminds(self) -> bool:
        """Whether somebody is reminded of it: a period of law that runs, or may run."""
        started = self.deadline is not None and self.deadline.has_begun
        return not self.rule.soft and (started or self.rule.start == Start.ACT_AND_PERSON)


@dataclass(frozen=True)
class CaseDeadlines:
    """What a page shows: the nearest first, then those that are over or cannot be counted.

    ``gaps``: matters that the Land rules for itself, and that nobody has checked; ``ended``: rules
    that ended before the event; ``early``: rules that were no law yet; ``land``: the Land's name,
    without one nothing can be counted.
    """

    lines: tuple[Line, ...]
    gaps: tuple[Matter, ...] = ()
    ended: tuple[Rule, ...] = ()
    early: tuple[Rule, ...] = ()
    land: str = ""
    day_known: bool = True
    local_holidays_missing: bool = False

    @property
    def place_known(self) -> bool:
        return bool(self.land)

    @property
    def ends(self) -> list[dt.date]:
        """The days to remind of: by the calendar alone, so never later than the real end."""
        found = {line.deadline.raw_end for line in self.lines if line.deadline and line.reminds}
        return sorted(found)


def of_case(case: Case, entries: Iterable[OpenEntry]) -> CaseDeadlines:
    """Return the deadlines of an opened case; no query where ``concerns`` is at hand."""
    found = list(entries)
    return count(
        facts_of(case, found),
        recorded(found),
        place=place_of(case.concerns),
        received_on=case.received_on,
    )


def days_of(case: Case, entries: Iterable[OpenEntry]) -> Days:
    """Return what is known for the affected person."""
    found = list(entries)
    return days_known(facts_of(case, found), recorded(found), now=today())[0]


def facts_of(case: Case, entries: Iterable[OpenEntry]) -> dict[str, Any]:
    """Return what is known: the report, the side of the case where it names none, and additions.

    Of what handlers added the newest counts for each key, beside what the report names itself: an
    addition never takes away what the reporter said, save that the role is one or another.
    """
    found = list(entries)
    report = next((entry for entry in found if entry.kind == EntryKind.REPORT), None)
    facts = {"side": case.side} | ((report.body.get("facts") if report else None) or {})
    known: dict[str, Any] = {}
    for entry in found:
        if entry.kind == EntryKind.FACTS and entry.person is not None:  # only staff signs
            added = entry.body.get("facts") or {}
            known |= {key: added[key] for key in ADDABLE if key in added}
    return facts | {key: _beside(facts.get(key), value) for key, value in known.items()}


def _beside(told: Any, added: Any) -> Any:
    """Return several codes with those of the report first, or the one that was added."""
    if not isinstance(added, list):
        return added
    own = told if isinstance(told, list) else [told] if isinstance(told, str) and told else []
    return [*own, *(code for code in added if code not in own)]


def recorded(entries: Iterable[OpenEntry]) -> list[Mapping[str, Any]]:
    """Return what handlers recorded, oldest first."""
    bodies = (entry.body for entry in entries if entry.kind == EntryKind.DEADLINES)
    return [body["days"] for body in bodies if isinstance(body.get("days"), dict)]


def place_of(concerns: Any) -> Place | None:
    """Return where declarations are due: the municipality that a case is about."""
    if not concerns.land:
        return None
    return Place(concerns.land, getattr(getattr(concerns, "municipality", concerns), "ags", ""))


def count(
    facts: Mapping[str, Any],
    corrections: Iterable[Mapping[str, Any]] = (),
    *,
    place: Place | None,
    received_on: dt.date,
) -> CaseDeadlines:
    """Count the deadlines of what ``facts`` tell (keys as in `facts.FACTS`), as corrected later.

    For other entitled persons than the affected one only the demand for prosecution is counted.
    """
    now, incident = today(), Incident.of(facts)
    known = days_known(facts, corrections, now=now)
    mine = known[0]
    if place is None:
        return CaseDeadlines((), day_known=mine.event is not None)
    lines = [
        line
        for days in known
        for line in _lines(days, incident, place, received_on, now)
        if not days.whose or line.rule.start == Start.ACT_AND_PERSON
    ]
    day = mine.event or received_on
    return CaseDeadlines(
        lines=tuple(sorted(lines, key=_order)),
        gaps=tuple(each for each in gaps(place.land, day) if each.matters_in(incident)),
        ended=tuple(each for each in ended_rules(place.land, day) if each.matters_in(incident)),
        early=tuple(each for each in early_rules(place.land, day) if each.matters_in(incident)),
        land=str(Land(place.land).label),
        day_known=mine.event is not None,
        local_holidays_missing=has_unknown_holidays(place),
    )


def days_known(
    facts: Mapping[str, Any], corrections: Iterable[Mapping[str, Any]], *, now: dt.date
) -> list[Days]:
    """Return the newest days of each entitled person, the affected one first."""
    found = {"": Days.of_report(facts, now=now)}
    for each in corrections:
        days = Days.of_entry(each, now=now)
        found[days.whose.casefold()] = days
    return list(found.values())


def _lines(
    days: Days, incident: Incident, place: Place, received_on: dt.date, now: dt.date
) -> Iterable[Line]:
    if days.event is None:
        yield from _lines_without_event(days, incident, place, received_on, now)
        return
    facts = Facts(
        event=days.event,
        knowledge=max(days.knowledge or days.event, days.event),
        person_known=days.person_known is not False,
        claim=days.claim,
        decision=days.decision,
        employer=days.employer or max(received_on, days.event),
    )
    for each in deadlines(facts, place):
        waits = each.rule.start == Start.CLAIM and not each.has_begun
        left = (each.end - now).days
        is_past_advice = each.rule.soft and left < 0  # what courts liked to see tells nothing then
        recorded_start = each.has_begun and each.rule.start in _recorded(days)
        matters = recorded_start or each.rule.matters_in(incident)
        if matters and not waits and not is_past_advice:
            yield Line(each.rule, days.whose, each, left, outdated=not each.rule.is_valid_on(now))


def _recorded(days: Days) -> set[Start]:
    """Return the starts that somebody wrote down: their rules matter, whatever was reported."""
    known = {
        Start.EMPLOYER: days.employer,
        Start.CLAIM: days.claim,
        Start.DECISION: days.decision,
    }
    return {start for start, day in known.items() if day is not None}


def _lines_without_event(
    days: Days, incident: Incident, place: Place, received_on: dt.date, now: dt.date
) -> Iterable[Line]:
    """Count what does not count from the event, and name the rest without an end."""
    known = {
        Start.KNOWLEDGE: days.knowledge,
        Start.ACT_AND_PERSON: days.knowledge if days.person_known is not False else None,
        Start.EMPLOYER: days.employer or received_on,
        Start.CLAIM: days.claim,
        Start.DECISION: days.decision,
    }
    for rule in rules_for(place.land, received_on):
        start = known.get(rule.start)
        recorded_start = rule.start in _recorded(days)
        if not (recorded_start or rule.matters_in(incident)):
            continue
        if start is not None:
            found = deadline_from(rule, start, place)
            left = (found.end - now).days
            if not (rule.soft and left < 0):
                yield Line(rule, days.whose, found, left, outdated=not rule.is_valid_on(now))
        elif rule.start != Start.CLAIM:
            yield Line(rule, days.whose, None, 0, outdated=False)


def _order(line: Line) -> tuple[int, dt.date, str, str]:
    end = line.deadline.end if line.deadline else dt.date.max
    place = 2 if line.is_over else 1 if line.deadline is None else 0
    return place, end, line.rule.id, line.whose


def _day(value: Any, now: dt.date) -> dt.date | None:
    """Return a day that can be counted from; None for what is no day, too old or in the future."""
    try:
        found = dt.date.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.year >= EARLIEST_YEAR and found <= now else None
