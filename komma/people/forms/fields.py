"""Fields that several forms of accounts share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# More than any person types; Argon2 shall not be fed with a book.
LONGEST_PASSWORD = 200
PASSWORD_HELP = _(
    "Mindestens 12 Zeichen. Gut sind vier oder fünf Wörter, die nichts miteinander zu tun haben."
)
CODE_ATTRS = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "spellcheck": "false",
    "class": "komma-w-s",
}


def password_field(label: Any, *, new: bool = False, help_text: Any = "") -> forms.CharField:
    """Return a field for a present or a new password, which password managers recognise."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=forms.PasswordInput(
            attrs={
                "autocomplete": "new-password" if new else "current-password",
                "class": "komma-w-l",
            }
        ),
        error_messages={"required": _("Bitte geben Sie das Passwort ein.")},
    )
