"""Procedures as plain data: read from shipped files, kept as JSON by municipalities and cases."""

from __future__ import annotations

import datetime as dt
from typing import Any

from komma.procedures.model import Limit, Phase, Procedure, Step, When

_CONDITIONS = ("levels", "sides", "affected", "forms", "wishes")
_STEP_TEXTS = ("id", "phase", "title", "guidance", "role", "deputy", "done", "tells")


def from_data(name: str, data: dict[str, Any]) -> Procedure:
    """Read a procedure; raises ValueError, KeyError or TypeError for what is no procedure.

    Whether it makes sense is for ``checks.problems`` to say.
    """
    return Procedure(
        id=name,
        title=data["title"],
        about=data["about"],
        scene=data["scene"],
        source=data["source"],
        last_checked=_day(data["last_checked"]),
        pillars=frozenset(data["pillars"]),
        when=_when(data),
        phases=tuple(Phase(**phase) for phase in data["phase"]),
        steps=tuple(_step(step) for step in data["step"]),
        interim_weeks=int(data.get("interim_weeks", 4)),
    )


def to_data(procedure: Procedure) -> dict[str, Any]:
    """Write a procedure down as JSON; ``from_data`` reads it again, save for its id."""
    return {
        "title": procedure.title,
        "about": procedure.about,
        "scene": procedure.scene,
        "source": procedure.source,
        "last_checked": procedure.last_checked.isoformat(),
        "pillars": sorted(procedure.pillars),
        "interim_weeks": procedure.interim_weeks,
        **_conditions(procedure.when),
        "phase": [{"id": phase.id, "title": phase.title} for phase in procedure.phases],
        "step": [_step_data(step) for step in procedure.steps],
    }


def _step(data: dict[str, Any]) -> Step:
    unknown = data.keys() - {*_STEP_TEXTS, *_CONDITIONS, "limit", "after", "consent"}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    return Step(
        **{name: data[name] for name in _STEP_TEXTS if name != "tells"},
        tells=data.get("tells", ""),
        limit=Limit.parse(data["limit"]),
        after=tuple(data.get("after", ())),
        when=_when(data),
        consent=bool(data.get("consent", False)),
    )


def _step_data(step: Step) -> dict[str, Any]:
    return {
        **{name: getattr(step, name) for name in _STEP_TEXTS},
        "limit": str(step.limit),
        "after": list(step.after),
        "consent": step.consent,
        **_conditions(step.when),
    }


def _when(data: dict[str, Any]) -> When:
    return When(**{name: frozenset(data.get(name, ())) for name in _CONDITIONS})


def _conditions(when: When) -> dict[str, Any]:
    return {name: sorted(found) for name in _CONDITIONS if (found := getattr(when, name))}


def _day(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
