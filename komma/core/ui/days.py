"""Fields for a day, read as people in Germany write days."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, override

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.core.dates import Span, earliest, latest, today, years_after
from komma.core.ui.widgets import DayInput

EARLIEST_YEAR = 1990
# Years back whose months are offered; what happened before is asked by year.
_YEARS_WITH_MONTHS = 2
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
    """A day in the past; ``beside_span``: a `SpanField` stands next to it."""

    def __init__(self, *, beside_span: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if beside_span:
            self.unreadable = gettext_lazy(
                "„%(typed)s“ lesen wir nicht als Datum. Schreiben Sie zum Beispiel 22.11.2026, "
                "oder wählen Sie Monat oder Jahr."
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
    """Today or a day in the future; a year of two digits is one of this century.

    ``years``: how many years ahead the last possible day lies.
    """

    def __init__(self, *, years: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.years = years

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
        if found is not None and self.years and found > (last := years_after(today(), self.years)):
            raise ValidationError(
                _("Der %(day)s liegt zu weit voraus. Bitte wählen Sie einen Tag bis zum %(last)s.")
                % {"day": f"{found:%d.%m.%Y}", "last": f"{last:%d.%m.%Y}"}
            )
        return found


class SpanField(forms.TypedChoiceField):
    """The month or the year, for those who do not know the day; the value is a `Span` or None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Oder ungefähr: Monat oder Jahr"))
        super().__init__(
            choices=_spans, coerce=Span.fromisoformat, empty_value=None, required=False, **kwargs
        )


def _spans() -> list[Any]:
    """Return months and years up to now, the newest first, in groups by year."""
    now = today()
    found: list[Any] = [("", _("keine Angabe"))]
    for year in range(now.year, now.year - _YEARS_WITH_MONTHS - 1, -1):
        last = now.month if year == now.year else 12
        spans = [Span(year, month) for month in range(last, 0, -1)]
        months = [(span.isoformat(), show_when(span)) for span in spans]
        whole = (Span(year).isoformat(), _("%(year)s, Monat nicht bekannt") % {"year": year})
        found.append((str(year), [*months, whole]))
    older = range(now.year - _YEARS_WITH_MONTHS - 1, EARLIEST_YEAR - 1, -1)
    return [*found, (_("davor"), [(f"{year:04d}", str(year)) for year in older])]


def one_when(
    form: forms.Form, day_field: str, span_field: str, cleaned: dict[str, Any]
) -> dt.date | Span | None:
    """Return the day, or the month or year where only that is known.

    A day outside the chosen month or year becomes an error of ``span_field``.
    """
    day: dt.date | None = cleaned.get(day_field)
    span: Span | None = cleaned.get(span_field)
    if day is None or span is None:
        return day or span
    if not earliest(span) <= day <= latest(span):
        text = _("Der %(day)s liegt nicht in dieser Zeit. Bitte lassen Sie eines von beiden leer.")
        form.add_error(span_field, text % {"day": f"{day:%d.%m.%Y}"})
    return day


def show_when(when: dt.date | Span) -> str:
    """Return how a day, a month or a year reads."""
    if not isinstance(when, Span):
        return date_format(when, "d.m.Y")
    return str(when.year) if when.month is None else date_format(when.first, "F Y")


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
