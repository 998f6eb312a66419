"""A procedure as data: steps with role, deputy, time limit and when they apply."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class LimitUnit(StrEnum):
    """Units of a time limit; working days are those of the place."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"
    WEEKS = "weeks"
    MONTHS = "months"


@dataclass(frozen=True)
class Limit:
    """How long a step may take, from when it can begin."""

    length: int
    unit: LimitUnit

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read a limit such as "3 working_days"; raises ValueError."""
        length, unit = text.split()
        limit = cls(int(length), LimitUnit(unit))
        if limit.length < 1:
            raise ValueError("a limit is at least one")
        return limit

    def __str__(self) -> str:
        return f"{self.length} {self.unit}"


@dataclass(frozen=True)
class Phase:
    """A part of a procedure, for reading."""

    id: str
    title: str


@dataclass(frozen=True)
class Situation:
    """What is known of a case, as codes. None or empty: unknown, which rules nothing out."""

    level: int | None = None
    side: str = ""
    affected: str = ""
    forms: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()


ANY_CASE = Situation()


@dataclass(frozen=True)
class When:
    """For which cases something applies; each empty set means for all.

    ``affected``: roles of the affected person; of ``forms`` and ``wishes`` one is enough.
    """

    levels: frozenset[int] = frozenset()
    sides: frozenset[str] = frozenset()
    affected: frozenset[str] = frozenset()
    forms: frozenset[str] = frozenset()
    wishes: frozenset[str] = frozenset()

    def fits(self, situation: Situation) -> bool:
        """Tell whether it applies, as far as the situation is known."""
        return False not in self._answers(situation)

    def certainty(self, situation: Situation) -> tuple[int, int]:
        """Return how many conditions are known to hold, and (negative) how many are not known.

        Of two that fit, the greater one is meant.
        """
        answers = self._answers(situation)
        return answers.count(True), -answers.count(None)

    def _answers(self, situation: Situation) -> list[bool | None]:
        """Return for each condition that is named whether it holds; None where it is not known."""
        level, side, affected = situation.level, situation.side, situation.affected
        pairs = (
            (self.levels, frozenset() if level is None else {level}),
            (self.sides, {side} if side else frozenset()),
            (self.affected, {affected} if affected else frozenset()),
            (self.forms, situation.forms),
            (self.wishes, situation.wishes),
        )
        return [bool(named & known) if known else None for named, known in pairs if named]


@dataclass(frozen=True)
class Step:
    """What is to be done, by whom, by when.

    ``after``: ids of the steps that come first, as far as they apply. ``when``: for which cases.
    ``consent``: the affected person must agree. ``done``: what counts as done. ``tells``: what the
    reporter reads then, empty for nothing.
    """

    id: str
    phase: str
    title: str
    guidance: str
    role: str
    deputy: str
    limit: Limit
    done: str
    after: tuple[str, ...] = ()
    when: When = field(default_factory=When)
    consent: bool = False
    tells: str = ""


@dataclass(frozen=True)
class Procedure:
    """A readable set of steps. ``pillars``: units that use it; ``when``: for which of their cases.

    ``scene``: an invented case to train with. ``interim_weeks``: how often the reporter hears of
    the progress at least, 0 for never.
    """

    id: str
    title: str
    about: str
    scene: str
    source: str
    last_checked: dt.date
    pillars: frozenset[str]
    when: When
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]
    interim_weeks: int = 4

    def step(self, step_id: str) -> Step:
        """Return a step; raises KeyError."""
        found = next((step for step in self.steps if step.id == step_id), None)
        if found is None:
            raise KeyError(step_id)
        return found

    @property
    def uses_levels(self) -> bool:
        """Whether the level of danger decides about any of its steps."""
        return any(step.when.levels for step in self.steps)

    def applicable(self, situation: Situation) -> list[Step]:
        """Return the steps for such a case, in their order."""
        return [step for step in self.steps if step.when.fits(situation)]


def suggest(procedures: list[Procedure], pillar: str, situation: Situation) -> Procedure | None:
    """Return the procedure that a case of a pillar is led through: what fits it most surely.

    Where none fits, one of the pillar's all the same: no case goes without; None where it has none.
    """
    mine = [procedure for procedure in procedures if pillar in procedure.pillars]
    fitting = [procedure for procedure in mine if procedure.when.fits(situation)]
    return max(fitting or mine, key=lambda p: p.when.certainty(situation), default=None)
