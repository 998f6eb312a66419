"""A procedure as a drawing: steps in columns by what comes first, lines between them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from komma.procedures.model import Step

_WIDTH, _HEIGHT = 190, 62
_GAP_X, _GAP_Y = 46, 20
_MARGIN = 8
_LINE = 24  # characters that fit in a box


@dataclass(frozen=True)
class Box:
    """A step in the drawing; ``lines``: its title, broken to fit."""

    step: Step
    number: int
    x: int
    y: int
    lines: list[str]
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True)
class Diagram:
    """The drawing in its own units; each edge leads from one box to another (x1, y1, x2, y2)."""

    width: int
    height: int
    boxes: list[Box]
    edges: list[tuple[int, int, int, int]]


def draw(steps: list[Step]) -> Diagram:
    """Lay out the applicable steps of a procedure without circles."""
    columns = _columns(steps)
    boxes: dict[str, Box] = {}
    for number, step in enumerate(steps, start=1):
        column = columns[step.id]
        row = sum(columns[box.step.id] == column for box in boxes.values())
        boxes[step.id] = Box(
            step,
            number,
            _MARGIN + column * (_WIDTH + _GAP_X),
            _MARGIN + row * (_HEIGHT + _GAP_Y),
            textwrap.wrap(f"{number}. {step.title}", _LINE)[:2],
        )
    edges = [_edge(boxes[name], box) for box in boxes.values() for name in _direct(box.step, boxes)]
    width = max((box.x + _WIDTH for box in boxes.values()), default=0) + _MARGIN
    height = max((box.y + _HEIGHT for box in boxes.values()), default=0) + _MARGIN
    return Diagram(width, height, list(boxes.values()), edges)


def _columns(steps: list[Step]) -> dict[str, int]:
    """Return for each step how many others come before it at least, one after another."""
    by_id = {step.id: step for step in steps}
    found: dict[str, int] = {}

    def column(step: Step) -> int:
        if step.id not in found:
            before = [column(by_id[name]) for name in step.after if name in by_id]
            found[step.id] = max(before, default=-1) + 1
        return found[step.id]

    for step in steps:
        column(step)
    return found


def _direct(step: Step, boxes: dict[str, Box]) -> list[str]:
    """Return the steps right before one; those that come before these anyway are left out."""
    before = [name for name in step.after if name in boxes]
    implied = {other for name in before for other in boxes[name].step.after}
    return [name for name in before if name not in implied]


def _edge(first: Box, second: Box) -> tuple[int, int, int, int]:
    middle = _HEIGHT // 2
    return first.x + _WIDTH, first.y + middle, second.x, second.y + middle
