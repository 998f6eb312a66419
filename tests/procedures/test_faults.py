"""Everything that can speak against a procedure is found, and said in plain words."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from komma.municipalities.codes import Role
from komma.procedures.checks import Fault, problems
from komma.procedures.model import Limit, Procedure, When
from komma.procedures.shipped import shipped
from komma.procedures.wording import finding_texts
from tests.procedures.test_shipped import changed, faults

BASE = shipped()["uebergriff"]
ANYBODY = frozenset(Role.values)


def cases() -> dict[Fault, Procedure]:
    """Return a procedure with each fault."""
    return {
        Fault.NO_STEPS: replace(BASE, steps=()),
        Fault.TWICE: changed(BASE, 1, id="schutz"),
        Fault.UNKNOWN_PHASE: changed(BASE, 0, phase="gibt-es-nicht"),
        Fault.UNKNOWN_STEP: changed(BASE, 1, after=("gibt-es-nicht",)),
        Fault.CIRCLE: changed(BASE, 0, after=("erste-hilfe",)),
        Fault.BEHIND_CIRCLE: changed(BASE, 0, after=("erste-hilfe",)),
        Fault.NEVER: changed(replace(BASE, when=When(levels=frozenset({0, 1}))), 0),
        Fault.IDLE: changed(BASE, 4, when=When(levels=frozenset({0})), after=("schutz",)),
        Fault.UNKNOWN_ROLE: changed(BASE, 0, role="king"),
        Fault.TWO_PILLARS: changed(shipped()["agg-beschwerde"], 0, deputy=Role.CONTACT),
        Fault.NO_KEY: changed(BASE, 0, role=Role.ADMINISTRATION),
        Fault.NO_CASES: changed(BASE, 0, deputy=Role.COORDINATION),
        Fault.NOBODY_THERE: changed(BASE, 0, deputy=Role.CASE_LEAD),
        Fault.EMPTY_ROLE: changed(BASE, 0, role=Role.PROGRAMME),
        Fault.ONE_PERSON: BASE,
        Fault.LONG: changed(BASE, 0, limit=Limit.parse("31 working_days")),
        Fault.INTERIM: replace(BASE, interim_weeks=13),
        Fault.SILENT_CONSENT: changed(BASE, 0, consent=True, tells=" "),
        Fault.EMPTY_TEXT: changed(BASE, 0, done="  "),
        Fault.EMPTY_HEAD: replace(BASE, scene=""),
        Fault.NO_UNIT: replace(BASE, pillars=frozenset()),
    }


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_is_found_and_has_its_sentence(fault: Fault) -> None:
    one = uuid4()
    people = {role: {one} if fault == Fault.ONE_PERSON else {one, uuid4()} for role in ANYBODY}
    people.pop(Role.PROGRAMME)
    found = {each.fault: each for each in problems(cases()[fault], people=people)}
    assert fault in found
    for text in finding_texts(found[fault], ["Ada Beispiel"]):
        assert text.endswith(".")
        assert "%(" not in text


def test_what_waits_for_a_circle_is_named_at_any_distance() -> None:
    broken = changed(BASE, 2, after=("leitung",))  # einstufen <-> leitung
    found = {each.fault: set(each.steps) for each in problems(broken)}
    assert found[Fault.CIRCLE] == {"einstufen", "leitung"}
    assert {"gespraech", "schutzplan", "abschluss"} <= found[Fault.BEHIND_CIRCLE]
    assert "schutz" not in found[Fault.BEHIND_CIRCLE]


def test_many_forms_can_meet_in_one_case() -> None:
    """A step for injuries in a procedure for racism applies to a racist attack."""
    racism = replace(BASE, when=When(forms=frozenset({"racism"})))
    injury = changed(racism, 0, when=When(forms=frozenset({"injury"})))
    assert faults(injury) == set()


def test_two_people_in_two_roles_are_enough() -> None:
    people = {role: {uuid4()} for role in ANYBODY}
    assert problems(BASE, people=people) == []


def test_consent_that_tells_is_no_fault() -> None:
    assert faults(changed(BASE, 0, consent=True, tells="Mit Ihnen besprochen.")) == set()
