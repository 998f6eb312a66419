"""Agreements with other bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from komma.core.dates import today

if TYPE_CHECKING:
    pass
from komma.municipalities.forms.fields import day_field


class ProposalForm(forms.Form):
    """From when on, until when and on which basis a body receives for a municipality."""

    starts_on = day_field(_("Gilt ab"))
    ends_on = day_field(
        _("Gilt bis"), required=False, help_text=_("Leer: bis eine Seite die Vereinbarung beendet.")
    )
    reference = forms.CharField(
        label=_("Aktenzeichen oder Beschluss"), max_length=200, required=False
    )

    def clean(self) -> dict[str, Any]:
        """Put the days in order; nothing is agreed for days that are over."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("starts_on"), found.get("ends_on")
        if first and first < today():
            self.add_error("starts_on", _("Der Beginn kann heute sein oder später."))
        if first and last and last < first:
            self.add_error("ends_on", _("Das Ende liegt vor dem Beginn. Bitte prüfen Sie."))
        return found


class EndForm(forms.Form):
    """The last day of an agreement."""

    last_day = day_field(_("Letzter Tag"))
