"""What people type about tasks; nothing is written here."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from komma.cases.actions.tasks import YEARS_AHEAD, Result
from komma.cases.forms.fields import SealedText, StepForm
from komma.cases.tasks import INTERIM
from komma.core.ui.days import ComingDayField
from komma.core.ui.widgets import SealedTextInput
from komma.procedures.model import Step

DROPPED = ("dropped", gettext_lazy("entfällt"))


class PersonChoice(forms.TypedChoiceField):
    """One of those who can open the case."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "error_messages",
            {
                "required": gettext_lazy("Bitte wählen Sie eine Person."),
                "invalid_choice": gettext_lazy(
                    "Diese Person kann die Aufgabe nicht bekommen. Bitte wählen Sie eine andere."
                ),
            },
        )
        super().__init__(coerce=uuid.UUID, widget=forms.RadioSelect, **options)


class DueField(ComingDayField):
    """By when a task is to be done."""

    def __init__(self, **options: Any) -> None:
        missing = gettext_lazy("Bitte geben Sie den Tag an, zum Beispiel 22.11.2026 oder „morgen“.")
        super().__init__(years=YEARS_AHEAD, error_messages={"required": missing}, **options)


class _WithPeople(forms.Form):
    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class NewTaskForm(_WithPeople):
    title = forms.CharField(
        label=gettext_lazy("Was ist zu tun?"),
        max_length=120,
        widget=SealedTextInput,
        error_messages={
            "required": gettext_lazy("Bitte schreiben Sie kurz, was zu tun ist."),
            "max_length": gettext_lazy(
                "Das sind %(show_value)d Zeichen. Bitte kürzen Sie auf %(limit_value)d; mehr passt "
                "ins nächste Feld."
            ),
        },
    )
    note = SealedText(label=gettext_lazy("Was dazu wichtig ist"), required=False)
    due_on = DueField(label=gettext_lazy("Bis wann?"))
    person = PersonChoice(label=gettext_lazy("Wer macht es?"))


class HandTaskForm(_WithPeople):
    person = PersonChoice(label=gettext_lazy("Wer übernimmt die Aufgabe?"))
    reason = SealedText(label=gettext_lazy("Was die Person wissen sollte"), required=False)


class PutOffForm(forms.Form):
    due_on = DueField(label=gettext_lazy("Neuer Tag"))
    reason = SealedText(
        label=gettext_lazy("Grund"), empty=gettext_lazy("Bitte nennen Sie kurz den Grund.")
    )


class FinishForm(forms.Form):
    """How a task ended; asks for consent and offers a sentence where the step has them.

    ``barred``: whoever would learn of the case by the step is excluded from it.
    """

    outcome = forms.ChoiceField(
        label=gettext_lazy("Wie ist es ausgegangen?"),
        choices=[("done", gettext_lazy("erledigt")), DROPPED],
        initial="done",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, wie es ausgegangen ist.")},
    )
    consent = forms.BooleanField(
        label=gettext_lazy("Die betroffene Person ist einverstanden."), required=False
    )
    note = SealedText(
        label=gettext_lazy("Notiz"),
        help_text=gettext_lazy(
            "Bleibt unter denen, die den Fall öffnen können. Bei „entfällt“: kurz, warum."
        ),
        required=False,
    )
    tell = forms.BooleanField(
        label=gettext_lazy("Der meldenden Person im Postfach mitteilen"),
        required=False,
        initial=True,
    )
    message = SealedText(
        label=gettext_lazy("Was sie liest"),
        help_text=gettext_lazy(
            "Stimmt der Satz so? Passen Sie ihn an. Er geht nur ab, wenn die Aufgabe erledigt ist."
        ),
        required=False,
    )

    def __init__(
        self, data: Any = None, *, step: Step | None, may_tell: bool, barred: bool = False
    ) -> None:
        tells = step.tells if step and may_tell and not barred else ""
        super().__init__(data, initial={"message": tells})
        if barred:
            self.fields["outcome"].initial = DROPPED[0]
        if step is None or not step.consent:
            del self.fields["consent"]
        if step is not None and step.id == INTERIM:
            # Done is it by writing, not by a mark.
            self.fields["outcome"].choices = [DROPPED]  # type: ignore[attr-defined]
            self.fields["outcome"].initial = DROPPED[0]
        if not tells:
            del self.fields["tell"], self.fields["message"]
        elif "consent" in self.fields:
            # "Erledigt" can mean that the person declined; then the sentence would be untrue.
            self.fields["tell"].initial = False

    def result(self) -> Result:
        """Return what was typed, for the action."""
        data = self.cleaned_data
        dropped = data["outcome"] == "dropped"
        told = data.get("tell") and not dropped
        return Result(
            note=data["note"],
            dropped=dropped,
            consent=bool(data.get("consent")),
            tell=data["message"] if told else "",
        )


class ProcedureForm(StepForm):
    procedure = forms.ChoiceField(
        label=gettext_lazy("Verfahren"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie das Verfahren.")},
    )
    reason = SealedText(
        label=gettext_lazy("Grund"), empty=gettext_lazy("Bitte nennen Sie kurz den Grund.")
    )

    def __init__(self, *args: Any, procedures: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["procedure"].choices = procedures  # type: ignore[attr-defined]
