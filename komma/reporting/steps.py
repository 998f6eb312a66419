"""The long way as one table: which questions are asked, in which order, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from komma.cases.facts import ReporterRole
from komma.reporting.forms import steps as forms
from komma.reporting.forms.body import BodyForm

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_stubs_ext import StrOrPromise

    from komma.reporting.queries import Answers


def first(answers: Answers, name: str) -> str:
    """Return the (first) answer to a question, or an empty string."""
    found = answers.get(name) or [""]
    return found[0]


def _always(answers: Answers) -> bool:
    return True


def _about_a_person(answers: Answers) -> bool:
    return first(answers, "reporter_role") != ReporterRole.AUTHORITY


@dataclass(frozen=True)
class Step:
    """One page. ``title``: its name in the summary; ``question``: its heading."""

    slug: str
    title: StrOrPromise
    question: StrOrPromise
    form: type[forms.StepForm]
    applies_when: Callable[[Answers], bool] = _always


FILES = "dateien"
TASK = "aufgabe"
BODY = "stelle"
EXCLUSION = "ausschluss"
DANGER = "gefahr"
SUMMARY = "pruefen"

STEPS = (
    Step("wen", _("Wen es betrifft"), _("Wen betrifft der Vorfall?"), forms.WhomForm),
    Step(
        TASK,
        _("Aufgabe der betroffenen Person"),
        _("Welche Aufgabe hat die betroffene Person?"),
        forms.TaskForm,
        _about_a_person,
    ),
    Step("was", _("Was passiert ist"), _("Was ist passiert?"), forms.WhatForm),
    Step("wann", _("Wann und wo"), _("Wann und wo war das? Wie oft?"), forms.WhenForm),
    Step("wer", _("Von wem es ausging"), _("Von wem ging es aus?"), forms.WhoForm),
    Step("grund", _("Was dahintersteckt"), _("Was steckt dahinter?"), forms.WhyForm),
    Step(DANGER, _("Gefahr"), _("Sind gerade alle in Sicherheit?"), forms.DangerForm),
    Step(FILES, _("Beigefügt"), _("Möchten Sie etwas beifügen?"), forms.FilesForm),
    Step(BODY, _("Wer sich kümmert"), _("Wer soll sich kümmern?"), BodyForm),
    Step(
        EXCLUSION,
        _("Wer nichts erfahren darf"),
        _("Wer darf davon nichts erfahren?"),
        forms.ExclusionForm,
    ),
    Step("wunsch", _("Ihre Wünsche"), _("Was wünschen Sie sich?"), forms.WishForm),
    Step(
        "kontakt", _("Wie wir Sie erreichen"), _("Wie dürfen wir Sie erreichen?"), forms.ContactForm
    ),
)


def step_by_slug(slug: str) -> Step | None:
    """Return a step, or None."""
    return next((step for step in STEPS if step.slug == slug), None)


def applicable(answers: Answers) -> list[Step]:
    """Return the steps that are asked after these answers."""
    return [step for step in STEPS if step.applies_when(answers)]


def following(step: Step, answers: Answers) -> str:
    """Return the slug of the page after a step."""
    later = STEPS[STEPS.index(step) + 1 :]
    return next((each.slug for each in later if each.applies_when(answers)), SUMMARY)


def preceding(slug: str, answers: Answers) -> str | None:
    """Return the slug of the page before a step or the summary; None before the first."""
    earlier = []
    for step in STEPS:
        if step.slug == slug:
            break
        if step.applies_when(answers):
            earlier.append(step.slug)
    return earlier[-1] if earlier else None
