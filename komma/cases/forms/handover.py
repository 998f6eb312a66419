"""Input around a hand-over to another body. All free text is sealed."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.codes import Consent
from komma.cases.forms.fields import SealedText, StepForm
from komma.core.ui.days import PastDayField


class UnitForm(forms.Form):
    """Which unit of another body is asked."""

    unit = forms.ChoiceField(
        label=gettext_lazy("Welche Stelle fragen Sie?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Stelle.")},
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class QuestionForm(StepForm):
    """What another body is asked. ``people``: who would read there, to exclude some of them."""

    mark_optional = False  # which fields are needed depends on the ground

    reason = SealedText(
        label=gettext_lazy("Warum soll die Stelle übernehmen?"),
        help_text=gettext_lazy("Das liest die meldende Person."),
        empty=gettext_lazy("Bitte sagen Sie der meldenden Person kurz, warum."),
    )
    brief = SealedText(
        label=gettext_lazy("Worum geht es?"),
        help_text=gettext_lazy(
            "Das liest die andere Stelle, bevor sie entscheidet. Schreiben Sie nur, was sie dafür "
            "braucht: keine Namen, keine Einzelheiten."
        ),
        empty=gettext_lazy("Bitte beschreiben Sie in einem Satz, worum es geht."),
    )
    consent = forms.ChoiceField(
        label=gettext_lazy("Worauf stützt sich die Weitergabe?"),
        help_text=gettext_lazy("Auch das liest die meldende Person."),
        choices=Consent.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, worauf sie sich stützt.")},
    )
    given_on = PastDayField(
        label=gettext_lazy("Einverstanden am"),
        required=False,
        help_text=gettext_lazy("Nur bei Einverständnis, zum Beispiel 22.11.2026."),
    )
    ground = SealedText(
        label=gettext_lazy("Rechtlicher Grund"),
        required=False,
        help_text=gettext_lazy("Nur ohne Einverständnis: Vorschrift und ein Satz dazu."),
    )
    other_procedure = forms.BooleanField(
        label=gettext_lazy("Die betroffene Person wünscht ausdrücklich dieses andere Verfahren."),
        error_messages={
            "required": gettext_lazy(
                "Das Verfahren wechselt nur, wenn die betroffene Person das wünscht. Fragen Sie "
                "sie im Postfach, oder wählen Sie eine Stelle für das bisherige Verfahren."
            )
        },
    )
    excluded = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Wer darf dort nichts davon erfahren?"),
        help_text=gettext_lazy("Das gilt für immer. Niemand anzukreuzen ist der Regelfall."),
        coerce=uuid.UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, people: list[tuple[str, str]], changes: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.changes = changes
        self.fields["excluded"].choices = people  # type: ignore[attr-defined]
        if not changes:
            del self.fields["other_procedure"]

    def clean(self) -> dict[str, Any]:
        """Ask for the day of the consent or for the ground, and for consent to a change."""
        data = super().clean() or self.cleaned_data
        consent = data.get("consent")
        if consent == Consent.GIVEN and not data.get("given_on") and "given_on" not in self.errors:
            self.add_error("given_on", _("Bitte nennen Sie den Tag des Einverständnisses."))
        if consent == Consent.LEGAL and not data.get("ground"):
            self.add_error("ground", _("Bitte nennen Sie den rechtlichen Grund."))
        if consent == Consent.LEGAL and self.changes:
            self.add_error(
                "consent",
                _("Ein anderes Verfahren gibt es nur mit Einverständnis der betroffenen Person."),
            )
        return data


class TakeBackForm(forms.Form):
    reason = SealedText(
        label=gettext_lazy("Grund"),
        required=False,
        help_text=gettext_lazy("Das liest die meldende Person."),
    )


class DeclineForm(forms.Form):
    reason = SealedText(
        label=gettext_lazy("Warum lehnen Sie ab?"),
        help_text=gettext_lazy(
            "Das lesen die meldende Person und die Stelle, die gefragt hat. Wissen Sie, wer "
            "zuständig ist? Dann nennen Sie es hier."
        ),
        empty=gettext_lazy("Bitte nennen Sie kurz den Grund. Ein Satz genügt."),
    )
