"""The door to a municipality's procedures: its own where it has published one, else the shipped."""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from komma.procedures.data import from_data
from komma.procedures.levels import LevelRow, from_rows, shipped_levels
from komma.procedures.model import Procedure
from komma.procedures.models import LevelTable, ProcedureVersion
from komma.procedures.shipped import shipped

if TYPE_CHECKING:
    from django.db.models import QuerySet

SHIPPED = 0  # the number of a version that came with the program

# What reading a JSON body can raise that is no procedure, or no table of levels.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError)

logger = logging.getLogger("komma.procedures")


@dataclass(frozen=True)
class InForce:
    """A procedure as it holds now; ``number``: its version, `SHIPPED` without an own one."""

    procedure: Procedure
    number: int
    published_on: dt.date | None = None


@dataclass(frozen=True)
class Draft:
    """A procedure that is being edited; ``base``: the number of the version it was begun from.

    ``mark`` names the draft and its state: a change says on which it was decided.
    """

    procedure: Procedure
    mark: str
    base: int
    edited_by: UUID | None


@dataclass(frozen=True)
class Version:
    """A published version, as it stands in the list of versions; `SHIPPED` without a day."""

    number: int
    published_on: dt.date | None = None
    change_note: str = ""
    published_by: UUID | None = None


@dataclass(frozen=True)
class Levels:
    """A level table; ``number``: its version, `SHIPPED` for that of the program."""

    rows: tuple[LevelRow, ...]
    number: int = SHIPPED
    reason: str = ""
    set_on: dt.date | None = None
    set_by: UUID | None = None


def in_force(organisation_id: UUID) -> dict[str, InForce]:
    """Return the procedures of an organisation by slug, in one query. Only for its members.

    A version that cannot be read does not hold: the one before it does, or the shipped one.
    """
    found = {slug: InForce(procedure, SHIPPED) for slug, procedure in shipped().items()}
    newest = _published(organisation_id).order_by("slug", "-number").distinct("slug")
    for row in newest:
        held = _held(row) or _former(row)
        if held:
            found[row.slug] = held
    return found


def draft(organisation_id: UUID, slug: str) -> Draft | None:
    """Return the draft of a procedure, or None. Only for those who write procedures."""
    row = ProcedureVersion.objects.filter(
        organisation_id=organisation_id, slug=slug, number__isnull=True
    ).first()
    return None if row is None else draft_of(row)


def draft_of(row: ProcedureVersion) -> Draft:
    """Read a row that is a draft."""
    mark = f"{row.pk}.{row.revision}"
    return Draft(from_data(row.slug, row.body), mark, row.base, row.edited_by_id)


def drafts(organisation_id: UUID) -> dict[str, str]:
    """Return the titles of all drafts by slug. Only for those who write procedures."""
    found = ProcedureVersion.objects.filter(organisation_id=organisation_id, number__isnull=True)
    return dict(found.order_by("slug").values_list("slug", "body__title"))


def versions(organisation_id: UUID, slug: str) -> list[Version]:
    """Return the versions of a procedure, the one in force first, the shipped one last."""
    found = [
        Version(number or SHIPPED, day, note, person)
        for number, day, note, person in _published(organisation_id)
        .filter(slug=slug)
        .order_by("-number")
        .values_list("number", "published_on", "change_note", "edited_by_id")
    ]
    return [*found, Version(SHIPPED)] if slug in shipped() else found


def version(organisation_id: UUID, slug: str, number: int) -> Procedure | None:
    """Return a procedure as a version has it, or None."""
    if number == SHIPPED:
        return shipped().get(slug)
    row = _published(organisation_id).filter(slug=slug, number=number).first()
    held = _held(row) if row else None
    return held.procedure if held else None


def level_table(organisation_id: UUID) -> tuple[LevelRow, ...]:
    """Return what the levels mean in an organisation. Only for its members."""
    return levels_in_force(organisation_id).rows


def levels_in_force(organisation_id: UUID) -> Levels:
    """Return the level table in force with its version.

    One that cannot be read does not hold, as with procedures. Its number counts all the same, since
    the next one is set on it.
    """
    rows = LevelTable.objects.filter(organisation_id=organisation_id).order_by("-number")
    newest = rows.first()
    if newest is None:
        return Levels(shipped_levels())
    found = _levels(newest)
    if found is None:
        former = filter(None, map(_levels, rows.filter(number__lt=newest.number)))
        found = replace(next(former, Levels(shipped_levels())), number=newest.number)
    return found


def level_history(organisation_id: UUID) -> list[Levels]:
    """Return all level tables of an organisation, the newest first, the shipped one last."""
    rows = LevelTable.objects.filter(organisation_id=organisation_id).order_by("-number")
    return [*filter(None, map(_levels, rows)), Levels(shipped_levels())]


def _published(organisation_id: UUID) -> QuerySet[ProcedureVersion]:
    return ProcedureVersion.objects.filter(organisation_id=organisation_id, number__isnull=False)


def _former(row: ProcedureVersion) -> InForce | None:
    """Return the newest version before this one that can be read, or None."""
    before = _published(row.organisation_id).filter(slug=row.slug, number__lt=row.number)
    return next(filter(None, map(_held, before.order_by("-number"))), None)


def _held(row: ProcedureVersion) -> InForce | None:
    try:
        procedure = from_data(row.slug, row.body)
    except _UNREADABLE:  # whatever it says may stand in a text: nothing of it is logged
        logger.warning("a version of a procedure cannot be read: %s", row.pk)
        return None
    return InForce(procedure, row.number or SHIPPED, row.published_on)


def _levels(row: LevelTable) -> Levels | None:
    try:
        rows = from_rows(row.rows)
    except _UNREADABLE:
        logger.warning("a table of levels cannot be read: %s", row.pk)
        return None
    return Levels(rows, row.number, row.reason, row.set_on, row.set_by_id)
