"""Where the day is not known but the month or the year: what can be chosen, and how it reads."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from komma.core.dates import Span, earliest, latest, read_when, years_after
from komma.core.ui.days import ComingDayField, PastDayField, SpanField, one_when, show_when

MONTHS = st.builds(Span, st.integers(1990, 2100), st.integers(1, 12))
SPANS = MONTHS | st.builds(Span, st.integers(1990, 2100))


@pytest.fixture(autouse=True)
def _november() -> Any:
    with time_machine.travel(dt.datetime(2026, 11, 10, 9, tzinfo=dt.UTC), tick=False):
        yield


class When(forms.Form):
    day = PastDayField(required=False)
    around = SpanField()

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        return found | {"when": one_when(self, "day", "around", found)}


@given(SPANS)
def test_a_month_or_year_is_read_as_it_was_written(span: Span) -> None:
    assert read_when(span.isoformat()) == span


@given(MONTHS)
def test_a_month_holds_its_days_and_no_others(month: Span) -> None:
    assert month.first.day == 1
    assert {month.first.month, month.last.month} == {month.month}
    assert (month.last + dt.timedelta(days=1)).day == 1


@given(st.dates())
def test_a_day_stays_a_day(day: dt.date) -> None:
    assert read_when(day.isoformat()) == day
    assert earliest(day) == latest(day) == day


@pytest.mark.parametrize("text", ["", None, "2026-13", "2026-00", "26-10", "0000", "im Oktober"])
def test_what_is_neither_is_nothing(text: str | None) -> None:
    assert read_when(text) is None


def choices() -> dict[str, str]:
    groups = [label for _, label in When().fields["around"].choices[1:]]  # type: ignore[attr-defined]
    return {value: str(label) for group in groups for value, label in group}


def test_months_up_to_now_can_be_chosen_and_older_years() -> None:
    offered = choices()
    assert next(iter(offered)) == "2026-11"
    assert offered["2026-10"] == "Oktober 2026"
    assert offered["2026"] == "2026, Monat nicht bekannt"
    assert offered["1990"] == "1990"
    assert not {"2026-12", "2027", "1989"} & offered.keys()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({"around": "2026-10"}, Span(2026, 10)),
        ({"day": "3.10.2026"}, dt.date(2026, 10, 3)),
        ({"day": "3.10.2026", "around": "2026-10"}, dt.date(2026, 10, 3)),
        ({"day": "3.10.2026", "around": "2026"}, dt.date(2026, 10, 3)),
        ({}, None),
    ],
)
def test_the_day_counts_and_else_the_month(typed: dict[str, str], found: object) -> None:
    form = When(typed)
    assert form.is_valid()
    assert form.cleaned_data["when"] == found


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"day": "3.9.2026", "around": "2026-10"}, "Der 03.09.2026 liegt nicht in dieser Zeit"),
        ({"around": "2026-12"}, "Auswahl"),
        ({"around": "1989"}, "Auswahl"),
    ],
)
def test_what_does_not_fit_is_said_and_stays(typed: dict[str, str], words: str) -> None:
    form = When(typed)
    assert not form.is_valid()
    assert words in str(form.errors["around"])
    assert form["around"].value() == typed["around"]


def test_how_it_reads() -> None:
    assert show_when(Span(2026, 10)) == "Oktober 2026"
    assert show_when(Span(2025)) == "2025"
    assert show_when(dt.date(2026, 10, 3)) == "03.10.2026"


def refused(field: forms.Field, typed: str) -> str:
    """Return what a field says to what was typed, an empty string where it takes it."""
    try:
        field.clean(typed)
    except forms.ValidationError as error:
        return str(error.messages[0])
    return ""


def test_only_beside_a_choice_of_months_it_is_offered() -> None:
    assert "oder wählen Sie Monat oder Jahr." in refused(PastDayField(beside_span=True), "neulich")
    alone = refused(PastDayField(), "neulich")
    assert alone.endswith("Schreiben Sie zum Beispiel 22.11.2026.")


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("9.11.2026", False),
        ("10.11.2026", True),
        ("10.11.2028", True),
        ("11.11.2028", False),
        ("1.1.2099", False),
        ("1.1.2399", False),
    ],
)
def test_a_coming_day_has_a_last_one(typed: str, fits: bool) -> None:
    said = refused(ComingDayField(years=2), typed)
    assert (said == "") == fits
    if "2099" in typed:
        assert said.endswith("Bitte wählen Sie einen Tag bis zum 10.11.2028.")
        assert refused(ComingDayField(), typed) == ""


def test_two_years_after_the_leap_day() -> None:
    assert years_after(dt.date(2028, 2, 29), 2) == dt.date(2030, 2, 28)
    assert years_after(dt.date(2028, 2, 29), 4) == dt.date(2032, 2, 29)
