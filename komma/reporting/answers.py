"""Between what was typed and what is sent: answers by field name, facts, the summary."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from komma.cases.facts import FACTS, Danger, Reachability, describe
from komma.cases.rules import leaves_house
from komma.core.dates import Span
from komma.core.ui.days import PastDayField
from komma.core.vault.server import server_mac
from komma.municipalities.codes import EXCLUDABLE_ROLES
from komma.procedures.codes import Side
from komma.reporting.actions import Sending
from komma.reporting.forms.steps import StepForm
from komma.reporting.rules import pillar_for
from komma.reporting.steps import BODY, EXCLUSION, TASK, Step, applicable, first

if TYPE_CHECKING:
    from django.http import QueryDict

    from komma.reporting.forms.town import Town
    from komma.reporting.queries import Answers

_FACT_KEYS = {fact.key for fact in FACTS}


@dataclass(frozen=True)
class Compiled:
    """All answers, checked: ready to be sent if no step has problems."""

    sending: Sending
    problems: list[Step]
    cleaned: dict[str, dict[str, Any]] = field(repr=False)


def typed_answers(form_class: type[StepForm], data: QueryDict) -> Answers:
    """Return what was typed into a form, valid or not, so that it can be shown again."""
    answers: Answers = {}
    for name, shape in form_class.base_fields.items():
        if isinstance(shape, forms.FileField):
            continue
        values = data.getlist(name)
        if isinstance(shape, PastDayField):
            values = [_iso(shape, value) for value in values]
        answers[name] = values
    return answers


def _iso(shape: PastDayField, value: str) -> str:
    """Return a day as the browser's date field takes it, where it can be read at all."""
    try:
        day = shape.to_python(value)
    except forms.ValidationError:
        return value
    return day.isoformat() if day else ""


def initial_of(form_class: type[StepForm], answers: Answers) -> dict[str, Any]:
    """Return answers as a form's initial values; unanswered questions are left out."""
    found: dict[str, Any] = {}
    for name, shape in form_class.base_fields.items():
        values = [value for value in answers.get(name, []) if value]
        if values:
            found[name] = values if isinstance(shape, forms.MultipleChoiceField) else values[0]
    return found


def consider(town: Town, answers: Answers) -> None:
    """Let a town know what the answers mean for it: who is proposed, who was chosen."""
    asked = {step.slug for step in applicable(answers)}
    role = first(answers, "affected_role") if TASK in asked else ""
    town.leaves_house = leaves_house(role, first(answers, "leading"))
    town.has_two_ways = first(answers, "side") != Side.OUTSIDE
    town.chosen = _uuid(first(answers, "body"))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def shown_form(step: Step, town: Town, answers: Answers) -> StepForm:
    """Return a step's form with earlier answers in it."""
    consider(town, answers)
    return step.form(initial=initial_of(step.form, answers), town=town)


def compile_answers(town: Town, answers: Answers) -> Compiled:
    """Check all answers to questions that apply, and make of them what is sent."""
    consider(town, answers)
    cleaned: dict[str, dict[str, Any]] = {}
    problems = []
    for step in applicable(answers):
        form = step.form(data=MultiValueDict(answers), town=town)
        if not form.is_valid():
            problems.append(step)
        cleaned[step.slug] = form.cleaned_data
    return Compiled(_sending(town, cleaned), problems, cleaned)


def _sending(town: Town, cleaned: dict[str, dict[str, Any]]) -> Sending:
    merged = {name: value for values in cleaned.values() for name, value in values.items()}
    facts = _facts(merged)
    side = merged.get("side") or Side.UNKNOWN
    return Sending(
        municipality=town.municipality,
        pillar=pillar_for(side, merged.get("pillar") or ""),
        side=side,
        facts=facts,
        excluded=town.people(merged.get("excluded") or []),
        excluded_roles=frozenset(merged.get("excluded_roles") or []),
        body=town.chosen if merged.get("body") else None,
        leaves_house=town.leaves_house,
        notify=merged.get("notify") or "",
        acute=merged.get("danger") == Danger.YES,
        emergency_declined=bool(merged.get("emergency_declined")),
        mark=server_mac("sent report", facts.get("description", "")).hex(),
        bodies=town.chain,
    )


def _facts(merged: dict[str, Any]) -> dict[str, Any]:
    """Return the answered facts as JSON values."""
    facts = {name: _plain(merged[name]) for name in merged if name in _FACT_KEYS and merged[name]}
    if "reachability" not in facts:
        facts["reachability"] = str(_reachability(facts))
    return facts


def _reachability(facts: dict[str, Any]) -> Reachability:
    """Return what contact data mean where the question itself was not answered."""
    if facts.get("contact_name"):
        return Reachability.CONFIDENTIAL
    return Reachability.GIVEN if facts.get("contact_details") else Reachability.MAILBOX


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | Span) else value


def summary_lines(step: Step, town: Town, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a step's answers as (label, value), the unanswered ones left out."""
    facts = {name: _plain(value) for name, value in values.items() if value}
    lines = describe({name: value for name, value in facts.items() if name in _FACT_KEYS})
    if step.slug == EXCLUSION:
        lines = [*_excluded_lines(step, town, values), *lines]
    if facts.get("pillar") in town.units:
        lines.append((str(step.title), town.units[facts["pillar"]].name))
    if step.slug == BODY and town.body is not None:
        lines.append((_("Stelle"), town.body.organisation.name))
    if facts.get("notify"):
        lines.append((str(step.form.base_fields["notify"].label), facts["notify"]))
    if facts.get("emergency_declined"):
        lines.append((str(step.form.base_fields["emergency_declined"].label), "✓"))
    return lines


def _excluded_lines(step: Step, town: Town, values: dict[str, Any]) -> list[tuple[str, str]]:
    roles: dict[str, Any] = {role.value: label for role, label in EXCLUDABLE_ROLES}
    people = [town.everybody[code].title for code in values.get("excluded") or []]
    groups = [str(roles[role]) for role in values.get("excluded_roles") or []]
    fields = step.form.base_fields
    found = [
        (str(fields["excluded"].label), ", ".join(people)),
        (str(fields["excluded_roles"].label), ", ".join(groups)),
    ]
    return [line for line in found if line[1]]
