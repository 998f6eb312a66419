"""What must hold before a procedure is used: roles filled, no circle, plausible limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from komma.municipalities.codes import Role
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
    SAME_DEPUTY = "same_deputy"
    EMPTY_ROLE = "empty_role"
    ONE_PERSON = "one_person"
    LONG = "long"
    INTERIM = "interim"
    SILENT_CONSENT = "silent_consent"
    EMPTY_TEXT = "empty_text"
    EMPTY_HEAD = "empty_head"
    NO_UNIT = "no_unit"


class Problem(NamedTuple):
    """One fault and the steps it concerns, by id."""

    fault: Fault
    steps: tuple[str, ...]


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
        Fault.SAME_DEPUTY: step.role == step.deputy,
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


def _roles(procedure: Procedure, held: AbstractSet[str] | None) -> list[Problem]:
    if held is None:
        return []
    empty = [step.id for step in procedure.steps if not {step.role, step.deputy} <= held]
    return [Problem(Fault.EMPTY_ROLE, tuple(empty))] if empty else []


def _alone(procedure: Procedure, people: Mapping[str, AbstractSet[Any]]) -> list[Problem]:
    """Return the steps whose deputy is nobody else than the one who is responsible."""
    alone = [
        step.id
        for step in procedure.steps
        if step.role != step.deputy
        and {step.role, step.deputy} <= people.keys()
        and len({*people[step.role], *people[step.deputy]}) == 1
    ]
    return [Problem(Fault.ONE_PERSON, tuple(alone))] if alone else []
