"""The steps of a case."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases.codes import Ground, Outcome, Status
from komma.cases.forms.fields import SealedText, StepForm
from komma.procedures.levels import LevelRow


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
    """The level of danger, with what speaks for it; a lower one than that is asked about once."""

    criteria = forms.MultipleChoiceField(
        label=gettext_lazy("Was trifft zu?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "invalid_choice": gettext_lazy(
                "Die Merkmale haben sich inzwischen geändert. Bitte kreuzen Sie noch einmal an."
            )
        },
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Stufe"),
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie eine Stufe.")},
    )
    reason = SealedText(
        label=gettext_lazy("Begründung"),
        help_text=gettext_lazy("Bleibt unter denen, die den Fall bearbeiten."),
        empty=gettext_lazy("Bitte begründen Sie die Stufe kurz."),
    )
    mark_optional = False

    def __init__(self, *args: Any, levels: Sequence[LevelRow], **options: Any) -> None:
        super().__init__(*args, **options)
        self.levels = levels
        self.fields["criteria"].choices = [  # type: ignore[attr-defined]
            (_("Stufe %s") % row.label, row.coded) for row in levels
        ]
        self.fields["level"].choices = [  # type: ignore[attr-defined]
            (row.level, row.label) for row in levels
        ]

    def clean(self) -> dict[str, Any]:
        """Put the criteria into words, and ask before a level below theirs is set."""
        data: dict[str, Any] = super().clean() or {}
        chosen = set(data.get("criteria", ()))
        met = [(row, text) for row in self.levels for code, text in row.coded if code in chosen]
        highest = max((row.level for row, _text in met), default=None)
        level = data.get("level")
        if highest is not None:
            if level is None:
                self._suggest(highest)
            elif level < highest:
                self._ask(level, highest)
        data["criteria"] = [text for _row, text in met]
        data["title"] = "" if level is None else self.levels[level].label
        return data

    def _suggest(self, highest: int) -> None:
        """Choose the level for the next look at the form."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["level"] = str(highest)
        self.data = data
        self.errors.pop("level", None)
        text = _(
            "Nach dem, was zutrifft, ist es Stufe %d. Sie ist jetzt gewählt; bitte prüfen Sie."
        )
        self.add_error("level", text % highest)

    def _ask(self, level: int, highest: int) -> None:
        label = _("Ja, trotzdem Stufe %d") % level
        self.fields["lower"] = forms.BooleanField(label=label, required=False)
        if self.data.get("lower"):
            return
        text = _(
            "Angekreuzt ist ein Merkmal der Stufe %(highest)d. Bitte bestätigen Sie die niedrigere "
            "Stufe und begründen Sie sie, oder wählen Sie Stufe %(highest)d."
        )
        self.add_error("lower", text % {"highest": highest})


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
        choices=Outcome.choices,
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
        help_text=gettext_lazy("Auch, warum entfällt, was noch offen ist."),
        empty=gettext_lazy("Bitte begründen Sie das Ergebnis kurz."),
    )
    given_up = forms.BooleanField(
        label=gettext_lazy("Was oben noch offen ist, entfällt mit dem Abschluss."),
        error_messages={
            "required": gettext_lazy(
                "Oben steht, was noch offen ist. Bitte bestätigen Sie, dass es entfällt, oder "
                "erledigen Sie es zuerst."
            )
        },
    )

    def __init__(
        self, *args: Any, outcomes: Iterable[Outcome], undone: bool, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if not undone:
            del self.fields["given_up"]
        self.fields["outcome"].choices = [(each, each.label) for each in outcomes]  # type: ignore[attr-defined]


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
