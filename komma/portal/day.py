"""What somebody's day is made of."""

from __future__ import annotations

from dataclasses import dataclass, field

from komma.portal.intake import Intake


@dataclass(frozen=True)
class Task:
    """A line of the list "Was ansteht"."""

    title: str
    status: str
    kind: str
    url: str = ""


@dataclass(frozen=True)
class Day:
    """``open_cases``: None for roles that open no cases."""

    open_cases: int | None = None
    open_tasks: int = 0
    tasks: list[Task] = field(default_factory=list)
    intake: Intake = field(default_factory=Intake)
