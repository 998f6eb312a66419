"""A day with help, as several forms ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from komma.core.ui.widgets import DayInput

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
