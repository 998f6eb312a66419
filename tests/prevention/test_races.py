"""Two people at the same text. Each test also shows what happens without the guard."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention import actions
from komma.prevention.actions import texts
from komma.prevention.models import Building, Text
from komma.prevention.queries import draft_of, paper_in_force, section_text
from tests.factories import as_owner
from tests.prevention.conftest import STATEMENT, begin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db(transaction=True)

WAIT = 10  # seconds
BLOCKED = 1.0
SIGNED, LATER = "Gelesen und unterschrieben", "Danach geändert"
POLICY = "organisation_id IN (SELECT komma_prevention_organisations())"
FROZEN = " AND in_force_on IS NULL"


def in_turn(first: Callable[[], object], second: Callable[[], object]) -> list[type[Exception]]:
    """Run ``second`` between the work and the commit of ``first``; return what was raised."""
    done, go = threading.Event(), threading.Event()
    errors: list[type[Exception]] = []

    def held() -> None:
        with transaction.atomic():
            first()
            done.set()
            go.wait(WAIT)

    def run(task: Callable[[], object]) -> None:
        try:
            task()
        except Exception as error:
            errors.append(type(error))
        finally:
            done.set()
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in (held, second)]
    threads[0].start()
    assert done.wait(WAIT)
    threads[1].start()
    threads[1].join(BLOCKED)
    go.set()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive()
    return errors


def drafted(town: Town) -> str:
    """Write a draft and return its mark."""
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        draft = actions.save_paper(
            organisation_id=town.municipality.pk, slug=STATEMENT, text=SIGNED, seen="", by=by
        )
    return actions.mark_of(draft)


def signing(town: Town, seen: str) -> Callable[[], object]:
    by = town.one(Pillar.LEADERSHIP).id

    def sign() -> None:
        with acting_as(by):
            actions.put_in_force(
                organisation_id=town.municipality.pk,
                slug=STATEMENT,
                in_force_on=today(),
                signed_by="Leitung",
                seen=seen,
                by=by,
            )

    return sign


def saving(town: Town, seen: str) -> Callable[[], object]:
    by = town.one(Pillar.COORDINATION).id

    def save() -> None:
        with acting_as(by):
            actions.save_paper(
                organisation_id=town.municipality.pk, slug=STATEMENT, text=LATER, seen=seen, by=by
            )

    return save


def held_text(town: Town) -> str:
    with acting_as(town.one(Pillar.OTHER).id):
        held = paper_in_force(town.municipality.pk, STATEMENT)
    assert held is not None
    return str(held.content["text"])


@pytest.fixture
def _policy_without_state(db: None) -> Iterator[None]:
    def using(condition: str) -> None:
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                f"ALTER POLICY preventiontext_update ON prevention_text USING ({condition})"
            )

    using(POLICY)
    yield
    using(POLICY + FROZEN)


def test_what_is_being_signed_is_not_overwritten(town: Town) -> None:
    seen = drafted(town)
    assert in_turn(signing(town, seen), saving(town, seen)) == [actions.Overtaken]
    assert held_text(town) == SIGNED


def test_without_lock_the_row_policy_still_keeps_it(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of the lock: it fails with no word for a person."""
    seen = drafted(town)
    monkeypatch.setattr(texts, "locked_draft", draft_of)
    (error,) = in_turn(signing(town, seen), saving(town, seen))
    assert issubclass(error, DatabaseError)
    assert held_text(town) == SIGNED


@pytest.mark.usefixtures("_policy_without_state")
def test_without_lock_and_policy_it_would_be_overwritten(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control of both: somebody's signature stands below what they never read."""
    seen = drafted(town)
    monkeypatch.setattr(texts, "locked_draft", draft_of)
    assert in_turn(signing(town, seen), saving(town, seen)) == []
    assert held_text(town) == LATER


def test_nobody_signs_what_is_being_changed(town: Town) -> None:
    seen = drafted(town)
    assert in_turn(saving(town, seen), signing(town, seen)) == [actions.Overtaken]
    with acting_as(town.one(Pillar.OTHER).id):
        assert paper_in_force(town.municipality.pk, STATEMENT) is None


def test_one_of_two_signs(town: Town) -> None:
    seen = drafted(town)
    assert in_turn(signing(town, seen), signing(town, seen)) == [actions.Refused]


def section(town: Town, building: UUID | None, text: str) -> Callable[[], object]:
    by = town.one(Pillar.COORDINATION).id

    def save() -> None:
        with acting_as(by):
            actions.save_section(
                organisation_id=town.municipality.pk,
                slug="alarm",
                building_id=building,
                text=text,
                seen="",
                by=by,
            )

    return save


def count(town: Town, building: UUID | None) -> int:
    with acting_as(town.one(Pillar.OTHER).id):
        assert section_text(town.municipality.pk, "alarm", building) is not None
        return Text.objects.filter(slug="alarm", building=building).count()


@pytest.mark.parametrize("of_building", [True, False])
def test_one_of_two_writes_a_section(town: Town, of_building: bool) -> None:
    building = new_building(town) if of_building else None
    first, second = section(town, building, "Eins"), section(town, building, "Zwei")
    assert in_turn(first, second) == [actions.Overtaken]
    assert count(town, building) == 1


def test_without_lock_both_would_write_a_section(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: both are told that it was saved, and one text is out of sight."""
    monkeypatch.setattr(texts, "lock_section", lambda *_: None)
    assert in_turn(section(town, None, "Eins"), section(town, None, "Zwei")) == []
    assert count(town, None) == 2


def test_sections_do_not_wait_for_each_other(town: Town) -> None:
    building = new_building(town)
    assert in_turn(section(town, None, "Eins"), section(town, building, "Zwei")) == []


def new_building(town: Town) -> UUID:
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        return actions.create_building(
            organisation_id=town.municipality.pk, name="Rathaus", address="", by=by
        ).pk


def test_what_is_in_force_is_frozen(town: Town) -> None:
    begin(town)
    with acting_as(town.one(Pillar.COORDINATION).id):
        assert Text.objects.exists()
        assert Text.objects.update(written_on=today()) == 0
        assert Text.objects.update(in_force_on=None) == 0
        assert Text.objects.all()._raw_delete(connection.alias) == 0
    drafted(town)
    with acting_as(town.one(Pillar.COORDINATION).id):  # control: a draft changes, and goes
        assert Text.objects.update(written_on=today()) == 1
        assert Text.objects.all()._raw_delete(connection.alias) == 1


def test_the_texts_of_a_building_go_with_it(town: Town) -> None:
    begun, by = begin(town), town.one(Pillar.COORDINATION).id
    with as_owner():
        others = Text.objects.filter(building=None).count()
        assert Text.objects.filter(building=begun.building).exists()
    with acting_as(by):
        actions.remove_building(building=begun.building, by=by)
    with as_owner():
        assert not Building.objects.exists()
        assert Text.objects.count() == others > 0
