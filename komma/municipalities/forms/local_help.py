"""Other bodies on site that help."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.municipalities.forms.fields import email_field, hours_field, phone_field


class LocalHelpForm(forms.Form):
    """Name and how to reach it: a telephone or a mail address at least."""

    name = forms.CharField(
        label=gettext_lazy("Name der Stelle"),
        max_length=120,
        help_text=gettext_lazy(
            "Zum Beispiel „Polizei, Staatsschutz“ oder „Opferberatung“. Kein Name einer Person: "
            "Er steht auf dem Blatt, auch wenn sie längst gewechselt hat."
        ),
        error_messages={"required": gettext_lazy("Bitte nennen Sie die Stelle.")},
    )
    phone = phone_field(gettext_lazy("Für alle sichtbar, die Hilfe suchen."))
    email = email_field(gettext_lazy("E-Mail-Adresse"), gettext_lazy("Für alle sichtbar."))
    hours = hours_field(gettext_lazy("Wann erreichbar"))

    def clean(self) -> dict[str, Any]:
        """Ask for one way to reach the body."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found["phone"] and not found["email"]:
            self.add_error("phone", _("Bitte geben Sie ein Telefon oder eine E-Mail-Adresse an."))
        return found
