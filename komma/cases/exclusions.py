"""Who must not hear of a case, as those who work on it are told."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from komma.cases.models import CaseExclusion
from komma.cases.rules import role_exclusion_tag
from komma.municipalities.codes import EXCLUDABLE_ROLES


@dataclass(frozen=True)
class Excluded:
    """``groups``: whole groups in words; ``others``: how many single people besides."""

    groups: tuple[str, ...] = ()
    others: int = 0

    def __bool__(self) -> bool:
        return bool(self.groups or self.others)


def excluded_from(case_id: UUID) -> Excluded:
    """Return who is excluded, for holders, in one query; single people have no name there."""
    tags = {
        bytes(tag)
        for tag in CaseExclusion.objects.filter(case_id=case_id).values_list("tag", flat=True)
    }
    groups = {role_exclusion_tag(case_id, role): str(label) for role, label in EXCLUDABLE_ROLES}
    known = [label for tag, label in groups.items() if tag in tags]
    return Excluded(tuple(known), len(tags) - len(known))
