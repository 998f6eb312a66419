"""Whose rows: the database decides, whatever a view forgets; what is written is sealed."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import ProgrammingError, connection, models, transaction

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.core.vault.envelope import VaultError
from komma.municipalities.codes import Pillar
from komma.prevention import actions
from komma.prevention.models import (
    Assessment,
    Building,
    Measure,
    Record,
    ReviewRequest,
    Text,
)
from tests.factories import as_owner
from tests.factories.towns import Town
from tests.prevention.conftest import MARKER, Begun

pytestmark = pytest.mark.django_db

ALL = list(apps.get_app_config("prevention").get_models())
KEPT = [Building, Text, Assessment, Measure, Record]
READERS = (Pillar.OTHER, Pillar.SUPPORT, Pillar.ADMINISTRATION)


@pytest.fixture(autouse=True)
def _asked(begun: Begun, town: Town) -> None:
    by = town.one(Pillar.COORDINATION).id
    with acting_as(by):
        actions.require_review(town.municipality.pk, today())
        # Of the texts, only a draft can be changed.
        actions.save_paper(
            organisation_id=town.municipality.pk, slug="sitzungsdienst", text=MARKER, seen="", by=by
        )


@pytest.mark.parametrize("model", ALL)
class TestReading:
    def test_only_members_see_rows(
        self, model: type[models.Model], town: Town, other_town: Town
    ) -> None:
        with as_owner():  # control: there is something to be seen
            assert model.objects.exists()
        for pillar in (*READERS, Pillar.COORDINATION):
            with acting_as(town.one(pillar).id):
                assert model.objects.exists()
        with acting_as(other_town.one(Pillar.COORDINATION).id):
            assert not model.objects.exists()
        with acting_as(None):
            assert not model.objects.exists()

    def test_without_the_policy_an_outsider_would_see_them(
        self, model: type[models.Model], other_town: Town
    ) -> None:
        """Negative control: it is the policy that hides the rows."""
        table = model._meta.db_table
        with transaction.atomic():
            with as_owner(), connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
            with acting_as(other_town.one(Pillar.COORDINATION).id):
                assert model.objects.exists()
            with as_owner(), connection.cursor() as cursor:
                cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")

    def test_an_ended_membership_ends_it(self, model: type[models.Model], town: Town) -> None:
        person = town.one(Pillar.COORDINATION).id
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE municipalities_membership SET ended_on = %s WHERE person_id = %s",
                [today(), person],
            )
        with acting_as(person):
            assert not model.objects.exists()


@pytest.mark.parametrize("model", KEPT)
class TestWriting:
    def test_readers_change_and_delete_nothing(self, model: type[models.Model], town: Town) -> None:
        organisation = town.municipality.pk
        for pillar in READERS:
            with acting_as(town.one(pillar).id):
                assert model.objects.update(organisation_id=organisation) == 0
                assert model.objects.all()._raw_delete(using=connection.alias) == 0
        with acting_as(town.one(Pillar.ASSAULT).id):  # control: a case lead can
            assert model.objects.update(organisation_id=organisation) > 0

    def test_nobody_adds_rows_for_another_town(
        self, model: type[models.Model], town: Town, other_town: Town
    ) -> None:
        with as_owner():
            row = model.objects.first()
        assert row is not None
        row.pk = model._meta.pk.get_default()
        if isinstance(row, Text):
            row.slug = "presse"
        for person in (other_town.one(Pillar.COORDINATION), town.one(Pillar.OTHER)):
            with pytest.raises(ProgrammingError, match="row-level"), acting_as(person.id):
                row.save(force_insert=True)
        with acting_as(town.one(Pillar.LEADERSHIP).id):  # control
            row.save(force_insert=True)

    def test_nobody_gives_rows_away(
        self, model: type[models.Model], town: Town, other_town: Town
    ) -> None:
        with (
            pytest.raises(ProgrammingError, match="row-level"),
            acting_as(town.one(Pillar.COORDINATION).id),
        ):
            model.objects.update(organisation_id=other_town.municipality.pk)


def test_actions_refuse_readers_before_the_database_does(town: Town, begun: Begun) -> None:
    person = town.one(Pillar.OTHER).id
    with acting_as(person), pytest.raises(PermissionDenied):
        actions.check_folder(building=begun.building, by=person)


class TestSealed:
    def test_no_table_holds_what_was_typed(self, begun: Begun) -> None:
        """The raw bytes of every row, as a stolen database has them."""
        with as_owner(), connection.cursor() as cursor:
            for model in ALL:
                cursor.execute(f"SELECT t::text FROM {model._meta.db_table} AS t")
                rows = [row for (row,) in cursor.fetchall()]
                assert rows
                for word in (MARKER, "Codewort", "Bürgerbüro", "Rathaus"):
                    assert not [row for row in rows if word in row]
                    assert not [row for row in rows if word.encode().hex() in row]

    def test_the_search_would_find_it(self, begun: Begun) -> None:
        """Negative control: an unsealed value shows in the same search."""
        with as_owner():
            Building.objects.filter(pk=begun.building.pk).update(sealed=MARKER.encode())
            with connection.cursor() as cursor:
                cursor.execute("SELECT t::text FROM prevention_building AS t")
                assert any(MARKER.encode().hex() in row for (row,) in cursor.fetchall())

    def test_no_column_can_hold_free_text(self) -> None:
        in_the_clear = {
            f"{model.__name__}.{field.name}"
            for model in ALL
            for field in model._meta.local_concrete_fields
            if not field.is_relation
            and not isinstance(field, (models.UUIDField, models.BinaryField, models.DateField))
        }
        assert in_the_clear == {
            "Text.slug",
            "Assessment.level",
            "Assessment.frequency",
            "Measure.kind",
            "Record.kind",
        }

    def test_a_seal_belongs_to_its_row(self, begun: Begun) -> None:
        with as_owner():
            other = Measure.objects.get()
            other.sealed = begun.record.sealed
            with pytest.raises(VaultError):
                _ = other.content

    def test_opens_what_was_sealed(self, begun: Begun) -> None:
        assert json.dumps(begun.record.content, ensure_ascii=False).count(MARKER) == 4

    def test_a_request_for_review_holds_a_week_and_nothing_else(self) -> None:
        fields = {field.name for field in ReviewRequest._meta.local_concrete_fields}
        assert fields == {"id", "organisation", "week"}
        assert ReviewRequest().pk.version == 4  # version 7 would carry the moment
