"""Writing thousands of municipalities at once; private to ``actions.register``."""

from __future__ import annotations

from itertools import batched
from typing import TYPE_CHECKING, Final

from django.db import connection

from komma.municipalities.models import Municipality, Organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_BATCH: Final = 1000
# What an edition may change of a municipality, besides its name.
REGISTERED: Final = (
    "ags",
    "official_name",
    "municipality_kind",
    "seat_postcode",
    "population",
    "area_ha",
    "district_id",
    "valid_until",
    "successor_id",
)

type Step = Callable[[int], None]
"""Called with the number of rows just written."""


def insert(rows: Sequence[Municipality], step: Step) -> None:
    """Insert new municipalities, both halves of them.

    Django has no ``bulk_create`` for a model with a parent table, hence the second half by hand.
    """
    fields = Municipality._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO municipalities_municipality ({columns}) VALUES ({marks})"  # noqa: S608
    halves = [field for field in Organisation._meta.local_concrete_fields if not field.generated]
    for batch in batched(rows, _BATCH, strict=False):
        Organisation.objects.bulk_create(
            Organisation(**{each.attname: getattr(row, each.attname) for each in halves})
            for row in batch
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                sql,
                [
                    [
                        each.get_db_prep_save(getattr(row, each.attname), connection)
                        for each in fields
                    ]
                    for row in batch
                ],
            )
        step(len(batch))


def update(rows: Sequence[Municipality], step: Step) -> None:
    """Write what the register says of known municipalities; one statement each, many at a time.

    ``bulk_update`` would write one CASE of a thousand branches for every column.
    """
    assignments = ", ".join(f"{column} = %s" for column in REGISTERED)
    sql = (
        f"UPDATE municipalities_municipality SET {assignments}"  # noqa: S608 - constants
        " WHERE organisation_ptr_id = %s"
    )
    for batch in batched(rows, _BATCH, strict=False):
        with connection.cursor() as cursor:
            cursor.executemany(
                sql, [[*(getattr(row, name) for name in REGISTERED), row.pk] for row in batch]
            )
        step(len(batch))
