"""What differs between two versions of a procedure, field by field, in German words."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.municipalities.codes import Pillar
from komma.procedures.model import Procedure, Step
from komma.procedures.wording import (
    CONDITIONS,
    condition_text,
    deputy_label,
    interim_text,
    limit_text,
    role_label,
)

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from komma.procedures.levels import LevelRow
    from komma.procedures.model import When

STEP_LABELS: dict[str, StrOrPromise] = {
    "title": gettext_lazy("Titel"),
    "phase": gettext_lazy("Abschnitt"),
    "guidance": gettext_lazy("Anleitung"),
    "role": gettext_lazy("Zuständig"),
    "deputy": gettext_lazy("Vertretung"),
    "limit": gettext_lazy("Frist"),
    "done": gettext_lazy("Erledigt, wenn"),
    "after": gettext_lazy("Vorher erledigt"),
    "consent": gettext_lazy("Einverständnis nötig"),
    "tells": gettext_lazy("Das liest die meldende Person"),
}
HEAD_LABELS: dict[str, StrOrPromise] = {
    "title": gettext_lazy("Titel"),
    "about": gettext_lazy("Beschreibung"),
    "scene": gettext_lazy("Fall zum Üben"),
    "source": gettext_lazy("Grundlage"),
    "pillars": gettext_lazy("Stellen"),
    "interim": gettext_lazy("Zwischenstand an die meldende Person"),
    "phases": gettext_lazy("Abschnitte"),
}


@dataclass(frozen=True)
class Change:
    """One field: what stood there and what stands there now, either may be empty."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class StepChange:
    """A step that is in both versions, with what changed of it."""

    step: Step
    changes: list[Change]


@dataclass(frozen=True)
class Comparison:
    """How one version differs from another; ``moved``: (step, old place, new place), from 1."""

    head: list[Change]
    added: list[Step]
    removed: list[Step]
    changed: list[StepChange]
    moved: list[tuple[Step, int, int]]

    @property
    def is_empty(self) -> bool:
        """Whether both say the same."""
        return not (self.head or self.added or self.removed or self.changed or self.moved)


def compare(old: Procedure, new: Procedure) -> Comparison:
    """Compare two versions; steps are the same where their ids are."""
    before, after = _by_id(old), _by_id(new)
    both = [name for name in after if name in before]
    changes = [(name, step_changes(before[name], after[name], old, new)) for name in both]
    return Comparison(
        head=_differing(head_texts(old), head_texts(new)),
        added=[step for step in new.steps if step.id not in before],
        removed=[step for step in old.steps if step.id not in after],
        changed=[StepChange(after[name], found) for name, found in changes if found],
        moved=_moved(list(before), list(after), after),
    )


def step_changes(
    before: Step, after: Step, old: Procedure, new: Procedure | None = None
) -> list[Change]:
    """Return the fields in which two states of a step differ.

    That another step or a phase got a new title is no change of the steps that name it.
    """
    found = _differing(step_texts(before, old), step_texts(after, new or old))
    same = {
        "phase": before.phase == after.phase,
        "after": set(before.after) == set(after.after),
    }
    unchanged = {str(STEP_LABELS[name]) for name, is_same in same.items() if is_same}
    return [change for change in found if change.label not in unchanged]


def step_texts(step: Step, procedure: Procedure) -> dict[str, str]:
    """Return all of a step in words, by label."""
    steps = {each.id: each.title for each in procedure.steps}
    phases = {phase.id: phase.title for phase in procedure.phases}
    texts = {
        "title": step.title,
        "phase": phases.get(step.phase, step.phase),
        "guidance": step.guidance,
        "role": role_label(step.role),
        "deputy": deputy_label(step),
        "limit": limit_text(step.limit),
        "done": step.done,
        "after": "; ".join(steps.get(name, name) for name in step.after),
        "consent": _("ja") if step.consent else _("nein"),
        "tells": step.tells,
    }
    return {str(STEP_LABELS[name]): text for name, text in texts.items()} | _conditions(step.when)


def head_texts(procedure: Procedure) -> dict[str, str]:
    """Return what is said of the procedure as a whole in words, by label."""
    texts = {
        "title": procedure.title,
        "about": procedure.about,
        "scene": procedure.scene,
        "source": procedure.source,
        "pillars": "; ".join(
            str(label) for code, label in Pillar.choices if code in procedure.pillars
        ),
        "interim": interim_text(procedure.interim_weeks),
        "phases": "; ".join(phase.title for phase in procedure.phases),
    }
    named = {str(HEAD_LABELS[name]): text for name, text in texts.items()}
    return named | _conditions(procedure.when)


def _conditions(when: When) -> dict[str, str]:
    return {
        str(label): condition_text(name, getattr(when, name)) or _("alle")
        for name, label in CONDITIONS.items()
    }


def _by_id(procedure: Procedure) -> dict[str, Step]:
    return {step.id: step for step in procedure.steps}


def _differing(old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    return [
        Change(label, text, new[label])
        for label, text in old.items()
        if text.split() != new[label].split()
    ]


def _moved(
    old: Sequence[str], new: Sequence[str], steps: Mapping[str, Step]
) -> list[tuple[Step, int, int]]:
    """Return the fewest steps whose moving explains the new order, in that order."""
    places = {name: number for number, name in enumerate(old)}
    both = [name for name in new if name in places]
    staying = {both[index] for index in _longest_rise([places[name] for name in both])}
    return [
        (steps[name], places[name] + 1, new.index(name) + 1) for name in both if name not in staying
    ]


def _longest_rise(numbers: Iterable[int]) -> list[int]:
    """Return the indices of a longest rising subsequence (patience sorting)."""
    tops: list[int] = []
    ends: list[int] = []
    before: dict[int, int] = {}
    for index, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        tops[pile : pile + 1] = [number]
        ends[pile : pile + 1] = [index]
        before[index] = ends[pile - 1] if pile else -1
    found, index = [], ends[-1] if ends else -1
    while index >= 0:
        found.append(index)
        index = before[index]
    return found[::-1]


def level_changes(old: Iterable[LevelRow], new: Iterable[LevelRow]) -> list[Change]:
    """Return what differs between two level tables."""
    before, after = _level_texts(old), _level_texts(new)
    return _differing(before, after)


def _level_texts(rows: Iterable[LevelRow]) -> dict[str, str]:
    return {
        text % {"level": row.level}: value
        for row in rows
        for text, value in (
            (_("Stufe %(level)d: Name"), row.title),
            (_("Stufe %(level)d: Merkmale"), "\n".join(row.criteria)),
            (_("Stufe %(level)d: Wer handelt"), row.acts),
        )
    }
