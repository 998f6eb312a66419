"""Searching and narrowing the list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.codes import Level, Status
from komma.cases.listing import ALL, DUE, LEVEL, NEWEST, OPEN, Filters
from komma.core.ui.widgets import SealedTextInput
from komma.procedures.codes import Side


class SearchForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Suchen in den Meldungen"),
        help_text=gettext_lazy(
            "Gesucht wird in den eigenen Worten der Meldungen, nicht in Nachrichten, Notizen "
            "und Dateien."
        ),
        max_length=200,
        widget=SealedTextInput,
        error_messages={"required": gettext_lazy("Bitte geben Sie ein Wort ein.")},
    )


class FilterForm(forms.Form):
    """The list's filters; whatever does not fit is ignored."""

    mark_optional = False

    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        required=False,
        choices=[
            (OPEN, gettext_lazy("alle offenen")),
            (ALL, gettext_lazy("alle")),
            *Status.choices,
        ],
    )
    unit = forms.ChoiceField(label=gettext_lazy("Stelle"), required=False)
    side = forms.ChoiceField(
        label=gettext_lazy("Herkunft"),
        required=False,
        choices=[("", gettext_lazy("alle")), *Side.choices],
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Stufe"),
        required=False,
        choices=[
            ("", gettext_lazy("alle")),
            ("none", gettext_lazy("noch keine")),
            *[(str(level.value), str(level.value)) for level in Level],
        ],
    )
    order = forms.ChoiceField(
        label=gettext_lazy("Reihenfolge"),
        required=False,
        choices=[
            (NEWEST, gettext_lazy("neueste zuerst")),
            (DUE, gettext_lazy("Antwort bald fällig")),
            (LEVEL, gettext_lazy("höchste Stufe zuerst")),
        ],
    )
    overdue = forms.BooleanField(label=gettext_lazy("Antwort überfällig"), required=False)
    news = forms.BooleanField(label=gettext_lazy("Neues für mich"), required=False)
    fold = forms.BooleanField(label=gettext_lazy("Verbundene zusammenfassen"), required=False)

    def __init__(self, data: Any, *, units: list[tuple[str, str]]) -> None:
        super().__init__(data or None)
        self.fields["unit"].choices = [("", _("alle")), *units]  # type: ignore[attr-defined]

    def filters(self) -> Filters:
        """Return the filters; a value that does not exist counts as none."""
        if not self.is_valid():
            self.errors.clear()
        chosen = {key: value for key, value in getattr(self, "cleaned_data", {}).items() if value}
        return Filters(**chosen)
