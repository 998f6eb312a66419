"""Choosing the level for which a procedure is shown or played."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from komma.procedures.levels import LevelRow
    from komma.procedures.model import Procedure


def level_choices(levels: Iterable[LevelRow]) -> list[tuple[str, str]]:
    """Return the levels as the choices of a field."""
    return [(str(row.level), row.label) for row in levels]


class LevelForm(forms.Form):
    """The level of danger; empty shows every step. No choice where it decides about none."""

    stufe = forms.ChoiceField(label=gettext_lazy("Gefahrenstufe"), required=False)
    mark_optional = False

    def __init__(
        self, *args: Any, procedure: Procedure, levels: Iterable[LevelRow], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if not procedure.uses_levels:
            del self.fields["stufe"]
            return
        choices = [("", _("alle Schritte")), *level_choices(levels)]
        self.fields["stufe"].choices = choices  # type: ignore[attr-defined]

    def level(self) -> int | None:
        """Return the chosen level, or None; nonsense counts as none."""
        chosen = self.cleaned_data.get("stufe") if self.is_valid() else ""
        return int(chosen) if chosen else None


class StartForm(forms.Form):
    """Where a Planspiel begins: at a level, unless that decides about no step."""

    stufe = forms.ChoiceField(label=gettext_lazy("Gefahrenstufe im Spiel"), initial="2")

    def __init__(
        self, *args: Any, procedure: Procedure, levels: Iterable[LevelRow], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        if not procedure.uses_levels:
            del self.fields["stufe"]
            return
        self.fields["stufe"].choices = level_choices(levels)  # type: ignore[attr-defined]

    def level(self) -> int | None:
        """Return the level of a valid form, or None where none is asked for."""
        chosen = self.cleaned_data.get("stufe")
        return int(chosen) if chosen else None
