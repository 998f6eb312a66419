"""Opening with both emergency keys."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.emergency import Recipient
from komma.cases.forms.fields import SealedText
from komma.core.ui.widgets import SealedTextarea, SealedTextInput


class EmergencyStartForm(forms.Form):
    """The first of two people: for whom, which cases, why, and paper B."""

    ONE, ALL = "one", "all"

    recipient = forms.ChoiceField(
        label=gettext_lazy("Wer soll Zugang bekommen?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Die Person liest dann die Fälle ihrer eigenen Stelle."),
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Person.")},
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("Zu welchen Fällen?"),
        widget=forms.RadioSelect,
        choices=[
            (ALL, gettext_lazy("alle offenen Fälle der Stelle, die niemand mehr öffnen kann")),
            (ONE, gettext_lazy("ein Fall, dessen Nummer ich kenne")),
        ],
        error_messages={"required": gettext_lazy("Bitte wählen Sie, um welche Fälle es geht.")},
    )
    number = forms.CharField(
        label=gettext_lazy("Nummer des Falls"),
        required=False,
        max_length=20,
        widget=SealedTextInput(attrs={"class": "komma-w-m"}),
        help_text=gettext_lazy("Nur für einen einzelnen Fall. Sie steht im Postfach."),
    )
    reason = SealedText(
        label=gettext_lazy("Begründung"),
        widget=SealedTextarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Das liest auch die meldende Person. Bitte nennen Sie keine Namen, zum Beispiel: "
            "„Beide Zuständigen haben ihre Zugangsdaten verloren.“"
        ),
        empty=gettext_lazy("Bitte schreiben Sie, warum die Notfallschlüssel nötig sind."),
    )
    secret = forms.CharField(
        label=gettext_lazy("Schlüssel von Blatt B"),
        max_length=400,
        widget=SealedTextarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Alle zehn Gruppen, mit einem Leerzeichen dazwischen."),
        error_messages={"required": gettext_lazy("Bitte geben Sie den Schlüssel von Blatt B ein.")},
    )

    def __init__(self, *args: Any, recipients: list[Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipient"].choices = [  # type: ignore[attr-defined]
            (
                str(each.receiver.membership),
                f"{each.name}, {each.receiver.title} ({each.unit_name})",
            )
            for each in recipients
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for the number where one case is meant."""
        given = super().clean() or {}
        if given.get("scope") == self.ONE and not given.get("number"):
            self.add_error("number", _("Bitte schreiben Sie die Nummer des Falls."))
        return given

    @property
    def answers(self) -> dict[str, Any]:
        """The checked values, as the action takes them."""
        given = self.cleaned_data
        return {
            "membership": uuid.UUID(given["recipient"]),
            "number": given["number"] if given["scope"] == self.ONE else "",
            "reason": given["reason"],
            "typed": given["secret"],
        }


class EmergencyEndForm(forms.Form):
    """The second person: paper A, for what they have just looked at."""

    use = forms.UUIDField(widget=forms.HiddenInput)
    secret = forms.CharField(
        label=gettext_lazy("Schlüssel von Blatt A"),
        max_length=400,
        widget=SealedTextarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Alle zehn Gruppen, mit einem Leerzeichen dazwischen."),
        error_messages={"required": gettext_lazy("Bitte geben Sie den Schlüssel von Blatt A ein.")},
    )
