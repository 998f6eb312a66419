"""What is written in a case, and which cases belong together."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy, ngettext

from komma.cases.codes import GroupKind
from komma.cases.forms.fields import SealedText
from komma.core.files import SealedFilesField


class MessageForm(forms.Form):
    """Text that becomes an entry; the token makes a second submit of the page harmless."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=40)
    text = SealedText(
        label=gettext_lazy("Ihr Text"),
        empty=gettext_lazy("Bitte schreiben Sie etwas. Ein Satz genügt."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["token"].initial = uuid.uuid4().hex


class ReplyForm(MessageForm):
    attached = SealedFilesField(
        label=gettext_lazy("Dateien"),
        required=False,
        help_text=gettext_lazy("Bis zu 20 Dateien mit je höchstens 50 MB."),
    )
    together = forms.BooleanField(
        required=False,
        help_text=gettext_lazy(
            "Jede meldende Person liest dieselben Worte in ihrem Postfach und erfährt nichts von "
            "den anderen. Schreiben Sie nichts, was nur in einer der Meldungen steht. Dateien "
            "gehen nur in das Postfach dieses Falls."
        ),
    )

    def __init__(self, *args: Any, others: int, **options: Any) -> None:
        super().__init__(*args, **options)
        if others:
            self.fields["together"].label = ngettext(
                "auch an %(number)s verbundene Meldung",
                "auch an %(number)s verbundene Meldungen",
                others,
            ) % {"number": others}
        else:
            del self.fields["together"]


class LinkForm(forms.Form):
    """Which cases belong to this one, and why."""

    cases = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Fälle"),
        coerce=uuid.UUID,
        error_messages={"required": gettext_lazy("Bitte wählen Sie mindestens einen Fall.")},
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Was verbindet sie?"),
        choices=GroupKind.choices,
        initial=GroupKind.INCIDENT,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, was die Fälle verbindet.")},
    )

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        # Which of them the person holds decides the database; others are not found.
        chosen = data.getlist("cases") if data else []
        self.fields["cases"].choices = [(each, each) for each in chosen if _is_id(each)]  # type: ignore[attr-defined]


def _is_id(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


class NoteForm(MessageForm):
    """An internal note."""
