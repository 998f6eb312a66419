"""What the levels of danger mean in a municipality: all four in one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.procedures.forms.fields import line, text
from komma.procedures.levels import LEVELS, LevelRow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.forms.boundfield import BoundField

_MOST_CRITERIA = 12
_LONGEST_CRITERION = 200


class CriteriaField(forms.CharField):
    """Criteria, one a line; the cleaned value is a tuple, each once."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(
            max_length=2500,
            help_text=_("Ein Merkmal pro Zeile."),
            error_messages={"required": _("Bitte nennen Sie mindestens ein Merkmal.")},
            **options,
        )

    def clean(self, value: Any) -> tuple[str, ...]:
        """Split into lines; raise ValidationError for too many or too long ones."""
        lines = [" ".join(each.split()) for each in str(super().clean(value)).split("\n")]
        found = tuple(dict.fromkeys(filter(None, lines)))
        if len(found) > _MOST_CRITERIA:
            raise ValidationError(
                _("Bitte höchstens %d Merkmale, sonst liest sie niemand.") % _MOST_CRITERIA
            )
        if any(len(each) > _LONGEST_CRITERION for each in found):
            raise ValidationError(
                _("Ein Merkmal ist länger als %d Zeichen. Bitte kürzen oder teilen Sie es.")
                % _LONGEST_CRITERION
            )
        return found


class LevelsForm(forms.Form):
    """Title, criteria and who acts for each level, and why it changes."""

    # Which table it was decided on: whose, and the number of the version.
    organisation = forms.UUIDField(widget=forms.HiddenInput)
    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = text(
        gettext_lazy("Warum ändern Sie die Stufen?"),
        300,
        gettext_lazy("Bitte nennen Sie den Grund in einem Satz."),
        help_text=gettext_lazy("Steht im Verlauf, zum Beispiel der Beschluss."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for level in LEVELS:
            self.fields |= {
                f"title_{level}": line(
                    _("Name der Stufe %d") % level, 80, _("Bitte geben Sie der Stufe einen Namen.")
                ),
                f"criteria_{level}": CriteriaField(label=_("Woran erkennt man Stufe %d?") % level),
                f"acts_{level}": text(
                    _("Wer handelt bei Stufe %d, und wie?") % level,
                    500,
                    _("Bitte schreiben Sie, wer handelt."),
                ),
            }

    def groups(self) -> list[tuple[int, list[BoundField]]]:
        """Return the fields of each level, to be shown together."""
        names = ("title", "criteria", "acts")
        return [(level, [self[f"{name}_{level}"] for name in names]) for level in LEVELS]

    def rows(self) -> list[LevelRow]:
        """Return the table that a valid form describes."""
        data = self.cleaned_data
        return [
            LevelRow(
                level, data[f"title_{level}"], data[f"criteria_{level}"], data[f"acts_{level}"]
            )
            for level in LEVELS
        ]

    @staticmethod
    def initial_of(rows: Iterable[LevelRow]) -> dict[str, Any]:
        """Return what the form begins with."""
        return {
            name: value
            for row in rows
            for name, value in (
                (f"title_{row.level}", row.title),
                (f"criteria_{row.level}", "\n".join(row.criteria)),
                (f"acts_{row.level}", row.acts),
            )
        }
