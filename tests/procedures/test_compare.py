"""What differs between two versions, as people read it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from komma.procedures import edits
from komma.procedures.compare import Change, compare, level_changes, step_changes
from komma.procedures.levels import shipped_levels
from komma.procedures.model import Limit, Phase, Procedure, When
from komma.procedures.shipped import shipped

OLD = shipped()["uebergriff"]


def with_step(procedure: Procedure, name: str, **fields: object) -> Procedure:
    return edits.with_step(procedure, replace(procedure.step(name), **fields))  # type: ignore[arg-type]


def test_the_same_is_no_change() -> None:
    assert compare(OLD, OLD).is_empty
    later = replace(OLD, last_checked=OLD.last_checked.replace(year=2030))
    assert compare(OLD, later).is_empty


def test_fields_of_a_step_old_and_new() -> None:
    new = with_step(
        OLD,
        "schutz",
        limit=Limit.parse("3 working_days"),
        role="leadership",
        deputy="coordination",
        consent=True,
        when=When(levels=frozenset({3}), wishes=frozenset({"protection", "stop"})),
        after=("einstufen",),
    )
    (changed,) = compare(OLD, new).changed
    assert changed.step.id == "schutz"
    assert changed.changes == [
        Change("Zuständig", "Fallführung", "Leitung"),
        Change("Vertretung", "Ansprechperson", "Koordination"),
        Change("Frist", "innerhalb einer Stunde", "innerhalb von 3 Arbeitstagen"),
        Change("Vorher erledigt", "", "Gefahr einstufen"),
        Change("Einverständnis nötig", "nein", "ja"),
        Change("Gefahrenstufe", "2, 3", "3"),
        Change(
            "Wunsch der meldenden Person",
            "alle",
            "dass es aufhört; Schutz für mich oder andere",
        ),
    ]


def test_added_and_removed_steps() -> None:
    new = edits.without_step(OLD, "hausrecht")
    new = edits.with_step(new, replace(OLD.step("schutz"), id="neu", title="Neu"))
    found = compare(OLD, new)
    assert [step.title for step in found.added] == ["Neu"]
    assert [step.title for step in found.removed] == ["Hausrecht prüfen"]
    assert [each.step.id for each in found.changed] == ["abschluss"]  # it waited for the removed
    assert found.moved == []


def test_another_order_names_the_fewest_steps() -> None:
    found = compare(OLD, edits.moved_step(OLD, "beweise", -3))
    assert [(step.id, old, new) for step, old, new in found.moved] == [("beweise", 5, 2)]
    assert found.changed == []


def test_a_new_title_changes_only_what_bears_it() -> None:
    new = with_step(OLD, "einstufen", title="Gefahr neu einstufen")
    new = edits.with_phase(new, Phase("akut", "Sofort"))
    found = compare(OLD, new)
    assert [each.step.id for each in found.changed] == ["einstufen"]
    assert [change.label for change in found.head] == ["Abschnitte"]


def test_the_head() -> None:
    new = edits.with_head(OLD, interim_weeks=0, pillars=frozenset({"assault"}), when=When())
    labels = {change.label: (change.old, change.new) for change in compare(OLD, new).head}
    assert labels == {
        "Zwischenstand an die meldende Person": ("alle 4 Wochen", "nicht von selbst"),
        "Stellen": ("Ansprechstelle (Unterstützung); Übergriffsmanagement", "Übergriffsmanagement"),
        "Von wem es ausging": ("von außerhalb; unbekannt", "alle"),
    }


def test_line_ends_and_blanks_are_no_change() -> None:
    step = OLD.step("schutz")
    assert step_changes(step, replace(step, guidance=step.guidance + " \r\n"), OLD) == []


def test_levels_old_and_new() -> None:
    old = shipped_levels()
    new = [replace(old[0], criteria=("Eins.", "Zwei.")), *old[1:]]
    (change,) = level_changes(old, new)
    assert change.label == "Stufe 0: Merkmale"
    assert change.new == "Eins.\nZwei."


@given(st.permutations([step.id for step in OLD.steps]))
def test_moving_what_is_named_gives_the_new_order(order: list[str]) -> None:
    new = replace(OLD, steps=tuple(OLD.step(name) for name in order))
    moved = {step.id for step, _old, _new in compare(OLD, new).moved}
    staying = [step.id for step in OLD.steps if step.id not in moved]
    assert [name for name in order if name not in moved] == staying
