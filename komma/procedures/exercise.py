"""The Planspiel: a team walks through a procedure with an invented case. Nothing is stored.

The whole state stands in the page that is played and comes back with the next move.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field, replace

from komma.procedures.deadlines.working_days import Place, next_working_day
from komma.procedures.model import Procedure, Situation
from komma.procedures.schedule import Due, open_steps

_OPENING = dt.time(9, 0)
_LONGEST_STATE = 12_000  # characters: a hundred steps, as many as a procedure may have


@dataclass(frozen=True)
class Exercise:
    """A game: its level (None where it decides about nothing), its begin, its time, what is done.

    ``done``: when each step was done.
    """

    level: int | None
    begun: dt.datetime
    now: dt.datetime
    done: dict[str, dt.datetime] = field(default_factory=dict)

    @property
    def situation(self) -> Situation:
        """What the invented case is known to be."""
        return Situation(level=self.level)

    @property
    def day(self) -> int:
        """Which day of the game it is, from 1."""
        return (self.now.date() - self.begun.date()).days + 1


class BrokenState(ValueError):  # noqa: N818 - reads as a finding
    """What came back is no game; the team starts anew."""


def begin(level: int | None, today: dt.date, place: Place) -> Exercise:
    """Start a game on the next working day at nine."""
    moment = dt.datetime.combine(next_working_day(today, place), _OPENING)
    return Exercise(level, moment, moment)


def waiting(procedure: Procedure, game: Exercise, place: Place) -> list[Due]:
    """Return what can be done now, the most urgent first."""
    return open_steps(
        procedure, situation=game.situation, begun=game.begun, done=game.done, place=place
    )


def finish(procedure: Procedure, game: Exercise, step_id: str, place: Place) -> Exercise:
    """Mark a step as done at the time of the game; others than those waiting change nothing."""
    if step_id not in {due.step.id for due in waiting(procedure, game, place)}:
        return game
    return replace(game, done=game.done | {step_id: game.now})


def pass_time(procedure: Procedure, game: Exercise, place: Place) -> Exercise:
    """Let time pass until just after the next limit that has not passed yet."""
    ahead = [d.due_at for d in waiting(procedure, game, place) if d.due_at >= game.now]
    return replace(game, now=min(ahead) + dt.timedelta(minutes=1)) if ahead else game


def late(procedure: Procedure, game: Exercise, place: Place) -> list[str]:
    """Return the ids of steps that were done after their limit."""
    found = []
    for step_id, moment in game.done.items():
        before = {name: at for name, at in game.done.items() if at <= moment and name != step_id}
        then = open_steps(
            procedure, situation=game.situation, begun=game.begun, done=before, place=place
        )
        found += [due.step.id for due in then if due.step.id == step_id and moment > due.due_at]
    return found


def dump(game: Exercise) -> str:
    """Write a game down for the page."""
    return json.dumps(
        {
            "level": game.level,
            "begun": game.begun.isoformat(),
            "now": game.now.isoformat(),
            "done": {step_id: moment.isoformat() for step_id, moment in game.done.items()},
        }
    )


def load(text: str, procedure: Procedure) -> Exercise:
    """Read a game from the page; raises ``BrokenState`` for anything else."""
    try:
        if len(text) > _LONGEST_STATE:
            raise ValueError("too long")
        data = json.loads(text)
        known = {step.id for step in procedure.steps}
        game = Exercise(
            None if data["level"] is None else int(data["level"]),
            dt.datetime.fromisoformat(data["begun"]),
            dt.datetime.fromisoformat(data["now"]),
            {str(name): dt.datetime.fromisoformat(at) for name, at in data["done"].items()},
        )
        moments = [game.begun, game.now, *game.done.values()]
        if game.level not in (None, *range(4)) or not game.done.keys() <= known:
            raise ValueError("unknown")
        if any(moment.tzinfo for moment in moments) or not 2000 <= game.begun.year <= 2200:
            raise ValueError("time")
        if (game.now - game.begun).days not in range(3000):
            raise ValueError("time")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenState(str(error)) from error
    return game
