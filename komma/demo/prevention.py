"""Prevention in one town of the demonstration, through the actions, under the row policies."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.demo import clock
from komma.demo.cases import People
from komma.municipalities.queries import municipality_by_slug
from komma.prevention import actions, queries
from komma.prevention.catalogue import papers, sections
from komma.prevention.folder import STATEMENT
from komma.prevention.rules import a_year_after

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

_DATA: Final = Path(__file__).parent / "data" / "prevention.toml"


@cache
def _plan() -> dict[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))


def fill(tell: Callable[[str], None]) -> None:
    """Make what the town has prepared, unless it is there or the town was left out."""
    plan = _plan()
    town = municipality_by_slug(plan["town"])
    if town is None or is_there():
        return
    tell(f"Vorbeugen ({town.name})")
    by = People().id_of(plan["by"], plan["town"])
    with clock.set_back(days=plan["days_ago"]), acting_as(by):
        _folder(plan, town.pk, by)
        _statement(plan, town.pk, by)
        _assessment(plan, town.pk, by)
        for record in plan["record"]:
            actions.add_record(
                organisation_id=town.pk, held_on=today(), place=None, by=by, **record
            )


def is_there() -> bool:
    """Tell whether the town has a building with a folder."""
    plan = _plan()
    town = municipality_by_slug(plan["town"])
    if town is None:
        return False
    with acting_as(People().id_of(plan["by"], plan["town"])):
        return bool(queries.buildings_of(town.pk))


def _folder(plan: dict[str, Any], organisation_id: UUID, by: UUID) -> None:
    building = actions.create_building(organisation_id=organisation_id, by=by, **plan["building"])
    for slug, text in plan["sections"].items():
        actions.save_section(
            organisation_id=organisation_id,
            slug=slug,
            building_id=building.pk if sections()[slug].per_building else None,
            text=text.strip(),
            seen="",
            by=by,
        )
    actions.check_folder(building=building, by=by)


def _statement(plan: dict[str, Any], organisation_id: UUID, by: UUID) -> None:
    draft = actions.save_paper(
        organisation_id=organisation_id,
        slug=STATEMENT,
        text=papers()[STATEMENT].text,
        seen="",
        by=by,
    )
    actions.put_in_force(
        organisation_id=organisation_id,
        slug=STATEMENT,
        in_force_on=today(),
        signed_by=plan["signed_by"],
        seen=actions.mark_of(draft),
        by=by,
    )


def _assessment(plan: dict[str, Any], organisation_id: UUID, by: UUID) -> None:
    assessment = actions.create_assessment(
        organisation_id=organisation_id,
        assessed_on=today(),
        next_review_on=a_year_after(today()),
        by=by,
        **plan["assessment"],
    )
    for measure in plan["measure"]:
        due_on = today() + dt.timedelta(days=plan["days_ago"] + measure["due_in"])
        actions.add_measure(
            assessment=assessment,
            kind=measure["kind"],
            text=measure["text"],
            responsible=measure["responsible"],
            due_on=due_on,
            done_on=due_on if measure.get("done") else None,
            by=by,
        )
