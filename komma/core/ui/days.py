"""Fields for a day, read as people in Germany write days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.core.dates import today
from komma.core.ui.widgets import DayInput

EARLIEST_YEAR = 1990
# Control characters that no keyboard types.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_MONTHS = (
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
)
_NUMBERS = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\s*[./-]\s*(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = re.compile(r"(\d{1,2})\.?\s*([a-zäö]{3,})\.?\s*(\d{4}|\d{2})")


class DayField(forms.DateField):
    """A day, typed as people do: 3.2.2026, 2026-02-03, 3. Februar 2026, heute."""

    unreadable = gettext_lazy(
        "„%(typed)s“ lesen wir nicht als Datum. Schreiben Sie zum Beispiel 22.11.2026."
    )

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DayInput({"class": "komma-w-m"}))
        super().__init__(**kwargs)

    @override
    def to_python(self, value: Any) -> dt.date | None:
        """Return the day; raises ``ValidationError`` that quotes what cannot be read."""
        text = " ".join(_CONTROLS.sub("", str(value or "")).split())
        if not text:
            return None
        found = read_day(text)
        if found is None:
            raise ValidationError(str(self.unreadable) % {"typed": text[:40]})
        return found


class PastDayField(DayField):
    """A day in the past."""

    unreadable = gettext_lazy(
        "„%(typed)s“ lesen wir nicht als Datum. Schreiben Sie zum Beispiel"
        " 22.11.2026, oder beschreiben Sie die Zeit in Worten."
    )

    @override
    def to_python(self, value: Any) -> dt.date | None:
        found = super().to_python(value)
        if found is None:
            return None
        if found > today():
            raise ValidationError(
                _("Der %(day)s liegt in der Zukunft. Bitte prüfen Sie das Datum.")
                % {"day": f"{found:%d.%m.%Y}"}
            )
        if found.year < EARLIEST_YEAR:
            raise ValidationError(
                _("Das Datum liegt vor %(year)s. Bitte prüfen Sie die Jahreszahl.")
                % {"year": EARLIEST_YEAR}
            )
        return found


class ComingDayField(DayField):
    """Today or a day in the future; a year of two digits is one of this century."""

    @override
    def to_python(self, value: Any) -> dt.date | None:
        found = super().to_python(value)
        if found is not None and 1900 <= found.year < today().year - 50:
            found = read_day(f"{found.day}.{found.month}.{found.year + 100}")
        if found is not None and found < today():
            raise ValidationError(
                _("Der %(day)s liegt in der Vergangenheit. Bitte wählen Sie heute oder später.")
                % {"day": f"{found:%d.%m.%Y}"}
            )
        return found


def read_day(text: str) -> dt.date | None:
    """Return the day that a German reader would understand, or None."""
    typed = text.strip().lower().rstrip(".")
    relative = {"vorgestern": -2, "gestern": -1, "heute": 0, "morgen": 1, "übermorgen": 2}
    if typed in relative:
        return today() + dt.timedelta(days=relative[typed])
    if match := _ISO.fullmatch(typed):
        return _day(*match.group(1, 2, 3))
    if match := _NUMBERS.fullmatch(typed):
        return _day(match[3], match[2], match[1])
    if match := _WORDS.fullmatch(typed):
        month = _month(match[2])
        return _day(match[3], str(month), match[1]) if month else None
    return None


def _month(word: str) -> int | None:
    plain = word.replace("maerz", "märz")
    return next((n for n, name in enumerate(_MONTHS, 1) if name.startswith(plain)), None)


def _day(year: str, month: str, day: str) -> dt.date | None:
    full_year = int(year)
    if len(year) == 2:
        full_year += 2000 if full_year <= today().year % 100 else 1900
    try:
        return dt.date(full_year, int(month), int(day))
    except ValueError:
        return None
