"""Procedures as plain data, and which one a case is led through."""

from __future__ import annotations

import json
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.municipalities.codes import Pillar, Role
from komma.procedures.codes import AffectedRole, Form, Side, Wish
from komma.procedures.data import from_data, to_data
from komma.procedures.levels import from_rows, shipped_levels, to_rows
from komma.procedures.model import (
    Limit,
    LimitUnit,
    Phase,
    Procedure,
    Situation,
    Step,
    When,
    suggest,
)
from komma.procedures.shipped import shipped

NAMES = st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12)
TEXTS = st.text(max_size=40)
WHENS = st.builds(
    When,
    levels=st.frozensets(st.integers(0, 3)),
    sides=st.frozensets(st.sampled_from(Side.values)),
    affected=st.frozensets(st.sampled_from(AffectedRole.values)),
    forms=st.frozensets(st.sampled_from(Form.values)),
    wishes=st.frozensets(st.sampled_from(Wish.values)),
)
STEPS = st.builds(
    Step,
    id=NAMES,
    phase=NAMES,
    title=TEXTS,
    guidance=TEXTS,
    role=st.sampled_from(Role.values),
    deputy=st.sampled_from(Role.values),
    limit=st.builds(Limit, st.integers(1, 999), st.sampled_from(LimitUnit)),
    done=TEXTS,
    after=st.lists(NAMES, max_size=3).map(tuple),
    when=WHENS,
    consent=st.booleans(),
    tells=TEXTS,
)
PROCEDURES = st.builds(
    Procedure,
    id=NAMES,
    title=TEXTS,
    about=TEXTS,
    scene=TEXTS,
    source=TEXTS,
    last_checked=st.dates(),
    pillars=st.frozensets(st.sampled_from(Pillar.values)),
    when=WHENS,
    phases=st.lists(st.builds(Phase, NAMES, TEXTS), max_size=3).map(tuple),
    steps=st.lists(STEPS, max_size=4).map(tuple),
    interim_weeks=st.integers(0, 12),
)


@given(PROCEDURES)
def test_what_is_written_down_is_read_again(procedure: Procedure) -> None:
    stored = json.loads(json.dumps(to_data(procedure)))
    assert from_data(procedure.id, stored) == procedure


@pytest.mark.parametrize("procedure", shipped().values(), ids=lambda p: p.id)
def test_the_shipped_ones_too(procedure: Procedure) -> None:
    assert from_data(procedure.id, to_data(procedure)) == procedure


def test_an_unknown_field_of_a_step_is_refused() -> None:
    data = to_data(shipped()["uebergriff"])
    data["step"][0]["colour"] = "blue"
    with pytest.raises(ValueError, match="colour"):
        from_data("x", data)


# --- Which procedure


ALL = list(shipped().values())


@pytest.mark.parametrize("role", [AffectedRole.COUNCIL, AffectedRole.HEAD])
def test_a_known_office_has_its_own_procedure(role: AffectedRole) -> None:
    found = suggest(ALL, Pillar.ASSAULT, Situation(side="outside", affected=role))
    assert found is not None
    assert found.id == "amt-und-mandat"


@pytest.mark.parametrize("role", ["", AffectedRole.OFFICE, AffectedRole.UNSAID])
def test_nobody_else_is_led_through_it(role: str) -> None:
    found = suggest(ALL, Pillar.ASSAULT, Situation(side="outside", affected=role))
    assert found is not None
    assert found.id == "uebergriff"


def test_a_unit_without_any_procedure_gets_none() -> None:
    assert suggest(ALL, Pillar.OTHER, Situation()) is None


# --- Levels as data


def test_levels_are_read_again() -> None:
    assert from_rows(json.loads(json.dumps(to_rows(shipped_levels())))) == shipped_levels()


@pytest.mark.parametrize(
    "rows", [[], to_rows(shipped_levels())[:3], to_rows(shipped_levels())[::-1]]
)
def test_a_table_has_each_level_once(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="each level once"):
        from_rows(rows)


def test_a_code_of_a_criterion_changes_with_its_words() -> None:
    row = shipped_levels()[1]
    codes = [code for code, _text in row.coded]
    assert len(set(codes)) == len(row.criteria)
    other = replace(row, criteria=(row.criteria[0] + "!", *row.criteria[1:]))
    assert [code for code, _text in other.coded][1:] == codes[1:]
    assert other.coded[0][0] != codes[0]
