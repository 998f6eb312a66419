"""Publishing a draft, and beginning a procedure of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy

from komma.procedures.forms.fields import DraftForm, line, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from komma.procedures.queries import InForce


class PublishForm(DraftForm):
    """What changes, for the list of versions, and a last yes."""

    change_note = text(
        gettext_lazy("Was ändert sich?"),
        300,
        gettext_lazy("Bitte schreiben Sie in einem Satz, was sich ändert."),
        help_text=gettext_lazy("Ein Satz, den alle verstehen. Er steht bei der Fassung."),
    )
    sure = forms.BooleanField(
        label=gettext_lazy("Ich habe das Verfahren ganz gelesen. So soll es gelten."),
        error_messages={"required": gettext_lazy("Bitte bestätigen Sie, dass es so gelten soll.")},
    )


class CopyForm(forms.Form):
    """A new procedure as a copy of one in force."""

    source = forms.ChoiceField(
        label=gettext_lazy("Was soll die Vorlage sein?"),
        help_text=gettext_lazy("Sie ändern danach alles, was anders sein soll."),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Vorlage.")},
    )
    title = line(
        gettext_lazy("Titel des neuen Verfahrens"),
        120,
        gettext_lazy("Bitte geben Sie dem neuen Verfahren einen Titel."),
    )

    def __init__(self, *args: Any, known: Iterable[InForce], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            (each.procedure.id, each.procedure.title) for each in known
        ]
