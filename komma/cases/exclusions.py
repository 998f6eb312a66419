"""Who must not hear of a case, as those who work on it are told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from komma.cases.models import CaseExclusion
from komma.cases.queries import CaseFile
from komma.cases.rules import role_exclusion_tag, tags_of
from komma.municipalities.codes import EXCLUDABLE_ROLES, Role
from komma.municipalities.queries import Receiver, grantable
from komma.procedures.model import Step

# The step that tells the leadership, in the shipped procedure and in versions made of it.
TELLS_LEADERSHIP = "leitung"


@dataclass(frozen=True)
class Excluded:
    """``groups``: whole groups in words; ``others``: how many single people besides."""

    groups: tuple[str, ...] = ()
    others: int = 0

    def __bool__(self) -> bool:
        return bool(self.groups or self.others)


def excluded_from(case_id: UUID) -> Excluded:
    """Return who is excluded, for holders, in one query; single people have no name there."""
    tags = _tags(case_id)
    groups = {role_exclusion_tag(case_id, role): str(label) for role, label in EXCLUDABLE_ROLES}
    known = [label for tag, label in groups.items() if tag in tags]
    return Excluded(tuple(known), len(tags) - len(known))


def not_excluded(case_id: UUID, people: Iterable[Receiver]) -> list[Receiver]:
    """Return those who are not excluded from a case, neither alone nor with a role; one query."""
    tags = _tags(case_id)
    return [each for each in people if tags.isdisjoint(tags_of(case_id, each.person, each.roles))]


def excluded_role(file: CaseFile, step: Step) -> str:
    """Return the role that a step would let know of the case, where all who have it are excluded.

    An empty string where there is none: then the step can be done as the procedure says.
    """
    role = Role.LEADERSHIP if step.id == TELLS_LEADERSHIP else step.role
    if role_exclusion_tag(file.case_id, role) in _tags(file.case_id):
        return str(Role(role).label)
    people = [each for each in grantable(file.case.organisation_id) if role in each.roles]
    barred = people and not not_excluded(file.case_id, people)
    return str(Role(role).label) if barred else ""


def _tags(case_id: UUID) -> set[bytes]:
    found = CaseExclusion.objects.filter(case_id=case_id).values_list("tag", flat=True)
    return {bytes(tag) for tag in found}
