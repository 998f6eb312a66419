"""Forms of the pages that cross apps."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.core.dates import today
from komma.core.ui.days import ComingDayField

NOBODY = "niemand"
LATEST = dt.timedelta(days=2 * 365)


class HandOnForm(forms.Form):
    """Which of the cases that one leads go to whom."""

    cases = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Welche Fälle?"),
        coerce=uuid.UUID,
        error_messages={
            "required": gettext_lazy("Bitte wählen Sie mindestens einen Fall."),
            "invalid_choice": gettext_lazy(
                "Die Liste hat sich inzwischen geändert. Bitte wählen Sie noch einmal."
            ),
        },
    )
    to = forms.ChoiceField(
        label=gettext_lazy("An wen übergeben Sie sie?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Bitte wählen Sie, wer die Fälle bekommt.")},
    )

    def __init__(
        self, *args: Any, cases: list[uuid.UUID], people: list[tuple[str, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        nobody = _("Niemand – die Fälle warten, bis jemand sie übernimmt")
        self.fields["cases"].choices = [(each, each) for each in cases]  # type: ignore[attr-defined]
        self.fields["to"].choices = [*people, (NOBODY, nobody)]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> uuid.UUID | None:
        """Whom the checked form names; None for nobody."""
        to = self.cleaned_data["to"]
        return None if to == NOBODY else uuid.UUID(to)


class LeavingDayForm(forms.Form):
    """On which day one goes."""

    day = ComingDayField(
        label=gettext_lazy("Mein letzter Tag"),
        error_messages={"required": gettext_lazy("Bitte nennen Sie Ihren letzten Tag.")},
    )

    def clean_day(self) -> dt.date:
        """Refuse a day that is a typing error."""
        day: dt.date = self.cleaned_data["day"]
        if day > today() + LATEST:
            raise ValidationError(_("Bitte nennen Sie einen Tag der nächsten zwei Jahre."))
        return day
