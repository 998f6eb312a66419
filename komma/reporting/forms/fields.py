"""Fields that take what people type: any script, any length."""

from __future__ import annotations

import re
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from komma.core.ui.widgets import SealedTextarea, SealedTextInput
from komma.reporting.rules import LONGEST_TEXT

# Control characters that no keyboard types; NUL cannot be stored by PostgreSQL. Marks for writing
# directions and emoji joiners stay: they belong to the words.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHORT_LINE = 300  # characters


class SealedTextField(forms.CharField):
    """Text that will be sealed. Too long a text is refused in words and never cut off."""

    def __init__(self, *, rows: int = 8, longest: int = LONGEST_TEXT, **kwargs: Any) -> None:
        one_line = rows == 1
        self.longest = min(longest, _SHORT_LINE) if one_line else longest
        widget = SealedTextInput() if one_line else SealedTextarea({"rows": rows})
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)

    @override
    def to_python(self, value: Any) -> str:
        """Return the text without control characters, with one kind of line break."""
        text = str(value or "").replace("\r\n", "\n").replace("\r", "\n")
        return super().to_python(_CONTROLS.sub("", text)) or ""

    @override
    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise ValidationError(
                _(
                    "Der Text hat %(length)s Zeichen, möglich sind %(longest)s. Bitte kürzen Sie"
                    " ihn, oder legen Sie den Rest als Datei bei. Ihr Text steht noch da."
                )
                % {"length": _grouped(len(value)), "longest": _grouped(self.longest)}
            )


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
