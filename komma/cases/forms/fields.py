"""What the forms of cases share: sealed text that is never cut, and versions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from komma.core.ui.widgets import SealedTextarea

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
