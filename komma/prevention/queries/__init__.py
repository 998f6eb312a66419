"""The door to prevention: everything for members of the organisation only (row policies)."""

from komma.prevention.queries.assessments import (
    assessment_by_id,
    assessments_of,
    measure_by_id,
    measures_in_order,
    review_request,
)
from komma.prevention.queries.buildings import building_by_id, buildings_of
from komma.prevention.queries.due import DueLine, due, place_names, upcoming
from komma.prevention.queries.records import record_by_id, records_in, records_of
from komma.prevention.queries.texts import (
    changes_of,
    draft_of,
    latest_sections,
    paper_in_force,
    papers_in_force,
    section_text,
    sections_of_all,
    versions_of,
)

__all__ = [
    "DueLine",
    "assessment_by_id",
    "assessments_of",
    "building_by_id",
    "buildings_of",
    "changes_of",
    "draft_of",
    "due",
    "latest_sections",
    "measure_by_id",
    "measures_in_order",
    "paper_in_force",
    "papers_in_force",
    "place_names",
    "record_by_id",
    "records_in",
    "records_of",
    "review_request",
    "section_text",
    "sections_of_all",
    "upcoming",
    "versions_of",
]
