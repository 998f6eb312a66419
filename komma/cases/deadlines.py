"""The deadlines of a case, from what is sealed in it. Orientation, no legal advice (RDG)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from komma.cases.codes import EntryKind
from komma.cases.days import Days, days_known, recorded
from komma.core.dates import Span, today
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


@dataclass(frozen=True)
class Line:
    """One deadline as it is shown. ``deadline`` is None where the day it counts from is not known.

    ``latest``: the same deadline for the last of several incidents (``is_series``), or if it
    happened on the last day it can have been, None where that makes no difference; ``outdated``:
    the rule held on the day of the event and is no law any more.
    """

    rule: Rule
    whose: str
    deadline: Deadline | None
    days_left: int
    outdated: bool
    latest: Deadline | None = None
    is_series: bool = False

    @property
    def has_begun(self) -> bool:
        """Whether the period runs; where not, its days are the cautious ones."""
        return self.deadline is not None and self.deadline.has_begun

    @property
    def is_over(self) -> bool:
        """Whether it has ended on whichever of the days it happened, and for the last incident."""
        return self.has_begun and self.days_left < 0 and self.days_at_most < 0

    @property
    def days_at_most(self) -> int:
        """The days left for the last incident, or if it happened on the last day it can have."""
        return _left(self.latest, today()) if self.latest else self.days_left

    @property
    def may_be_over(self) -> bool:
        """Whether it has ended counted from the first day it can have been, and not from the last.

        Nobody may be told then that it is too late.
        """
        has_ended = self.has_begun and self.days_left < 0
        return has_ended and self.days_at_most >= 0 and not self.is_series

    @property
    def runs_for_the_last(self) -> bool:
        """Whether it has ended for the first of several incidents, and not for the last."""
        return self.has_begun and self.days_left < 0 <= self.days_at_most and self.is_series

    @property
    def shown(self) -> Deadline | None:
        """The deadline whose day is named first."""
        return self.latest if self.runs_for_the_last else self.deadline

    @property
    def is_shifted(self) -> bool:
        return self.shown is not None and self.shown.end != self.shown.raw_end

    @property
    def reminds(self) -> bool:
        """Whether somebody is reminded of it: a period of law that runs, or may run."""
        started = self.deadline is not None and self.deadline.has_begun
        return not self.rule.soft and (started or self.rule.start == Start.ACT_AND_PERSON)


@dataclass(frozen=True)
class CaseDeadlines:
    """What a page shows: the nearest first, then those that are over or cannot be counted.

    ``vague_since``: the first day it can have been, where only the month or year is known;
    ``gaps``: matters that the Land rules for itself, and that nobody has checked; ``ended``: rules
    that ended before the event; ``early``: rules that were no law yet; ``land``: the Land's name,
    without one nothing can be counted.
    """

    lines: tuple[Line, ...]
    vague_since: dt.date | None = None
    gaps: tuple[Matter, ...] = ()
    ended: tuple[Rule, ...] = ()
    early: tuple[Rule, ...] = ()
    land: str = ""
    day_known: bool = True
    local_holidays_missing: bool = False

    @property
    def is_series(self) -> bool:
        """Whether there were several incidents, the last of which has a period of its own."""
        return any(line.is_series for line in self.lines)

    @property
    def place_known(self) -> bool:
        return bool(self.land)

    @property
    def ends(self) -> list[dt.date]:
        """The days to remind of, never later than the real end."""
        found = {
            line.deadline.reminder_day for line in self.lines if line.deadline and line.reminds
        }
        late = {
            line.latest.reminder_day
            for line in self.lines
            if line.latest and line.reminds and (line.is_series or line.may_be_over)
        }
        return sorted(found | late)


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
    known = days_known(
        facts_of(case, found), recorded(found), received_on=case.received_on, now=today()
    )
    return known[0]


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
    known = days_known(facts, corrections, received_on=received_on, now=now)
    mine = known[0]
    if place is None:
        return CaseDeadlines((), day_known=mine.event is not None)
    lines = [
        line
        for days in known
        for line in _lines(days, incident, place, received_on, now)
        if not days.whose or line.rule.start == Start.ACT_AND_PERSON
    ]
    day = mine.first or received_on
    return CaseDeadlines(
        lines=tuple(sorted(lines, key=_order)),
        vague_since=mine.first if isinstance(mine.event, Span) else None,
        gaps=tuple(each for each in gaps(place.land, day) if each.matters_in(incident)),
        ended=tuple(each for each in ended_rules(place.land, day) if each.matters_in(incident)),
        early=tuple(each for each in early_rules(place.land, day) if each.matters_in(incident)),
        land=str(Land(place.land).label),
        day_known=mine.event is not None,
        local_holidays_missing=has_unknown_holidays(place),
    )


def _lines(
    days: Days, incident: Incident, place: Place, received_on: dt.date, now: dt.date
) -> Iterable[Line]:
    if days.first is None:
        yield from _lines_without_event(days, incident, place, received_on, now)
        return
    late = _deadlines_from(days.latest, days, place, received_on) if days.latest else []
    latest = {each.rule.id: each for each in late}
    for each in _deadlines_from(days.first, days, place, received_on):
        waits = each.rule.start == Start.CLAIM and not each.has_begun
        recorded_start = each.has_begun and each.rule.start in _recorded(days)
        matters = recorded_start or each.rule.matters_in(incident)
        last = latest.get(each.rule.id)
        line = Line(
            each.rule,
            days.whose,
            each,
            _left(each, now),
            outdated=not each.rule.is_valid_on(now),
            latest=last if last and last.end > each.end else None,
            is_series=days.last is not None,
        )
        # What courts liked to see tells nothing once it has passed.
        is_past_advice = each.rule.soft and line.days_left < 0 and line.days_at_most < 0
        if matters and not waits and not is_past_advice:
            yield line


def _deadlines_from(
    event: dt.date, days: Days, place: Place, received_on: dt.date
) -> list[Deadline]:
    """Return every deadline of the place, had it happened on this day."""
    return deadlines(
        Facts(
            event=event,
            knowledge=max(days.knowledge or event, event),
            person_known=days.person_known is not False,
            claim=days.claim,
            decision=days.decision,
            employer=days.employer or max(received_on, event),
        ),
        place,
    )


def _left(deadline: Deadline, now: dt.date) -> int:
    """Return the days until the end as it is named, below zero once no day may be in time."""
    end = deadline.end if deadline.end >= now else deadline.last_day
    return (end - now).days


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
            left = _left(found, now)
            if not (rule.soft and left < 0):
                yield Line(rule, days.whose, found, left, outdated=not rule.is_valid_on(now))
        elif rule.start != Start.CLAIM:
            yield Line(rule, days.whose, None, 0, outdated=False)


def _order(line: Line) -> tuple[int, dt.date, str, str]:
    end = line.shown.end if line.shown else dt.date.max
    place = 2 if line.is_over else 1 if line.deadline is None else 0
    return place, end, line.rule.id, line.whose
