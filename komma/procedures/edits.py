"""What an editor does to a procedure; each returns a changed one, its steps in order of phase."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.utils.text import slugify

from komma.procedures.model import Phase, Procedure, Step

_LONGEST_ID = 30  # characters
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)


class PhaseInUse(ValueError):  # noqa: N818 - reads as a finding
    """A phase with steps was to be removed."""


def new_id(title: str, taken: Collection[str], *, other: str) -> str:
    """Return a short name for addresses, made of a title; ``other`` where nothing is left of it."""
    base = slugify(title.translate(_UMLAUTS))[:_LONGEST_ID].strip("-") or other
    names = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def with_head(procedure: Procedure, **fields: Any) -> Procedure:
    """Change what is said of the procedure as a whole."""
    return replace(procedure, **fields)


def with_step(procedure: Procedure, step: Step) -> Procedure:
    """Change the step of that id in its place, or add it at the end of its phase."""
    former = next((each for each in procedure.steps if each.id == step.id), None)
    if former is not None and former.phase == step.phase:
        steps = [step if each.id == step.id else each for each in procedure.steps]
    else:
        steps = [*(each for each in procedure.steps if each.id != step.id), step]
    return _in_order(procedure, steps)


def without_step(procedure: Procedure, step_id: str) -> Procedure:
    """Remove a step; what waited for it waits for what it waited for."""
    gone = next((step for step in procedure.steps if step.id == step_id), None)
    if gone is None:
        return procedure
    kept = [step for step in procedure.steps if step.id != step_id]
    return _in_order(procedure, [_bypassing(step, gone) for step in kept])


def moved_step(procedure: Procedure, step_id: str, by: int) -> Procedure:
    """Move a step by a number of places inside its phase, as far as that goes."""
    phase = next((step.phase for step in procedure.steps if step.id == step_id), "")
    inside = _moved([step for step in procedure.steps if step.phase == phase], step_id, by)
    return _in_order(procedure, [*(s for s in procedure.steps if s.phase != phase), *inside])


def with_phase(procedure: Procedure, phase: Phase) -> Procedure:
    """Rename the phase of that id, or add it at the end."""
    if any(each.id == phase.id for each in procedure.phases):
        phases = [phase if each.id == phase.id else each for each in procedure.phases]
    else:
        phases = [*procedure.phases, phase]
    return replace(procedure, phases=tuple(phases))


def without_phase(procedure: Procedure, phase_id: str) -> Procedure:
    """Remove an empty phase; raises `PhaseInUse` for one with steps."""
    if any(step.phase == phase_id for step in procedure.steps):
        raise PhaseInUse(phase_id)
    phases = tuple(phase for phase in procedure.phases if phase.id != phase_id)
    return replace(procedure, phases=phases)


def moved_phase(procedure: Procedure, phase_id: str, by: int) -> Procedure:
    """Move a phase with its steps by a number of places, as far as that goes."""
    phases = _moved(list(procedure.phases), phase_id, by)
    return _in_order(replace(procedure, phases=tuple(phases)), procedure.steps)


def _bypassing(step: Step, gone: Step) -> Step:
    if gone.id not in step.after:
        return step
    after = [name for name in step.after if name != gone.id]
    after += [name for name in gone.after if name not in after and name != step.id]
    return replace(step, after=tuple(after))


def _moved[Named: (Step, Phase)](found: list[Named], name: str, by: int) -> list[Named]:
    index = next((number for number, each in enumerate(found) if each.id == name), None)
    if index is None:
        return found
    each = found.pop(index)
    found.insert(max(0, min(len(found), index + by)), each)
    return found


def _in_order(procedure: Procedure, steps: Sequence[Step]) -> Procedure:
    """Sort steps by phase, without changing their order inside of one."""
    places = {phase.id: number for number, phase in enumerate(procedure.phases)}
    ordered = sorted(steps, key=lambda step: places.get(step.phase, len(places)))
    return replace(procedure, steps=tuple(ordered))
