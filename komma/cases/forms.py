"""Input of the case pages. All free text is sealed; nothing typed is ever lost."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from komma.cases.codes import Ground, GroupKind, Level, Outcome, Side, Status
from komma.cases.emergency import Recipient
from komma.cases.listing import ALL, DUE, LEVEL, NEWEST, OPEN, Filters
from komma.core.files import SealedFilesField
from komma.core.ui.widgets import SealedTextarea, SealedTextInput

LONGEST_TEXT = 20_000


class SealedText(forms.CharField):
    """Free text up to 20,000 characters. A NUL, which PostgreSQL cannot keep, is dropped."""

    widget = SealedTextarea

    def __init__(self, *, empty: Any = "", **options: Any) -> None:
        super().__init__(**options)
        if empty:
            self.error_messages["required"] = empty

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\0", "")))

    def validate(self, value: str) -> None:
        """Refuse a text that is too long, and say by how much."""
        super().validate(value)
        if len(value) > LONGEST_TEXT:
            raise ValidationError(
                _(
                    "Der Text hat %(length)d Zeichen, möglich sind %(limit)d. "
                    "Bitte teilen Sie ihn auf zwei Einträge auf."
                )
                % {"length": len(value), "limit": LONGEST_TEXT}
            )


class StepForm(forms.Form):
    """A change of a case, decided on a version of it."""

    version = forms.IntegerField(widget=forms.HiddenInput)


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


class TakeOverForm(StepForm):
    free = forms.BooleanField(
        label=gettext_lazy("Keiner dieser Gründe trifft auf mich zu."),
        error_messages={
            "required": gettext_lazy(
                "Bitte erklären Sie, dass keiner der Gründe zutrifft. "
                "Trifft einer zu, zeigen Sie bitte Befangenheit an."
            )
        },
    )


class RecuseForm(forms.Form):
    ground = forms.ChoiceField(
        label=gettext_lazy("Welcher Grund trifft zu?"),
        choices=Ground.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie den Grund, der zutrifft.")},
    )
    text = SealedText(label=gettext_lazy("Was sollten die anderen wissen?"), required=False)


class PersonForm(forms.Form):
    """A choice of one person, with a reason for the file."""

    person = forms.TypedChoiceField(
        coerce=uuid.UUID,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Person.")},
    )
    reason = SealedText(label=gettext_lazy("Grund"), required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["person"].choices = people  # type: ignore[attr-defined]


class GrantForm(PersonForm):
    """Who gets access."""


class ExcludeForm(PersonForm):
    """Who is excluded."""


class AssignForm(PersonForm):
    """Who leads the case."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["reason"]


class DeputiesForm(forms.Form):
    reason = SealedText(label=gettext_lazy("Grund"), required=False)


class ClassifyForm(StepForm):
    level = forms.TypedChoiceField(
        label=gettext_lazy("Stufe"),
        coerce=int,
        choices=Level.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Stufe.")},
    )
    reason = SealedText(
        label=gettext_lazy("Begründung"),
        help_text=gettext_lazy("Bleibt unter denen, die den Fall bearbeiten."),
        empty=gettext_lazy("Bitte begründen Sie die Stufe kurz."),
    )


class StatusForm(StepForm):
    status = forms.ChoiceField(
        label=gettext_lazy("Neuer Status"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie den neuen Status.")},
    )
    reason = SealedText(
        label=gettext_lazy("Grund"),
        help_text=gettext_lazy("Bleibt unter denen, die den Fall bearbeiten."),
        empty=gettext_lazy("Bitte nennen Sie kurz den Grund."),
    )

    def __init__(self, *args: Any, statuses: tuple[Status, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["status"].choices = [  # type: ignore[attr-defined]
            (status.value, status.label) for status in statuses
        ]


class CloseForm(StepForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Ergebnis"),
        # A report is part of a flood only where two people found so, in quarantine.
        choices=[each for each in Outcome.choices if each[0] != Outcome.FLOOD],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("„Nicht feststellbar“ heißt nicht, dass es nicht geschehen ist."),
        error_messages={"required": gettext_lazy("Bitte wählen Sie das Ergebnis.")},
    )
    message = SealedText(
        label=gettext_lazy("Nachricht an die meldende Person"),
        help_text=gettext_lazy("Was herausgekommen ist, und was jetzt geschieht."),
        empty=gettext_lazy("Bitte sagen Sie der meldenden Person, was herausgekommen ist."),
    )
    tell_outcome = forms.BooleanField(
        label=gettext_lazy("Ergebnis im Postfach nennen"), required=False, initial=True
    )
    reason = SealedText(
        label=gettext_lazy("Begründung für die Akte"),
        empty=gettext_lazy("Bitte begründen Sie das Ergebnis kurz."),
    )


class ReopenForm(StepForm):
    reason = SealedText(
        label=gettext_lazy("Grund"),
        empty=gettext_lazy("Bitte nennen Sie kurz den Grund."),
    )


class DeleteForm(StepForm):
    sure = forms.BooleanField(
        label=gettext_lazy("Ja, den ganzen Fall endgültig löschen."),
        error_messages={"required": gettext_lazy("Bitte bestätigen Sie das Löschen.")},
    )


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
