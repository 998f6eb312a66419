"""The short report: one page. Its fields are those of the long way, so that nothing is lost."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from komma.cases.facts import Danger
from komma.core.ui.widgets import SealedEmailInput
from komma.reporting.forms.fields import PastDayField, SealedTextField
from komma.reporting.forms.steps import (
    DESCRIPTION_HELP,
    NOTHING_WRITTEN,
    StepForm,
    WhoForm,
    checked_notify,
    one_of,
)


class ShortForm(StepForm):
    mark_optional = True
    description = SealedTextField(
        rows=8,
        label=_("Was ist passiert?"),
        help_text=DESCRIPTION_HELP,
        error_messages={"required": NOTHING_WRITTEN},
    )
    day_from = PastDayField(required=False, label=_("Wann war das?"))
    side = one_of(WhoForm.base_fields["side"].choices, _("Von wo ging es aus?"))  # type: ignore[attr-defined]
    danger = one_of(Danger.choices, _("Besteht gerade Gefahr?"))
    contact_details = SealedTextField(
        rows=2,
        required=False,
        label=_("Wie dürfen wir Sie erreichen?"),
        help_text=_(
            "Name, Telefon oder ein anderer Weg. Ohne Angabe bleiben Sie anonym und lesen die"
            " Antwort im Postfach."
        ),
    )
    notify = forms.EmailField(
        required=False,
        label=_("E-Mail-Adresse für einen Hinweis"),
        widget=SealedEmailInput,
        help_text=_("Ein Satz ohne Inhalt, wenn eine Antwort da ist. Nur eine private Adresse."),
        error_messages={
            "invalid": _("Bitte prüfen Sie die E-Mail-Adresse, oder lassen Sie das Feld leer.")
        },
    )

    def clean_notify(self) -> str:
        """Refuse addresses of the municipality itself."""
        return checked_notify(self.cleaned_data["notify"], self.town.municipality)
