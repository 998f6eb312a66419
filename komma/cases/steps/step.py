"""One step: what the page `cases:step` needs to know of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms as django_forms
from django.utils.functional import Promise

from komma.cases import rules
from komma.cases.queries import CaseFile

type Data = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """One page that changes a case.

    ``allowed``: whether it is offered now; the action decides again. ``options``: what the form
    needs to know of the case. ``leaves``: the case is out of sight afterwards.
    """

    slug: str
    title: Promise
    label: Promise
    form: type[django_forms.Form]
    run: Callable[[CaseFile, Data], object]
    done: Promise
    allowed: Callable[[CaseFile], bool]
    intro: Promise | None = None
    points: Callable[[CaseFile], list[str]] = lambda file: []
    options: Callable[[CaseFile], Data] = field(default=lambda file: {})
    danger: bool = False
    leaves: bool = False


def handled(rule: Callable[[CaseFile], bool]) -> Callable[[CaseFile], bool]:
    """Return the rule for those who work on the case; readers never take such a step."""
    return lambda file: file.may_handle and rule(file)


def is_open(file: CaseFile) -> bool:
    """Tell whether the case is being worked on."""
    return rules.is_open(file.case.status)
