"""What changes prevention: the only door for writing."""

from komma.prevention.actions.assessments import (
    add_measure,
    change_assessment,
    change_measure,
    create_assessment,
    remove_assessment,
    remove_measure,
    require_review,
    review_assessment,
)
from komma.prevention.actions.buildings import (
    change_building,
    check_folder,
    create_building,
    remove_building,
)
from komma.prevention.actions.errors import HasGaps, Overtaken, Refused
from komma.prevention.actions.expiry import expire
from komma.prevention.actions.records import add_record, change_record, remove_record
from komma.prevention.actions.texts import (
    discard_draft,
    mark_of,
    put_in_force,
    save_paper,
    save_section,
)

__all__ = [
    "HasGaps",
    "Overtaken",
    "Refused",
    "add_measure",
    "add_record",
    "change_assessment",
    "change_building",
    "change_measure",
    "change_record",
    "check_folder",
    "create_assessment",
    "create_building",
    "discard_draft",
    "expire",
    "mark_of",
    "put_in_force",
    "remove_assessment",
    "remove_building",
    "remove_measure",
    "remove_record",
    "require_review",
    "review_assessment",
    "save_paper",
    "save_section",
]
