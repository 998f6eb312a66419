"""What handlers add to a report that told little."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import MultipleChoiceField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.deadlines import ADDABLE
from komma.cases.facts import Channel
from komma.cases.forms.fields import StepForm
from komma.procedures.codes import AffectedRole, Form

_NOT_OFFERED = gettext_lazy(
    "Diese Antwort steht nicht zur Wahl. Bitte wählen Sie aus der Liste, oder lassen Sie sie leer."
)


def _some_of(choices: list[tuple[str, Any]], label: Any, **options: Any) -> Any:
    return MultipleChoiceField(
        choices=choices,
        label=label,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _NOT_OFFERED},
        **options,
    )


def _one_of(choices: list[tuple[str, Any]], label: Any) -> Any:
    return forms.ChoiceField(
        choices=choices,
        label=label,
        widget=forms.RadioSelect,
        required=False,
        error_messages={"invalid_choice": _NOT_OFFERED},
    )


def _without(choices: list[tuple[str, Any]], code: str) -> list[tuple[str, Any]]:
    return [choice for choice in choices if choice[0] != code]


class AddedFactsForm(StepForm):
    """Codes only, in the words of the report form; ``known``: what counts until now.

    A valid form has in ``changed`` what differs from it, by the key of the facts.
    """

    mark_optional = False

    forms = _some_of(
        _without(Form.choices, Form.UNKNOWN),
        gettext_lazy("Was war es?"),
        help_text=gettext_lazy("Sie können mehreres ankreuzen."),
    )
    affected_role = _one_of(
        [
            ("", gettext_lazy("nicht bekannt")),
            *_without(AffectedRole.choices, AffectedRole.UNSAID),
        ],
        gettext_lazy("Welche Aufgabe hat die betroffene Person?"),
    )
    channels = _some_of(
        _without(Channel.choices, Channel.UNKNOWN),
        gettext_lazy("Wo oder wie war es?"),
        help_text=gettext_lazy("Sie können mehreres ankreuzen."),
    )

    def __init__(self, *args: Any, known: Mapping[str, Any], **options: Any) -> None:
        self.known = {name: self._read(name, known.get(name)) for name in ADDABLE}
        options["initial"] = options.get("initial", {}) | self.known
        super().__init__(*args, **options)

    def clean(self) -> dict[str, Any]:
        """Keep only what differs from what is known; nothing new needs no entry."""
        found: dict[str, Any] = super().clean() or {}
        chosen = {name: self._read(name, found[name]) for name in ADDABLE if name in found}
        found["changed"] = {
            name: value for name, value in chosen.items() if value != self.known[name]
        }
        if not self.errors and not found["changed"]:
            raise ValidationError(_("Sie haben noch nichts ergänzt oder geändert."))
        return found

    def _read(self, name: str, value: Any) -> Any:
        """Return what a field offers of a fact, in its order: several codes, or one or none."""
        field: Any = self.base_fields[name]
        codes = value if isinstance(value, list | tuple) else [value]
        found = [code for code, _label in field.choices if code and code in codes]
        several = isinstance(field, MultipleChoiceField)
        return found if several else next(iter(found), "")
