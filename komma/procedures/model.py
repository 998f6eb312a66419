"""A procedure as data: steps with role, deputy, time limit and when they apply."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Phase:
    """A part of a procedure, for reading."""

    id: str
    title: str


@dataclass(frozen=True)
class Step:
    """What is to be done, by whom, by when.

    ``after``: ids of the steps that come first, as far as they apply. ``levels``: levels of danger
    for which it applies, empty for all. ``consent``: the affected person must agree. ``done``: what
    counts as done. ``tells``: what the reporter reads then, empty for nothing.
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
    levels: frozenset[int] = frozenset()
    consent: bool = False
    tells: str = ""

    def applies(self, level: int | None) -> bool:
        """Tell whether the step is for cases of this level; an unknown level leaves none out."""
        return not self.levels or level is None or level in self.levels


@dataclass(frozen=True)
class Procedure:
    """A readable set of steps. ``sides``: inside, outside or unknown, as in a case.

    ``scene``: an invented case to train with.
    """

    id: str
    title: str
    about: str
    scene: str
    source: str
    last_checked: dt.date
    sides: frozenset[str]
    phases: tuple[Phase, ...]
    steps: tuple[Step, ...]

    def step(self, step_id: str) -> Step:
        """Return a step; raises KeyError."""
        return next(step for step in self.steps if step.id == step_id)

    def applicable(self, level: int | None) -> list[Step]:
        """Return the steps for a level, in their order."""
        return [step for step in self.steps if step.applies(level)]
