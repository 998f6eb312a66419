"""Two of the Koordination at the same moment. Each test first shows the race without the guard."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import DatabaseError, connection

from komma.core.rows import acting_as
from komma.procedures.actions import OnDraft, Stale, drafts, editing, set_levels
from komma.procedures.actions import levels as level_actions
from komma.procedures.levels import shipped_levels
from komma.procedures.models import LevelTable, ProcedureVersion
from komma.procedures.queries import Levels
from tests.factories import as_owner
from tests.procedures.desk import SLUG, begin, editor, found

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], object]) -> list[type[Exception]]:
    """Run the tasks in threads of their own, started together; return the kinds of errors."""
    barrier = threading.Barrier(len(tasks))
    errors: list[type[Exception]] = []

    def run(task: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            task()
        except Exception as error:
            errors.append(type(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return errors


def without_lock() -> Callable[[UUID, str, str], ProcedureVersion]:
    """Return a way to read the draft that neither locks nor looks at its state."""
    read = threading.Barrier(2)

    def unguarded(organisation_id: UUID, slug: str, mark: str) -> ProcedureVersion:
        row = ProcedureVersion.objects.get(
            organisation_id=organisation_id, slug=slug, number__isnull=True
        )
        read.wait(10)
        return row

    return unguarded


def publishing(town: Town, mark: str, note: str) -> Callable[[], object]:
    def publish() -> None:
        with acting_as(editor(town).id):
            drafts.publish(
                organisation_id=town.municipality.pk,
                slug=SLUG,
                mark=mark,
                change_note=note,
                by=editor(town).id,
            )

    return publish


def changing(town: Town, mark: str, **fields: str) -> Callable[[], object]:
    def change() -> None:
        with acting_as(editor(town).id):
            on = OnDraft(town.municipality.pk, SLUG, mark, editor(town).id)
            editing.save_procedure_head(on, **fields)

    return change


def test_one_of_two_publishes(town: Town) -> None:
    mark = begin(town).mark
    errors = at_once(publishing(town, mark, "Eins"), publishing(town, mark, "Zwei"))
    assert errors == [Stale]
    with as_owner():
        assert ProcedureVersion.objects.filter(slug=SLUG).count() == 1


def test_without_lock_only_the_row_policy_stops_the_second(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: both find the draft, and the second fails with no word for a person."""
    mark = begin(town).mark
    monkeypatch.setattr(drafts, "locked_draft", without_lock())
    errors = at_once(publishing(town, mark, "Eins"), publishing(town, mark, "Zwei"))
    assert [issubclass(error, DatabaseError) for error in errors] == [True]


def test_no_change_of_two_at_once_is_lost(town: Town) -> None:
    mark = begin(town).mark
    errors = at_once(changing(town, mark, title="Eins"), changing(town, mark, about="Zwei"))
    assert errors == [Stale]  # the other is told, and what was typed stands in the form


def test_without_lock_a_change_is_lost(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: both are told that it was saved, and one was not."""
    before = begin(town)
    monkeypatch.setattr(editing, "locked_draft", without_lock())
    errors = at_once(
        changing(town, before.mark, title="Eins"), changing(town, before.mark, about="Zwei")
    )
    assert errors == []
    now = found(town).procedure
    assert (now.title == "Eins") != (now.about == "Zwei")


def test_one_of_two_sets_the_levels(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read the table before either writes; the number stops the second."""
    read = threading.Barrier(2)

    def late(organisation_id: UUID) -> Levels:
        held = Levels(shipped_levels())
        read.wait(10)
        return held

    monkeypatch.setattr(level_actions, "levels_in_force", late)

    def setting(title: str) -> Callable[[], object]:
        rows = list(shipped_levels())
        rows[0] = replace(rows[0], title=title)

        def run() -> None:
            with acting_as(editor(town).id):
                set_levels(
                    organisation_id=town.municipality.pk,
                    rows=rows,
                    reason="Beschluss",
                    number=0,
                    by=editor(town).id,
                )

        return run

    assert at_once(setting("Eins"), setting("Zwei")) == [Stale]
    with as_owner():
        assert LevelTable.objects.count() == 1
