"""Choosing the level for which a procedure is shown."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

LEVELS = [
    ("0", _("0 – schwierige Gesprächslage")),
    ("1", _("1 – verbal aggressiv, Sachbeschädigung")),
    ("2", _("2 – Gewalt, eindeutige Bedrohung")),
    ("3", _("3 – Waffe, Überfall, Amok")),
]


class LevelForm(forms.Form):
    """The level of danger; empty shows every step."""

    stufe = forms.ChoiceField(
        label=_("Gefahrenstufe"), choices=[("", _("alle Schritte")), *LEVELS], required=False
    )

    def level(self) -> int | None:
        """Return the chosen level, or None; nonsense counts as none."""
        chosen = self.cleaned_data.get("stufe") if self.is_valid() else ""
        return int(chosen) if chosen else None


class StartForm(forms.Form):
    """Where a Planspiel begins."""

    stufe = forms.ChoiceField(label=_("Gefahrenstufe im Spiel"), choices=LEVELS, initial="2")
