"""Private to the actions: who does a task. Only people who can open the case come into question."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from komma.cases.queries import CaseFile, Holder
from komma.municipalities.queries import away_until, grantable


@dataclass(frozen=True)
class Team:
    """Those who can open a case, with their roles, and who is away today.

    Roles that have no key get none by a procedure: then whoever leads the case does the step, or
    has it done. So a procedure never widens the circle of those who know.
    """

    holders: list[Holder]
    handlers: frozenset[UUID]
    roles: dict[UUID, frozenset[str]]
    away: frozenset[UUID]
    lead: UUID | None

    def owner(self, role: str) -> UUID:
        """Return who does a step of this role: who leads, if it is theirs; then who is there."""
        return min(self._people(), key=lambda person: self._rank(person, role))

    def deputy(self, role: str, owner: UUID) -> UUID | None:
        """Return who steps in for the owner, or None where nobody else works on the case.

        Who only reads it steps in for a role of their own and for no other.
        """
        others = [
            person
            for person in self._people()
            if person != owner and (person in self.handlers or role in self._roles(person))
        ]
        return min(others, key=lambda person: self._rank(person, role), default=None)

    def _people(self) -> list[UUID]:
        return [holder.person for holder in self.holders]

    def _roles(self, person: UUID) -> frozenset[str]:
        return self.roles.get(person, frozenset())

    def _rank(self, person: UUID, role: str) -> tuple[bool, bool, bool, bool, str]:
        return (
            person in self.away,
            role not in self._roles(person),
            person != self.lead,
            person not in self.handlers,
            str(person),  # so that the same is chosen twice
        )


def team_of(file: CaseFile) -> Team:
    """Return the team of an opened case; two queries."""
    known = {each.person: each.roles for each in grantable(file.case.organisation_id)}
    return Team(
        # Somebody who replaced a lost key opens nothing before a new grant.
        holders=[holder for holder in file.active if holder.public is not None] or file.active,
        handlers=frozenset(holder.person for holder in file.handlers),
        roles={holder.person: known.get(holder.person, frozenset()) for holder in file.active},
        away=frozenset(away_until(file.case.organisation_id)),
        lead=file.assignee,
    )
