"""Fields with help, as several forms ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from komma.core.ui.widgets import DayInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PHONE = RegexValidator(
    r"^\+?[0-9][0-9 /()-]{2,}$",
    _("Bitte nur Ziffern und Leerzeichen, zum Beispiel 0361 123456."),
)


def day_field(label: StrOrPromise, **kwargs: Any) -> forms.DateField:
    """Return a field for a day as people here write it."""
    unread = _("Bitte schreiben Sie den Tag so: 22.11.2026")
    return forms.DateField(
        label=label,
        widget=DayInput({"class": "komma-w-m"}),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        error_messages={"required": unread, "invalid": unread},
        **kwargs,
    )


def phone_field(help_text: StrOrPromise) -> forms.CharField:
    """Return a field for a telephone that everybody may read."""
    return forms.CharField(
        label=_("Telefon"),
        max_length=40,
        required=False,
        validators=[_PHONE],
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=help_text,
    )


def email_field(label: StrOrPromise, help_text: StrOrPromise) -> forms.EmailField:
    """Return a field for a mail address that everybody may read."""
    return forms.EmailField(
        label=label,
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=help_text,
        error_messages={
            "invalid": _("Diese Adresse stimmt nicht ganz. Sie sieht so aus: name@stadt.de")
        },
    )


def hours_field(label: StrOrPromise) -> forms.CharField:
    """Return a field for opening hours in words."""
    return forms.CharField(
        label=label,
        max_length=200,
        required=False,
        help_text=_("Zum Beispiel „Montag bis Donnerstag, 9 bis 15 Uhr“."),
    )
