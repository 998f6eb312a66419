"""Inputs that Django does not bring: sealed text, a day, several files."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

# What is sealed on the server must not stay behind in the browser: no completion list,
# no spelling service and no translation service gets to see it.
SEALED_ATTRS = {"autocomplete": "off", "spellcheck": "false", "translate": "no"}


class _Sealed:
    """Puts `SEALED_ATTRS` beneath the attributes that the form gives."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(SEALED_ATTRS | (attrs or {}))  # type: ignore[call-arg]


class SealedTextInput(_Sealed, forms.TextInput):
    """One line whose content is sealed."""


class SealedEmailInput(_Sealed, forms.EmailInput):
    """An e-mail address that is sealed."""


class SealedTextarea(_Sealed, forms.Textarea):
    """Free text that is sealed."""


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The element's value is ISO 8601 whatever the page's language (HTML, "valid date string").
        super().__init__({"autocomplete": "off"} | (attrs or {}), format="%Y-%m-%d")


class FilesInput(forms.FileInput):
    """A choice of several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; the cleaned value is a list of `UploadedFile`, empty when none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        """Check each file like a `FileField`; raise `ValidationError` at the first bad one."""
        chosen = data if isinstance(data, Sequence) else [data] if data else []
        if not chosen:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(each, initial) for each in chosen]
