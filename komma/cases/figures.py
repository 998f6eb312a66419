"""Figures of finished half-years and years, suppressed before they leave the database.

A year is the sum of what its two half-years show and nothing more, so that no number follows from
comparing periods (see migrations/sql/0003_figures.sql).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.municipalities.queries import organisation_names
from komma.procedures.codes import Side

YEARS_BACK = 3
TOTAL, REST = "total", "rest"

# By what a line counts (a town, or TOTAL or REST) and side; None where it may not be shown.
type Cells = dict[tuple[UUID | str, str], int | None]


@dataclass(frozen=True)
class Period:
    """A finished year, or one half of it; ``code`` as in addresses: 2026 or 2026-1."""

    year: int
    half: int | None = None

    @property
    def code(self) -> str:
        return f"{self.year}-{self.half}" if self.half else str(self.year)

    @property
    def label(self) -> str:
        if self.half:
            return _("%(half)d. Halbjahr %(year)d") % {"half": self.half, "year": self.year}
        return str(self.year)

    @property
    def halves(self) -> list[tuple[dt.date, dt.date]]:
        """First and last day of each half-year in it."""
        first = (dt.date(self.year, 1, 1), dt.date(self.year, 6, 30))
        second = (dt.date(self.year, 7, 1), dt.date(self.year, 12, 31))
        return [[first], [second], [first, second]][(self.half or 3) - 1]


@dataclass(frozen=True)
class Row:
    """One line of the table: a number for each side, None where it may not be shown."""

    label: str
    numbers: list[int | None]

    @property
    def cells(self) -> list[tuple[str, int | None]]:
        """The numbers with the side each belongs to."""
        return [(str(side), n) for side, n in zip(Side.labels, self.numbers, strict=True)]


def periods() -> list[Period]:
    """Return the finished periods of this year and the three before, newest first."""
    now = today()
    found = [
        Period(year, half)
        for year in range(now.year, now.year - YEARS_BACK - 1, -1)
        for half in (None, 2, 1)
    ]
    return [period for period in found if period.halves[-1][1] < now]


def table(organisation_id: UUID, period: Period) -> list[Row]:
    """Return the lines of a period: towns by name, the other towns together, all together.

    Raises django.db.Error (SQLSTATE KM006) for people without a role that reads figures.
    """
    cells = _summed([_half(organisation_id, *half) for half in period.halves])
    names = organisation_names(key for key, _side in cells if isinstance(key, UUID))
    lines: list[tuple[UUID | str, str]] = [
        (town, name) for town, name in sorted(names.items(), key=lambda each: each[1])
    ]
    lines += [(REST, _("übrige Orte")), (TOTAL, _("zusammen"))]
    return [Row(label, [cells.get((key, side)) for side in Side.values]) for key, label in lines]


def _half(organisation_id: UUID, first: dt.date, last: dt.date) -> Cells:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT line, town, side, cases FROM komma_figures(%s, %s, %s)",
            [organisation_id, first, last],
        )
        rows = cursor.fetchall()
    found: Cells = {(town or line, side): cases for line, town, side, cases in rows}
    for side in Side.values:  # without a line of the rest nothing was hidden
        found.setdefault((REST, side), 0)
    return found


def _summed(halves: list[Cells]) -> Cells:
    """Add up what every half-year shows; what one of them hides stays hidden."""
    if len(halves) == 1:
        return halves[0]
    found: Cells = {}
    for key in set().union(*halves):
        numbers = [half.get(key) for half in halves]
        found[key] = None if None in numbers else sum(number or 0 for number in numbers)
    return found


def as_csv(rows: list[Row]) -> str:
    """Return the table with semicolons, as spreadsheets in Germany read it; hidden is empty."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_("Ort"), *Side.labels])
    for row in rows:
        writer.writerow([row.label, *("" if n is None else n for n in row.numbers)])
    return out.getvalue()
