"""What is said of a procedure as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from komma.municipalities.codes import RECEIVING_PILLARS
from komma.procedures.forms.fields import ConditionsMixin, DraftForm, conditions_of, line, text

if TYPE_CHECKING:
    from komma.procedures.model import Procedure


class TextsForm(DraftForm):
    """Title and description."""

    title = line(
        gettext_lazy("Titel"), 120, gettext_lazy("Bitte geben Sie dem Verfahren einen Titel.")
    )
    about = text(
        gettext_lazy("Wann gilt es, in einem Satz?"),
        300,
        gettext_lazy("Bitte schreiben Sie in einem Satz, wann das Verfahren gilt."),
        help_text=gettext_lazy("Zum Beispiel: Wenn jemand von außen Mitarbeitende bedroht."),
    )
    scene = text(
        gettext_lazy("Fall zum Üben"),
        1000,
        gettext_lazy("Bitte erfinden Sie einen kurzen Fall. Damit beginnt das Planspiel."),
        help_text=gettext_lazy("Erfunden, ohne echte Namen. Damit beginnt das Planspiel."),
    )
    source = text(
        gettext_lazy("Grundlage"),
        300,
        gettext_lazy("Bitte nennen Sie, worauf das Verfahren beruht."),
        help_text=gettext_lazy("Dienstvereinbarung, Beschluss, Modell oder Quelle."),
    )

    def fields_of_procedure(self) -> dict[str, Any]:
        """Return what a valid form changes."""
        return {name: self.cleaned_data[name] for name in ("title", "about", "scene", "source")}

    @staticmethod
    def initial_of(procedure: Procedure) -> dict[str, Any]:
        """Return what the form begins with."""
        return {name: getattr(procedure, name) for name in ("title", "about", "scene", "source")}


class ScopeForm(ConditionsMixin, DraftForm):
    """Which units use it, for which of their cases, and how often the reporter hears."""

    mark_optional = False
    pillars = forms.MultipleChoiceField(
        label=gettext_lazy("Welche Stellen arbeiten damit?"),
        choices=[(pillar.value, pillar.label) for pillar in RECEIVING_PILLARS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Bitte wählen Sie mindestens eine Stelle.")},
    )
    interim_weeks = forms.IntegerField(
        label=gettext_lazy("Spätestens nach wie vielen Wochen hört die meldende Person vom Stand?"),
        help_text=gettext_lazy("1 bis 12; 0 heißt: nicht von selbst."),
        min_value=0,
        max_value=12,
        widget=forms.NumberInput({"class": "komma-w-s"}),
        error_messages={
            "required": gettext_lazy("Bitte geben Sie eine Zahl von 0 bis 12 an."),
            "invalid": gettext_lazy("Bitte geben Sie eine Zahl von 0 bis 12 an."),
            "min_value": gettext_lazy("Bitte geben Sie eine Zahl von 0 bis 12 an."),
            "max_value": gettext_lazy("Bitte geben Sie eine Zahl von 0 bis 12 an."),
        },
    )
    field_order = ("pillars", "sides", "levels", "affected", "forms", "wishes", "interim_weeks")

    def fields_of_procedure(self) -> dict[str, Any]:
        """Return what a valid form changes."""
        return {
            "pillars": frozenset(self.cleaned_data["pillars"]),
            "when": self.when(),
            "interim_weeks": self.cleaned_data["interim_weeks"],
        }

    @staticmethod
    def initial_of(procedure: Procedure) -> dict[str, Any]:
        """Return what the form begins with."""
        return {
            "pillars": sorted(procedure.pillars),
            "interim_weeks": procedure.interim_weeks,
            **conditions_of(procedure.when),
        }
