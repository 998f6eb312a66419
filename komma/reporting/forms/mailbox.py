"""Forms of the mailbox."""

from __future__ import annotations

import secrets
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from komma.core.files import SealedFilesField
from komma.core.ui.days import PastDayField
from komma.core.ui.widgets import SealedTextInput
from komma.core.vault.receipts import ReceiptIncomplete, ReceiptMistyped, parse_receipt
from komma.reporting.forms.fields import SealedTextField

RECEIPT_LONGEST = 200  # characters; a pasted page is no receipt


MISTYPED = _(
    "Wahrscheinlich ist ein Zeichen vertippt oder zwei sind vertauscht. Bitte"
    " vergleichen Sie Gruppe für Gruppe mit Ihrer Notiz."
)


class _CodeField(forms.CharField):
    """A line in which NUL, which no keyboard types, is a mistyped character like any other."""

    @override
    def to_python(self, value: Any) -> str | None:
        """Return the line; raises ``ValidationError`` where Django would speak of NUL."""
        if "\x00" in str(value):
            raise ValidationError(MISTYPED)
        return super().to_python(value)


class ReceiptForm(forms.Form):
    """The way into the mailbox: one field, as it stands on paper."""

    receipt = _CodeField(
        label=_("Ihr Code"),
        strip=True,
        help_text=_(
            "Fünf Gruppen mit vier Zeichen und ein Prüfzeichen. Groß oder klein, mit oder ohne"
            " Striche: alles gilt."
        ),
        widget=SealedTextInput({"class": "komma-w-l", "autocapitalize": "characters"}),
        error_messages={"required": _("Bitte geben Sie Ihren Code ein.")},
    )

    def clean_receipt(self) -> bytes:
        """Return the randomness of the receipt; says what is likely wrong with a typed one."""
        typed = self.cleaned_data["receipt"]
        try:
            return parse_receipt(typed[: RECEIPT_LONGEST + 1])
        except ReceiptIncomplete:
            raise ValidationError(
                _("Es fehlen Zeichen: Der Code hat 21. Bitte vergleichen Sie mit Ihrer Notiz.")
            ) from None
        except ReceiptMistyped:
            raise ValidationError(MISTYPED) from None


class _OnceForm(forms.Form):
    """A form whose second submit changes nothing: it carries a token of its own."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("token", secrets.token_hex(16))

    def clean_token(self) -> str:
        """Return the token, or a fresh one where it was lost."""
        return self.cleaned_data["token"] or secrets.token_hex(16)


class MessageForm(_OnceForm):
    """A text, files or both: neither alone is voluntary."""

    mark_optional = False
    text = SealedTextField(
        rows=6,
        required=False,
        label=_("Ihre Nachricht"),
    )
    uploads = SealedFilesField(required=False, label=_("Dateien beifügen"))

    def clean(self) -> dict[str, Any]:
        """Ask for a text or a file."""
        found: dict[str, Any] = super().clean() or {}
        if not self.errors and not found.get("text") and not found.get("uploads"):
            self.add_error("text", _("Bitte schreiben Sie etwas, oder wählen Sie eine Datei."))
        return found


class DiaryForm(_OnceForm):
    """An entry of the incident diary: half a minute."""

    day_from = PastDayField(required=False, label=_("Wann war das?"))
    text = SealedTextField(
        rows=5,
        label=_("Was ist passiert?"),
        help_text=_("Ein Satz genügt. Wörtliche Zitate helfen."),
        error_messages={"required": _("Bitte schreiben Sie kurz, was passiert ist.")},
    )


class ReasonForm(_OnceForm):
    text = SealedTextField(rows=4, required=False, label=_("Möchten Sie einen Grund nennen?"))
