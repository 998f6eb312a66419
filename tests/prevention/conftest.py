"""A municipality that has begun with prevention, made through the app's own actions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.prevention import actions

if TYPE_CHECKING:
    from uuid import UUID

    from komma.prevention.models import Assessment, Building, Measure, Record
    from tests.factories.towns import Town

# What could leak: it stands in every sealed column of ``begun``.
MARKER = "Nordtreppe-5518"
STATEMENT = "grundsatzerklaerung"


@dataclass
class Begun:
    """One row of everything."""

    building: Building
    assessment: Assessment
    measure: Measure
    record: Record

    @property
    def keys(self) -> dict[str, UUID]:
        """Raw primary keys by the name of their parameter in addresses."""
        return {
            "building_id": self.building.pk,
            "assessment_id": self.assessment.pk,
            "measure_id": self.measure.pk,
            "record_id": self.record.pk,
        }


def begin(town: Town) -> Begun:
    """Fill prevention of a town as its coordination."""
    by, organisation = town.one(Pillar.COORDINATION).id, town.municipality.pk
    day = today() - dt.timedelta(days=40)
    with acting_as(by):
        building = actions.create_building(
            organisation_id=organisation, name=f"Rathaus {MARKER}", address=MARKER, by=by
        )
        for part, of_building in (("alarm", building.pk), ("karte-1", None)):
            actions.save_section(
                organisation_id=organisation,
                slug=part,
                building_id=of_building,
                text=f"Codewort {MARKER}",
                seen="",
                by=by,
            )
        draft = actions.save_paper(
            organisation_id=organisation, slug=STATEMENT, text=MARKER, seen="", by=by
        )
        actions.put_in_force(
            organisation_id=organisation,
            slug=STATEMENT,
            in_force_on=day,
            signed_by=MARKER,
            seen=actions.mark_of(draft),
            by=by,
        )
        assessment = actions.create_assessment(
            organisation_id=organisation,
            area=f"Bürgerbüro {MARKER}",
            hazard=MARKER,
            level=1,
            frequency="monthly",
            assessed_on=day,
            next_review_on=day + dt.timedelta(days=365),
            by=by,
        )
        measure = actions.add_measure(
            assessment=assessment,
            kind="T",
            text=MARKER,
            responsible=MARKER,
            due_on=today() + dt.timedelta(days=90),
            done_on=None,
            by=by,
        )
        record = actions.add_record(
            organisation_id=organisation,
            kind="instruction",
            held_on=day,
            place=building.pk,
            topic=MARKER,
            people=12,
            led_by=MARKER,
            findings=MARKER,
            by=by,
        )
    return Begun(building, assessment, measure, record)


@pytest.fixture
def begun(town: Town) -> Begun:
    return begin(town)
