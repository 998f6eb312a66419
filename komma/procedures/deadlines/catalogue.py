"""The rules of legal deadlines, read from a data file and checked."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from komma.municipalities.codes import Land
from komma.procedures.deadlines.periods import Unit
from komma.procedures.incidents import Condition, Incident, meant_for, read_conditions

_DATA = Path(__file__).with_name("rules.toml")
# After this a rule is due for checking; several of them are under reform.
CHECK_EVERY = dt.timedelta(days=180)


class Start(StrEnum):
    """What a period counts from; see the data file."""

    ACT_AND_PERSON = "act_and_person"
    KNOWLEDGE = "knowledge"
    EVENT = "event"
    EMPLOYER = "employer"
    CLAIM = "claim"
    DECISION = "decision"


@dataclass(frozen=True)
class Rule:
    """One deadline in law within its validity (both days included; None: until further notice).

    ``lands``: where it counts, empty for everywhere. ``soft``: no period of law. ``when``: for
    which incidents it matters. ``afterwards``: what is true once it has ended, if that is known.
    """

    id: str
    title: str
    legal_basis: str
    about: str
    length: int
    unit: Unit
    start: Start
    shift: bool
    source: str
    valid_from: dt.date
    last_checked: dt.date
    valid_until: dt.date | None = None
    soft: bool = False
    afterwards: str = ""
    lands: frozenset[str] = field(default_factory=frozenset)
    when: tuple[Condition, ...] = ()

    @property
    def shown_basis(self) -> str:
        """The legal basis for a page, where no line may end with the sign of a paragraph."""
        return self.legal_basis.replace("§ ", "§\N{NO-BREAK SPACE}").replace(
            "Art. ", "Art.\N{NO-BREAK SPACE}"
        )

    def holds_in(self, land: str) -> bool:
        """Tell whether the rule counts in this Land."""
        return not self.lands or land in self.lands

    def matters_in(self, incident: Incident) -> bool:
        """Tell whether the deadline can matter for what happened."""
        return meant_for(self.when, incident)

    def is_valid_on(self, day: dt.date) -> bool:
        """Tell whether the rule was law on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Matter:
    """Something that each Land rules for itself, and what to do where no rule is known."""

    id: str
    title: str
    hint: str
    when: tuple[Condition, ...] = ()

    def matters_in(self, incident: Incident) -> bool:
        """Tell whether it can matter for what happened."""
        return meant_for(self.when, incident)


class BrokenCatalogue(ValueError):  # noqa: N818 - reads as a finding
    """The data file holds a rule that cannot be used; the message names it."""


def parse(text: str) -> tuple[tuple[Rule, ...], tuple[Matter, ...]]:
    """Return the rules and matters of a data file (TOML); raises ``BrokenCatalogue``."""
    data = tomllib.loads(text)
    rules = tuple(_rule(entry) for entry in data.get("rule", []))
    for first, second in ((a, b) for i, a in enumerate(rules) for b in rules[i + 1 :]):
        if _overlap(first, second):
            raise BrokenCatalogue(f"{first.id}: two rules for the same day and Land")
    return rules, tuple(_matter(entry) for entry in data.get("matter", []))


def _matter(entry: dict[str, Any]) -> Matter:
    return Matter(**entry | {"when": read_conditions(entry.get("when", ()))})


def _rule(entry: dict[str, Any]) -> Rule:
    name = str(entry.get("id", "?"))
    try:
        rule = Rule(
            **entry
            | {
                "unit": Unit(entry["unit"]),
                "start": Start(entry["start"]),
                "lands": frozenset(Land(land).value for land in entry.get("lands", [])),
                "when": read_conditions(entry.get("when", ())),
            }
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenCatalogue(f"{name}: {error}") from error
    for text in ("title", "legal_basis", "about"):
        if not getattr(rule, text).strip():
            raise BrokenCatalogue(f"{name}: {text} is missing")
    if not rule.source.startswith("https://"):
        raise BrokenCatalogue(f"{name}: no source")
    if rule.length < 1:
        raise BrokenCatalogue(f"{name}: a period has at least one day")
    if rule.valid_until is not None and rule.valid_until < rule.valid_from:
        raise BrokenCatalogue(f"{name}: ends before it begins")
    return rule


def _overlap(first: Rule, second: Rule) -> bool:
    if first.id != second.id:
        return False
    apart = first.lands and second.lands and not first.lands & second.lands
    end = dt.date.max
    return not apart and (
        first.valid_from <= (second.valid_until or end)
        and second.valid_from <= (first.valid_until or end)
    )


@cache
def _catalogue() -> tuple[tuple[Rule, ...], tuple[Matter, ...]]:
    return parse(_DATA.read_text(encoding="utf-8"))


def all_rules() -> tuple[Rule, ...]:
    """Return every rule, those that have ended included."""
    return _catalogue()[0]


def all_matters() -> tuple[Matter, ...]:
    """Return what each Land rules for itself."""
    return _catalogue()[1]


def rules_for(land: str, day: dt.date) -> list[Rule]:
    """Return the rules that count in a Land for what happened on a day."""
    return [rule for rule in all_rules() if rule.holds_in(land) and rule.is_valid_on(day)]


def rule_on(rule_id: str, day: dt.date) -> Rule:
    """Return the nationwide rule with this id for what happens on a day; raises LookupError."""
    for rule in all_rules():
        if rule.id == rule_id and not rule.lands and rule.is_valid_on(day):
            return rule
    raise LookupError(f"{rule_id}: no rule on {day:%Y-%m-%d}")


def ended_rules(land: str, day: dt.date) -> list[Rule]:
    """Return the rules that ended before a day without another in their place: to be said."""
    known = {rule.id for rule in rules_for(land, day)}
    return [
        rule
        for rule in all_rules()
        if rule.holds_in(land)
        and rule.id not in known
        and rule.valid_until is not None
        and rule.valid_until < day
    ]


def early_rules(land: str, day: dt.date) -> list[Rule]:
    """Return the rules that began only after a day, without another before them: to be said."""
    known = {rule.id for rule in rules_for(land, day)}
    return [
        rule
        for rule in all_rules()
        if rule.holds_in(land) and rule.id not in known and rule.valid_from > day
    ]


def gaps(land: str, day: dt.date) -> list[Matter]:
    """Return the matters for which no rule of this Land is known: to be said, never guessed."""
    known = {rule.id for rule in rules_for(land, day)}
    return [matter for matter in all_matters() if matter.id not in known]


def due_for_checking(today: dt.date) -> list[Rule]:
    """Return the rules that nobody has compared with the law for half a year, oldest first.

    Those that have ended stay as they are for old cases, and are in `orphaned` if nothing follows.
    """
    due = [
        rule
        for rule in all_rules()
        if not _has_ended(rule, today) and today - rule.last_checked > CHECK_EVERY
    ]
    return sorted(due, key=lambda rule: rule.last_checked)


def orphaned(today: dt.date) -> list[Rule]:
    """Return the rules that have ended where no other has taken their place: a gap to be closed."""
    return [
        rule
        for rule in all_rules()
        if _has_ended(rule, today) and not any(_follows(other, rule) for other in all_rules())
    ]


def _has_ended(rule: Rule, today: dt.date) -> bool:
    return rule.valid_until is not None and rule.valid_until < today


def _follows(other: Rule, rule: Rule) -> bool:
    everywhere = not other.lands or (bool(rule.lands) and rule.lands <= other.lands)
    return other.id == rule.id and everywhere and other.valid_from > rule.valid_from
