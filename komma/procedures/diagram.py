"""A procedure as a drawing: the steps one below another, with arrows in the space beside them.

What comes right after the step before it has a short arrow down. From one step to several further
down, a line runs on the left and branches into each; where three or more meet again, a line on the
right collects them. Lines cross each other, but never a box.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from komma.procedures.measure import broken
from komma.procedures.model import Phase, Step
from komma.procedures.wording import condition_note, role_label

NARROW, WIDE = 340, 640
TITLE, NOTE = 16, 14  # sizes of letters
_TITLE_LINE, _NOTE_LINE = 21, 19
_PADDING, _GAP, _HEADING = 12, 26, 30
_LANE = 14  # from one line to the next beside it
_HEAD_LONG, _HEAD_WIDE = 9, 5
_DOWN = 22  # how far from the left the short arrows are
_ENTRY, _EXIT = 18, 14
_FEWEST_TO_COLLECT = 3
_LOWEST = 62  # a box leaves room for what comes in and goes out at its side


@dataclass(frozen=True)
class Line:
    """A line of text; ``y`` is where its letters stand."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A step in the drawing; ``title`` and ``notes`` are broken to fit."""

    step: Step
    x: float
    y: float
    width: float
    height: float
    title: list[Line]
    notes: list[Line]
    is_conditional: bool


@dataclass(frozen=True)
class Arrow:
    """How one step leads to others: points of lines, and a triangle at each end."""

    first: str
    then: tuple[str, ...]
    lines: list[list[tuple[float, float]]]
    heads: list[list[tuple[float, float]]]

    @property
    def path(self) -> str:
        """The lines as an SVG path."""
        return " ".join("M" + "L".join(_pair(point) for point in line) for line in self.lines)

    @property
    def triangles(self) -> list[str]:
        """The heads as SVG points."""
        return [" ".join(map(_pair, head)) for head in self.heads]


@dataclass(frozen=True)
class Diagram:
    """The drawing in its own units, which are pixels where there is room."""

    width: float
    height: float
    boxes: list[Box] = field(default_factory=list)
    headings: list[Line] = field(default_factory=list)
    arrows: list[Arrow] = field(default_factory=list)


@dataclass(frozen=True)
class _Lane:
    """A line that runs down beside the boxes, between two rows; ``number`` 0 is the nearest."""

    name: str
    others: tuple[str, ...]
    begins: int
    ends: int
    number: int = 0


def draw(steps: Sequence[Step], phases: Iterable[Phase] = (), *, width: int = WIDE) -> Diagram:
    """Lay out the applicable steps of a procedure without circles."""
    numbers = {step.id: number for number, step in enumerate(steps, start=1)}
    before = _direct(steps)
    ordered = _in_order(steps, before)
    rows = {step.id: row for row, step in enumerate(ordered)}
    left, right = _lanes(rows, before)
    beside_left, beside_right = _space(left), _space(right)
    titles = {phase.id: phase.title for phase in phases}
    boxes: dict[str, Box] = {}
    headings: list[Line] = []
    y, phase = 2.0, None
    for step in ordered:
        if step.phase != phase and step.phase in titles:
            x = beside_left + 2 * _DOWN  # beside a short arrow, all in one line
            heading = broken(titles[step.phase], TITLE, width - x - beside_right, 3)
            headings += [
                Line(text, x, y + _HEADING - 10 + n * _TITLE_LINE) for n, text in enumerate(heading)
            ]
            y += _HEADING + (len(heading) - 1) * _TITLE_LINE
        phase = step.phase
        boxes[step.id] = _box(
            step, numbers[step.id], beside_left, y, width - beside_left - beside_right
        )
        y += boxes[step.id].height + _GAP
    arrows = [
        *_short_arrows(rows, before, boxes),
        *_branching(left, boxes),
        *_collecting(right, boxes),
    ]
    return Diagram(width, max(y - _GAP, 0) + 2, list(boxes.values()), headings, arrows)


def _direct(steps: Sequence[Step]) -> dict[str, list[str]]:
    """Return for each step those right before it; what comes before these anyway is left out."""
    known = {step.id: list(step.after) for step in steps}
    known = {name: [each for each in after if each in known] for name, after in known.items()}
    earlier: dict[str, set[str]] = {}

    def all_before(name: str) -> set[str]:
        if name not in earlier:
            earlier[name] = {*known[name]}.union(*(all_before(each) for each in known[name]))
        return earlier[name]

    return {
        name: [
            each
            for each in dict.fromkeys(after)
            if not any(each in all_before(other) for other in after)
        ]
        for name, after in known.items()
    }


def _in_order(steps: Sequence[Step], before: Mapping[str, Sequence[str]]) -> list[Step]:
    """Return the steps in their own order, as far as each then comes after those before it."""
    places = {step.id: place for place, step in enumerate(steps)}
    waits = {step.id: len(before[step.id]) for step in steps}
    ready = [places[name] for name, count in waits.items() if not count]
    heapify(ready)
    found = []
    while ready:
        step = steps[heappop(ready)]
        found.append(step)
        for name, names in before.items():
            if step.id in names:
                waits[name] -= 1
                if not waits[name]:
                    heappush(ready, places[name])
    return found


def _lanes(
    rows: Mapping[str, int], before: Mapping[str, Sequence[str]]
) -> tuple[list[_Lane], list[_Lane]]:
    """Return the lines on the left, one for each step that leads on, and the collecting ones."""
    leads: dict[str, list[str]] = {}
    right = []
    for name in rows:
        far = [each for each in before[name] if rows[each] != rows[name] - 1]
        if len(far) >= _FEWEST_TO_COLLECT:
            right.append(_Lane(name, tuple(far), min(rows[each] for each in far), rows[name]))
        else:
            for each in far:
                leads.setdefault(each, []).append(name)
    left = [
        _Lane(name, tuple(then), rows[name], max(rows[each] for each in then))
        for name, then in leads.items()
    ]
    return _side_by_side(left), _side_by_side(right)


def _side_by_side(lanes: list[_Lane]) -> list[_Lane]:
    """Give each line the nearest place where none runs beside it, the shortest first."""
    found: list[_Lane] = []
    for lane in sorted(lanes, key=lambda each: (each.ends - each.begins, each.begins)):
        taken = {
            each.number for each in found if each.begins < lane.ends and lane.begins < each.ends
        }
        number = next(place for place in range(len(lanes)) if place not in taken)
        found.append(_Lane(lane.name, lane.others, lane.begins, lane.ends, number))
    return found


def _space(lanes: list[_Lane]) -> float:
    """Return the room that lines need beside the boxes."""
    most = max((lane.number + 1 for lane in lanes), default=0)
    return most * _LANE + _HEAD_LONG if most else 2


def _box(step: Step, number: int, x: float, y: float, width: float) -> Box:
    room = width - 2 * _PADDING
    title = broken(f"{number}. {step.title}", TITLE, room, 4)
    condition = condition_note(step.when, consent=step.consent)
    notes = [*broken(role_label(step.role), NOTE, room, 2), *broken(condition, NOTE, room, 3)]
    baseline = y + _PADDING + TITLE - 3
    lines = [Line(text, x + _PADDING, baseline + n * _TITLE_LINE) for n, text in enumerate(title)]
    below = baseline + len(title) * _TITLE_LINE - 1
    return Box(
        step,
        x,
        y,
        width,
        max(
            2 * _PADDING + len(title) * _TITLE_LINE + len(notes) * _NOTE_LINE - 4,
            _LOWEST,
        ),
        lines,
        [Line(text, x + _PADDING, below + n * _NOTE_LINE) for n, text in enumerate(notes)],
        bool(condition),
    )


def _short_arrows(
    rows: Mapping[str, int], before: Mapping[str, Sequence[str]], boxes: Mapping[str, Box]
) -> list[Arrow]:
    found = []
    for name, names in before.items():
        for each in names:
            if rows[each] == rows[name] - 1:
                upper, lower = boxes[each], boxes[name]
                x, end = upper.x + _DOWN, lower.y
                line = [(x, upper.y + upper.height), (x, end - _HEAD_LONG)]
                head = [
                    (x, end),
                    (x - _HEAD_WIDE, end - _HEAD_LONG),
                    (x + _HEAD_WIDE, end - _HEAD_LONG),
                ]
                found.append(Arrow(each, (name,), [line], [head]))
    return found


def _branching(lanes: list[_Lane], boxes: Mapping[str, Box]) -> list[Arrow]:
    entries: dict[str, int] = {}
    found = []
    for lane in sorted(lanes, key=lambda each: -each.number):
        box = boxes[lane.name]
        x = box.x - _HEAD_LONG - lane.number * _LANE - _LANE / 2
        out = box.y + box.height - _EXIT
        ends = []
        for name in lane.others:
            place = entries.get(name, 0)
            entries[name] = place + 1
            ends.append((boxes[name].x, boxes[name].y + _ENTRY + place * _LANE))
        lowest = max(y for _end, y in ends)
        lines = [[(box.x, out), (x, out), (x, lowest)]]
        lines += [[(x, y), (end - _HEAD_LONG, y)] for end, y in ends]
        found.append(Arrow(lane.name, lane.others, lines, [_head(end, y, -1) for end, y in ends]))
    return found


def _collecting(lanes: list[_Lane], boxes: Mapping[str, Box]) -> list[Arrow]:
    exits: dict[str, int] = {}
    found = []
    for lane in sorted(lanes, key=lambda each: each.number):
        box = boxes[lane.name]
        side = box.x + box.width
        x = side + _HEAD_LONG + lane.number * _LANE + _LANE / 2
        into = box.y + _ENTRY
        for name in lane.others:
            place = exits.get(name, 0)
            exits[name] = place + 1
            out = boxes[name].y + boxes[name].height - _EXIT - place * _LANE / 2
            lines = [[(side, out), (x, out), (x, into), (side + _HEAD_LONG, into)]]
            found.append(Arrow(name, (lane.name,), lines, [_head(side, into, 1)]))
    return found


def _head(x: float, y: float, way: int) -> list[tuple[float, float]]:
    """Return the head of an arrow that ends at a side of a box; ``way``: from where it comes."""
    back = x + way * _HEAD_LONG
    return [(x, y), (back, y - _HEAD_WIDE), (back, y + _HEAD_WIDE)]


def _pair(point: tuple[float, float]) -> str:
    return f"{point[0]:g},{point[1]:g}"
