"""A procedure as pages show it: steps by phase, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from komma.municipalities.codes import Pillar
from komma.procedures.checks import has_circle
from komma.procedures.diagram import NARROW, WIDE, Diagram, draw
from komma.procedures.wording import deputy_label, limit_text, role_label, when_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from komma.procedures.model import Phase, Procedure, Step


@dataclass(frozen=True)
class Shown:
    """A step in words; ``when``: (condition, values) for those that are named."""

    number: int
    step: Step
    role: str
    deputy: str
    limit: str
    when: list[tuple[str, str]]


def by_phase(procedure: Procedure, steps: Sequence[Step]) -> list[tuple[Phase, list[Shown]]]:
    """Return these steps of a procedure by phase, numbered through; also phases without any."""
    shown = [
        Shown(
            number,
            step,
            role_label(step.role),
            deputy_label(step),
            limit_text(step.limit),
            when_texts(step.when),
        )
        for number, step in enumerate(steps, start=1)
    ]
    return [
        (phase, [each for each in shown if each.step.phase == phase.id])
        for phase in procedure.phases
    ]


def reading(procedure: Procedure, steps: Sequence[Step]) -> dict[str, object]:
    """Return what templates need to show these steps; no drawing where steps wait in a circle."""
    return {
        "procedure": procedure,
        "units": [str(label) for code, label in Pillar.choices if code in procedure.pillars],
        "phases": by_phase(procedure, steps),
        "drawings": [] if has_circle(procedure) else _drawings(procedure, steps),
    }


def _drawings(procedure: Procedure, steps: Sequence[Step]) -> list[tuple[str, Diagram]]:
    """Return the drawing for a phone and for wider screens; style sheets show one of them."""
    return [
        (name, draw(steps, procedure.phases, width=width))
        for name, width in (("narrow", NARROW), ("wide", WIDE))
    ]
