"""The drawing: every word stands in its box, every arrow ends at one, and no line crosses one."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.procedures.diagram import NARROW, NOTE, TITLE, WIDE, Box, Diagram, draw
from komma.procedures.measure import broken, width_of
from komma.procedures.model import Limit, Phase, Procedure, Situation, Step, When
from komma.procedures.shipped import shipped

WIDTHS = (NARROW, WIDE)
ALL = list(shipped().values())
A_WORD = "Rechtsschutzversicherungsgesellschaften"


def step(number: int, after: tuple[int, ...] = (), **fields: object) -> Step:
    made = Step(
        id=f"s{number}",
        phase="p",
        title=f"Schritt {number}",
        guidance="",
        role="contact",
        deputy="contact",
        limit=Limit.parse("1 hours"),
        done="",
        after=tuple(f"s{each}" for each in after),
    )
    return replace(made, **fields)  # type: ignore[arg-type]


@st.composite
def graphs(draw_from: st.DrawFn) -> list[Step]:
    """Steps in any order, each after some of those with a lower number."""
    count = draw_from(st.integers(1, 14))
    steps = [
        step(n, tuple(draw_from(st.sets(st.integers(0, n - 1), max_size=5))) if n else ())
        for n in range(count)
    ]
    return draw_from(st.permutations(steps))


def crosses(one: tuple[float, float], two: tuple[float, float], box: Box) -> bool:
    """Tell whether a straight line has more than a point in common with the inside of a box."""
    (left, right), (top, bottom) = sorted((one[0], two[0])), sorted((one[1], two[1]))
    return (
        left < box.x + box.width and right > box.x and top < box.y + box.height and bottom > box.y
    )


def check(diagram: Diagram, steps: list[Step]) -> None:
    boxes = {box.step.id: box for box in diagram.boxes}
    assert boxes.keys() == {each.id for each in steps}
    for upper, lower in pairwise(diagram.boxes):
        assert upper.y + upper.height < lower.y
    for box in diagram.boxes:
        check_words(box, diagram)
    check_arrows(diagram, boxes)
    check_order(diagram, boxes, steps)


def check_words(box: Box, diagram: Diagram) -> None:
    assert box.x >= 0
    assert box.x + box.width <= diagram.width
    assert box.y + box.height <= diagram.height
    for lines, size in ((box.title, TITLE), (box.notes, NOTE)):
        for line in lines:
            assert line.x + width_of(line.text, size) <= box.x + box.width
            assert box.y < line.y <= box.y + box.height


def check_arrows(diagram: Diagram, boxes: dict[str, Box]) -> None:
    for arrow in diagram.arrows:
        for one, two in (pair for line in arrow.lines for pair in pairwise(line)):
            assert not any(crosses(one, two, box) for box in diagram.boxes)
            assert all(0 <= x <= diagram.width for x, _y in (one, two))
        for name, (tip, *_back) in zip(arrow.then, arrow.heads, strict=True):
            box = boxes[name]
            assert tip[0] in (box.x, box.x + box.width) or tip[1] == box.y
            assert box.y <= tip[1] <= box.y + box.height


def check_order(diagram: Diagram, boxes: dict[str, Box], steps: list[Step]) -> None:
    """Arrows lead from each step to those that wait for it, directly or by others, and down."""
    reaches: dict[str, set[str]] = {each.id: set() for each in steps}
    for arrow in diagram.arrows:
        reaches[arrow.first] |= {*arrow.then}
    for each in steps:
        assert each.id not in reachable(each.id, reaches)
        for name in boxes.keys() & {*each.after}:
            assert each.id in reachable(name, reaches)
            assert boxes[name].y < boxes[each.id].y


def reachable(name: str, reaches: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    ahead = [*reaches[name]]
    while ahead:
        each = ahead.pop()
        if each not in found:
            found.add(each)
            ahead += reaches[each]
    return found


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("level", [None, 0, 1, 2, 3])
@pytest.mark.parametrize("procedure", ALL, ids=lambda procedure: procedure.id)
def test_the_shipped_ones(procedure: Procedure, level: int | None, width: int) -> None:
    steps = procedure.applicable(Situation(level=level))
    diagram = draw(steps, procedure.phases, width=width)
    check(diagram, steps)
    headings = " ".join(line.text for line in diagram.headings)
    assert len({line.x for line in diagram.headings}) <= 1
    for phase in procedure.phases:
        assert (phase.title in headings) == any(each.phase == phase.id for each in steps)
    for number, each in enumerate(steps, start=1):
        box = next(box for box in diagram.boxes if box.step == each)
        assert " ".join(line.text for line in box.title) == f"{number}. {each.title}"
        assert not any("…" in line.text for line in box.notes)


@given(steps=graphs(), width=st.sampled_from(WIDTHS))
def test_any_procedure_without_circles(steps: list[Step], width: int) -> None:
    check(draw(steps, [Phase("p", "Abschnitt")], width=width), steps)


def test_the_check_of_lines_finds_one_that_runs_behind_a_box() -> None:
    """Negative control."""
    (box,) = draw([step(0)]).boxes
    middle = box.y + box.height / 2
    assert crosses((0, middle), (WIDE, middle), box)
    assert not crosses((0, box.y + box.height + 1), (WIDE, box.y + box.height + 1), box)


def test_a_word_too_long_for_a_box_is_broken_and_nothing_is_lost() -> None:
    lines = broken(f"Die {A_WORD} fragen", TITLE, 200, 9)
    assert len(lines) > 2
    assert all(width_of(line, TITLE) <= 200 for line in lines)
    assert re.sub(r"-(?= )", "", " ".join(lines)).replace(" ", "") == f"Die{A_WORD}fragen"


def test_what_does_not_fit_says_so() -> None:
    lines = broken("Wort " * 60, TITLE, 200, 3)
    assert len(lines) == 3
    assert lines[-1].endswith("…")
    assert width_of(lines[-1], TITLE) <= 200


def test_conditions_stand_in_the_box() -> None:
    when = When(levels=frozenset({2, 3}))
    plain, only = draw([step(0), step(1, when=when, consent=True)]).boxes
    assert not plain.is_conditional
    assert only.is_conditional
    assert [line.text for line in only.notes][1:] == ["Nur: Stufe 2, 3 · mit Einverständnis"]


def test_a_hundred_steps_are_drawn() -> None:
    steps = [step(n, (n - 1, n - 2) if n > 1 else ()) for n in range(100)]
    check(draw(steps), steps)
