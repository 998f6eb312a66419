"""Versions that nobody published: what the web role cannot write, and what is read all the same."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Membership
from komma.procedures.actions import begin_draft
from komma.procedures.data import to_data
from komma.procedures.levels import shipped_levels, to_rows
from komma.procedures.models import LevelTable, ProcedureVersion
from komma.procedures.queries import in_force, level_history, levels_in_force, version, versions
from komma.procedures.shipped import shipped
from tests.factories import as_owner, as_worker
from tests.procedures.desk import SLUG, begin, editor, published

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

YEARS_AGO = dt.date(2020, 1, 1)
SECRET = "Ahornweg-7731"  # stands in a body that is none


def refused(write: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            write()
    except DatabaseError as error:
        return getattr(error.__cause__, "sqlstate", "") == "KM016"
    return False


def switch_off(trigger: str, table: str) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks is locked
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}")


def honest(town: Town) -> dict[str, Any]:
    """Return what `publish` would write next."""
    return {"number": 2, "published_on": today(), "edited_by_id": editor(town).id}


FORGED: dict[str, Callable[[Town], dict[str, Any]]] = {
    "a number at the end": lambda _: {"number": 2147483647},
    "a number that is taken by another name": lambda _: {"number": 1, "slug": "erfunden"},
    "a gap": lambda _: {"number": 3},
    "antedated": lambda _: {"published_on": YEARS_AGO},
    "a colleague's name": lambda town: {"edited_by_id": town.one(Pillar.ASSAULT).id},
    "nobody's name": lambda _: {"edited_by_id": None},
    "of another procedure": lambda _: {"slug": "agg-beschwerde", "number": 1},
}


@pytest.mark.parametrize("case", FORGED)
def test_no_version_can_be_forged(town: Town, case: str) -> None:
    published(town)
    begin(town)
    values = honest(town) | FORGED[case](town)
    with acting_as(editor(town).id):
        drafts = ProcedureVersion.objects.filter(number__isnull=True)
        assert refused(lambda: drafts.update(**values))
        assert drafts.update(**honest(town)) == 1  # control: what publishing writes is taken


@pytest.mark.parametrize("case", FORGED)
def test_without_the_trigger_it_could(town: Town, case: str) -> None:
    """Negative control: no policy and no other constraint stops it."""
    published(town)
    begin(town)
    values = honest(town) | FORGED[case](town)
    switch_off("procedure_checked", "procedures_procedureversion")
    with acting_as(editor(town).id):
        assert ProcedureVersion.objects.filter(number__isnull=True).update(**values) == 1


def test_a_draft_is_in_ones_own_name(town: Town) -> None:
    begin(town)
    other = town.one(Pillar.ASSAULT).id
    with acting_as(editor(town).id):
        drafts = ProcedureVersion.objects.all()
        assert refused(lambda: drafts.update(edited_by_id=other, revision=7))
        assert refused(
            lambda: ProcedureVersion.objects.create(
                organisation_id=town.municipality.pk, slug="neu-1", body={}, edited_by_id=other
            )
        )
        assert drafts.update(edited_by_id=editor(town).id, revision=7) == 1  # control


def test_a_draft_does_not_move_to_another_house(town: Town, other_town: Town) -> None:
    begin(town)
    person = editor(town).id
    with as_owner():  # somebody who keeps the procedures of both
        theirs = Membership.objects.get(person_id=editor(other_town).id, role="coordination")
        Membership.objects.filter(pk=theirs.pk).update(person_id=person)
    with acting_as(person):
        drafts = ProcedureVersion.objects.all()
        assert refused(lambda: drafts.update(organisation_id=other_town.municipality.pk))


def test_the_functions_are_the_triggers_alone(town: Town) -> None:
    for role in (acting_as(editor(town).id), as_worker()):
        with role, connection.cursor() as cursor:
            for name in ("komma_check_procedure()", "komma_check_levels()"):
                cursor.execute("SELECT has_function_privilege(%s, 'EXECUTE')", [name])
                assert cursor.fetchone() == (False,)


def table(town: Town, **changes: Any) -> LevelTable:
    values = {
        "organisation_id": town.municipality.pk,
        "number": 1,
        "rows": to_rows(shipped_levels()),
        "reason": "Beschluss",
        "set_on": today(),
        "set_by_id": editor(town).id,
    }
    return LevelTable(**values | changes)


@pytest.mark.parametrize("forged", ["number", "set_on", "set_by_id"])
def test_no_table_of_levels_can_be_forged(town: Town, forged: str) -> None:
    other: UUID = town.one(Pillar.ASSAULT).id
    value = {"number": 2147483647, "set_on": YEARS_AGO, "set_by_id": other}[forged]
    with acting_as(editor(town).id):
        assert refused(lambda: table(town, **{forged: value}).save(force_insert=True))
        table(town).save(force_insert=True)  # control
    switch_off("levels_checked", "procedures_leveltable")
    with acting_as(editor(town).id):  # negative control: nothing else stops it
        values = {"number": 2} | {forged: value}
        table(town, **values).save(force_insert=True)


def broken(town: Town, number: int, body: Any) -> None:
    with as_owner():
        ProcedureVersion.objects.create(
            organisation_id=town.municipality.pk,
            slug=SLUG,
            number=number,
            body=body,
            published_on=today(),
        )


BROKEN: list[Any] = [
    {"title": SECRET},
    [SECRET],
    SECRET,
    42,
    to_data(shipped()[SLUG]) | {"step": [SECRET]},
    to_data(shipped()[SLUG]) | {"last_checked": SECRET},
]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_a_version_that_cannot_be_read_does_not_hold(
    town: Town, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    person, house = town.one(Pillar.ASSAULT).id, town.municipality.pk
    broken(town, 1, body)
    with acting_as(person), caplog.at_level(logging.WARNING, "komma.procedures"):
        assert in_force(house)[SLUG].number == 0
        assert in_force(house)[SLUG].procedure == shipped()[SLUG]
        assert version(house, SLUG, 1) is None
    good = to_data(shipped()[SLUG]) | {"title": "Unseres"}
    broken(town, 2, good)
    broken(town, 3, body)
    with acting_as(person):
        held = in_force(house)[SLUG]
        assert (held.number, held.procedure.title) == (2, "Unseres")
        assert [each.number for each in versions(house, SLUG)] == [3, 2, 1, 0]
    assert "cannot be read" in caplog.text
    assert SECRET not in caplog.text


def test_work_goes_on_after_one_that_cannot_be_read(town: Town) -> None:
    broken(town, 1, {"title": SECRET})
    with acting_as(editor(town).id):
        begin_draft(organisation_id=town.municipality.pk, slug=SLUG, by=editor(town).id)
    assert published(town) == 2
    with acting_as(editor(town).id):
        assert in_force(town.municipality.pk)[SLUG].number == 2


def test_a_table_of_levels_that_cannot_be_read_does_not_hold(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    with as_owner():
        table(town).save(force_insert=True)
        table(town, number=2, rows=[{"level": SECRET}]).save(force_insert=True)
    with acting_as(editor(town).id):
        held = levels_in_force(town.municipality.pk)
        assert held.rows == shipped_levels()
        assert held.number == 2  # the next one is set on it
        assert [each.number for each in level_history(town.municipality.pk)] == [1, 0]
        table(town, number=3).save(force_insert=True)
    assert "cannot be read" in caplog.text
    assert SECRET not in caplog.text
