"""What must hold before a procedure is used: roles filled, no circle, plausible limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

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


class Fault(StrEnum):
    """What can be wrong with a procedure."""

    NO_STEPS = "no_steps"
    TWICE = "twice"
    UNKNOWN_PHASE = "unknown_phase"
    UNKNOWN_STEP = "unknown_step"
    CIRCLE = "circle"
    NEVER = "never"
    UNKNOWN_ROLE = "unknown_role"
    SAME_DEPUTY = "same_deputy"
    EMPTY_ROLE = "empty_role"
    LONG = "long"


class Problem(NamedTuple):
    """One fault and the steps it concerns, by id."""

    fault: Fault
    steps: tuple[str, ...]


def problems(procedure: Procedure, *, held: AbstractSet[str] | None = None) -> list[Problem]:
    """Return everything that speaks against using a procedure, the gravest first.

    ``held``: role codes that somebody of the municipality has; None leaves that question out.
    """
    if not procedure.steps:
        return [Problem(Fault.NO_STEPS, ())]
    return [
        *_structure(procedure),
        *(problem for step in procedure.steps for problem in _of_step(step, procedure)),
        *_roles(procedure, held),
    ]


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
    return found + ([Problem(Fault.CIRCLE, circle)] if circle else [])


def _circle(procedure: Procedure) -> tuple[str, ...]:
    graph = {step.id: step.after for step in procedure.steps}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(dict.fromkeys(error.args[1]))
    return ()


def _of_step(step: Step, procedure: Procedure) -> list[Problem]:
    found = []
    if _never(step.when, procedure.when):
        found.append(Problem(Fault.NEVER, (step.id,)))
    if step.limit.length > _LONGEST[step.limit.unit]:
        found.append(Problem(Fault.LONG, (step.id,)))
    if step.role not in Role.values or step.deputy not in Role.values:
        found.append(Problem(Fault.UNKNOWN_ROLE, (step.id,)))
    if step.role == step.deputy:
        found.append(Problem(Fault.SAME_DEPUTY, (step.id,)))
    return found


def _never(step: When, procedure: When) -> bool:
    """Tell whether no case of the procedure can meet the conditions of a step."""
    pairs = [
        (step.levels, procedure.levels or LEVELS),
        (step.sides, procedure.sides),
        (step.affected, procedure.affected),
        (step.forms, procedure.forms),
        (step.wishes, procedure.wishes),
    ]
    return any(mine and theirs and not mine & theirs for mine, theirs in pairs)


def _roles(procedure: Procedure, held: AbstractSet[str] | None) -> list[Problem]:
    if held is None:
        return []
    empty = [step.id for step in procedure.steps if not {step.role, step.deputy} <= held]
    return [Problem(Fault.EMPTY_ROLE, tuple(empty))] if empty else []
