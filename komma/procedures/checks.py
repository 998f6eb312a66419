"""What must hold before a procedure is used: roles filled, no circle, plausible limits.

Which role can take a step follows from who can be given the key of a case: `can_open`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from komma.municipalities.codes import Pillar, Role
from komma.municipalities.rules import may_be_granted, may_open_cases, pillar_of
from komma.procedures.model import LimitUnit, Procedure, Step, When

LEVELS = frozenset(range(4))
# The longest limit that is still plausible; a typing error is usually larger.
_LONGEST = {
    LimitUnit.HOURS: 72,
    LimitUnit.WORKING_DAYS: 30,
    LimitUnit.WEEKS: 26,
    LimitUnit.MONTHS: 24,
}
_RAREST_INTERIM = 12  # weeks
# Whoever stands by the affected person never examines the same case.
_APART = frozenset({Pillar.SUPPORT, Pillar.COMPLAINT})


class Fault(StrEnum):
    """What can be wrong with a procedure."""

    NO_STEPS = "no_steps"
    TWICE = "twice"
    UNKNOWN_PHASE = "unknown_phase"
    UNKNOWN_STEP = "unknown_step"
    CIRCLE = "circle"
    BEHIND_CIRCLE = "behind_circle"
    NEVER = "never"
    IDLE = "idle"
    UNKNOWN_ROLE = "unknown_role"
    TWO_PILLARS = "two_pillars"
    NO_KEY = "no_key"
    NO_CASES = "no_cases"
    NOBODY_THERE = "nobody_there"
    EMPTY_ROLE = "empty_role"
    ONE_PERSON = "one_person"
    LONG = "long"
    INTERIM = "interim"
    SILENT_CONSENT = "silent_consent"
    EMPTY_TEXT = "empty_text"
    EMPTY_HEAD = "empty_head"
    NO_UNIT = "no_unit"


class Problem(NamedTuple):
    """One fault, the steps it concerns, by id, and the role and the pillars that it is about."""

    fault: Fault
    steps: tuple[str, ...]
    role: str = ""
    pillars: tuple[str, ...] = ()


def problems(
    procedure: Procedure,
    *,
    held: AbstractSet[str] | None = None,
    people: Mapping[str, AbstractSet[Any]] | None = None,
) -> list[Problem]:
    """Return everything that speaks against using a procedure, the gravest first.

    ``held``: role codes that somebody of the municipality has; None leaves that question out.
    ``people``: who has each role; then a deputy must be somebody else.
    """
    if people is not None:
        held = people.keys()
    if not procedure.steps:
        return [Problem(Fault.NO_STEPS, ()), *_head(procedure)]
    return [
        *_structure(procedure),
        *(problem for step in procedure.steps for problem in _of_step(step, procedure)),
        *_head(procedure),
        *_keys(procedure),
        *_roles(procedure, held),
        *_alone(procedure, people or {}),
    ]


def has_circle(procedure: Procedure) -> bool:
    """Tell whether steps wait for each other, so that it can be neither drawn nor played."""
    return bool(_circle(procedure))


def _structure(procedure: Procedure) -> list[Problem]:
    counts = Counter(step.id for step in procedure.steps)
    found = [Problem(Fault.TWICE, (step_id,)) for step_id, count in counts.items() if count > 1]
    phases = {phase.id for phase in procedure.phases}
    for step in procedure.steps:
        if step.phase not in phases:
            found.append(Problem(Fault.UNKNOWN_PHASE, (step.id,)))
        if not counts.keys() >= set(step.after):
            found.append(Problem(Fault.UNKNOWN_STEP, (step.id,)))
    circle = _circle(procedure)
    if not circle:
        return found
    behind = _behind(procedure, circle)
    blocked = [Problem(Fault.BEHIND_CIRCLE, behind)] if behind else []
    return [*found, Problem(Fault.CIRCLE, circle), *blocked]


def _circle(procedure: Procedure) -> tuple[str, ...]:
    graph = {step.id: step.after for step in procedure.steps}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(dict.fromkeys(error.args[1]))
    return ()


def _behind(procedure: Procedure, circle: tuple[str, ...]) -> tuple[str, ...]:
    """Return the steps outside of a circle that wait for it, at whatever distance."""
    blocked = set(circle)
    while more := {s.id for s in procedure.steps if s.id not in blocked and blocked & {*s.after}}:
        blocked |= more
    return tuple(s.id for s in procedure.steps if s.id in blocked and s.id not in circle)


def _of_step(step: Step, procedure: Procedure) -> list[Problem]:
    wrong = {
        Fault.NEVER: _exclude(step.when, procedure.when) or bool(step.when.levels - LEVELS),
        Fault.IDLE: any(
            _exclude(step.when, other.when) for other in procedure.steps if other.id in step.after
        ),
        Fault.LONG: step.limit.length > _LONGEST[step.limit.unit],
        Fault.UNKNOWN_ROLE: not {step.role, step.deputy} <= set(Role.values),
        Fault.SILENT_CONSENT: step.consent and not step.tells.strip(),
        Fault.EMPTY_TEXT: not all(map(str.strip, (step.title, step.guidance, step.done))),
    }
    return [Problem(fault, (step.id,)) for fault, is_so in wrong.items() if is_so]


def _exclude(one: When, other: When) -> bool:
    """Tell whether no case can meet both conditions.

    A case has one level, one side and one affected role, but many forms and wishes at once.
    """
    pairs = (
        (one.levels, other.levels),
        (one.sides, other.sides),
        (one.affected, other.affected),
    )
    return any(mine and theirs and not mine & theirs for mine, theirs in pairs)


def _head(procedure: Procedure) -> list[Problem]:
    texts = (procedure.title, procedure.about, procedure.scene, procedure.source)
    wrong = {
        Fault.EMPTY_HEAD: not all(map(str.strip, texts)),
        Fault.INTERIM: not 0 <= procedure.interim_weeks <= _RAREST_INTERIM,
        Fault.NO_UNIT: not procedure.pillars,
    }
    return [Problem(fault, ()) for fault, is_so in wrong.items() if is_so]


def can_open(role: str, pillar: str) -> bool:
    """Tell whether somebody with this role can have the key of a case of this pillar.

    Those of the pillar have it, coordination and leadership can be given it, nobody else can.
    """
    return may_be_granted(role) and (not may_open_cases(role) or pillar_of(role) == pillar)


def _keys(procedure: Procedure) -> list[Problem]:
    """Return where a step names somebody who would be refused the key of its case.

    Coordination and leadership may be responsible, since they can be given a key; as long as they
    have none, the deputy acts, who therefore is of those that open the case by themselves.
    """
    found: dict[tuple[Fault, str, tuple[str, ...]], list[str]] = {}
    for step in procedure.steps:
        for fault in _of_roles(step, procedure.pillars):
            found.setdefault(fault, []).append(step.id)
    return [Problem(fault, tuple(ids), role, which) for (fault, role, which), ids in found.items()]


def _of_roles(
    step: Step, pillars: AbstractSet[str]
) -> Iterator[tuple[Fault, str, tuple[str, ...]]]:
    roles = dict.fromkeys((step.role, step.deputy))
    if not roles.keys() <= set(Role.values):
        return  # a fault of its own
    is_fine = True
    for role in roles:
        fault, other = _without_key(role, pillars, is_deputy=role == step.deputy)
        if fault:
            is_fine = False
            yield fault, role, other
    closed = tuple(p for p in sorted(pillars) if not any(can_open(role, p) for role in roles))
    if is_fine and closed:
        yield Fault.NOBODY_THERE, "", closed


def _without_key(
    role: str, pillars: AbstractSet[str], *, is_deputy: bool
) -> tuple[Fault | None, tuple[str, ...]]:
    own = pillar_of(role)
    other = tuple(sorted(pillars & (_APART - {own}))) if own in _APART else ()
    if other:
        return Fault.TWO_PILLARS, other
    if pillars and not any(can_open(role, pillar) for pillar in pillars):
        return Fault.NO_KEY, ()
    return (Fault.NO_CASES if is_deputy and not may_open_cases(role) else None), ()


def roles_of(procedure: Procedure) -> list[str]:
    """Return the roles that a procedure needs, each once, in the order of its steps."""
    return [*dict.fromkeys(role for step in procedure.steps for role in (step.role, step.deputy))]


def _roles(procedure: Procedure, held: AbstractSet[str] | None) -> list[Problem]:
    """Return for each role that nobody has the steps that need it."""
    if held is None:
        return []
    empty = [role for role in roles_of(procedure) if role in Role.values and role not in held]
    return [
        Problem(
            Fault.EMPTY_ROLE,
            tuple(step.id for step in procedure.steps if role in (step.role, step.deputy)),
            role,
        )
        for role in empty
    ]


def _alone(procedure: Procedure, people: Mapping[str, AbstractSet[Any]]) -> list[Problem]:
    """Return the steps whose deputy is nobody else than the one who is responsible."""
    alone = [
        step.id
        for step in procedure.steps
        if {step.role, step.deputy} <= people.keys()
        and len({*people[step.role], *people[step.deputy]}) == 1
    ]
    return [Problem(Fault.ONE_PERSON, tuple(alone))] if alone else []
