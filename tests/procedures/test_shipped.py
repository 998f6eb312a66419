"""The procedures that come with the program, and what speaks against using one."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from komma.municipalities.codes import Role
from komma.procedures.checks import Fault, problems
from komma.procedures.model import Limit, Procedure, Situation, Step, When
from komma.procedures.shipped import shipped

ALL = list(shipped().values())


def changed(procedure: Procedure, number: int, **fields: object) -> Procedure:
    steps = list(procedure.steps)
    steps[number] = replace(steps[number], **fields)  # type: ignore[arg-type]
    return replace(procedure, steps=tuple(steps))


def faults(procedure: Procedure, held: frozenset[str] | None = None) -> set[Fault]:
    return {problem.fault for problem in problems(procedure, held=held)}


@pytest.mark.parametrize("procedure", ALL, ids=lambda procedure: procedure.id)
def test_nothing_speaks_against_the_shipped_ones(procedure: Procedure) -> None:
    people = {role: {uuid4(), uuid4()} for role in Role.values}
    assert problems(procedure, people=people) == []
    assert procedure.source
    assert procedure.scene


def test_the_complaint_has_twelve_steps_and_tells_what_the_law_asks_for() -> None:
    steps = shipped()["agg-beschwerde"].steps
    assert len(steps) == 12
    assert shipped()["agg-beschwerde"].step("mitteilung").tells


def test_support_examines_nothing() -> None:
    """The two pillars: whoever stands by the affected person has no part in the examination."""
    examining = [s for s in shipped()["agg-beschwerde"].steps if s.phase == "pruefung"]
    assert examining
    assert all(Role.CONTACT not in (step.role, step.deputy) for step in examining)


@pytest.mark.parametrize(
    ("number", "fields", "fault"),
    [
        (0, {"after": ("abschluss",)}, Fault.CIRCLE),
        (1, {"after": ("gibt-es-nicht",)}, Fault.UNKNOWN_STEP),
        (0, {"phase": "gibt-es-nicht"}, Fault.UNKNOWN_PHASE),
        (1, {"id": "schutz"}, Fault.TWICE),
        (0, {"when": When(levels=frozenset({7}))}, Fault.NEVER),
        (0, {"role": "king"}, Fault.UNKNOWN_ROLE),
        (0, {"deputy": "coordination"}, Fault.NO_CASES),
        (0, {"limit": Limit.parse("400 hours")}, Fault.LONG),
    ],
)
def test_a_fault_is_named(number: int, fields: dict[str, object], fault: Fault) -> None:
    procedure = shipped()["uebergriff"]
    assert fault in faults(changed(procedure, number, **fields))


def test_a_circle_names_its_steps() -> None:
    broken = changed(shipped()["uebergriff"], 0, after=("erste-hilfe",))
    found = next(p for p in problems(broken) if p.fault == Fault.CIRCLE)
    assert set(found.steps) == {"schutz", "erste-hilfe"}


def test_a_role_that_nobody_has_is_named() -> None:
    held = frozenset(Role.values) - {Role.LEADERSHIP}
    assert faults(shipped()["uebergriff"], held) == {Fault.EMPTY_ROLE}
    assert faults(shipped()["uebergriff"], frozenset(Role.values)) == set()


def test_a_procedure_without_steps_is_none() -> None:
    assert faults(replace(shipped()["uebergriff"], steps=())) == {Fault.NO_STEPS}


@pytest.mark.parametrize("text", ["", "3", "0 hours", "x hours", "3 moons", "3 hours more"])
def test_a_limit_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        Limit.parse(text)


def test_a_step_for_all_levels_applies_to_each() -> None:
    step: Step = shipped()["uebergriff"].step("einstufen")
    assert all(step.when.fits(Situation(level=level)) for level in (None, 0, 1, 2, 3))
    assert not shipped()["uebergriff"].step("schutz").when.fits(Situation(level=0))
