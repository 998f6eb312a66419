"""What people type: days in German, long and exotic texts; rules on addresses and limits."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from komma.core.ui.days import PastDayField, read_day
from komma.reporting.forms.fields import SealedTextField
from komma.reporting.rules import is_own_domain, pillar_for

TODAY = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-02-03", dt.date(2026, 2, 3)),
        ("3.2.2026", dt.date(2026, 2, 3)),
        ("03.02.26", dt.date(2026, 2, 3)),
        ("3/2/2026", dt.date(2026, 2, 3)),
        (" 3. Februar 2026 ", dt.date(2026, 2, 3)),
        ("3. Feb. 2026", dt.date(2026, 2, 3)),
        ("1 märz 2026", dt.date(2026, 3, 1)),
        ("1. Maerz 2026", dt.date(2026, 3, 1)),
        ("3.2.99", dt.date(1999, 2, 3)),
        ("heute", dt.date(2026, 11, 22)),
        ("Gestern", dt.date(2026, 11, 21)),
        ("31.02.2026", None),
        ("neulich", None),
        ("2026", None),
        ("00.00.0000", None),
    ],
)
def test_days_are_read_as_germans_write_them(typed: str, day: dt.date | None) -> None:
    with time_machine.travel(TODAY):
        assert read_day(typed) == day


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("23.11.2026", "liegt in der Zukunft"),
        ("31.12.1989", "liegt vor 1990"),
        ("31.02.2026", "„31.02.2026“ lesen wir nicht"),
    ],
)
def test_impossible_days_are_told_plainly(typed: str, message: str) -> None:
    with time_machine.travel(TODAY), pytest.raises(ValidationError, match=message):
        PastDayField().clean(typed)


@given(st.text(max_size=40))
def test_no_text_crashes_the_day_field(typed: str) -> None:
    try:
        PastDayField(required=False).clean(typed)
    except ValidationError:
        return


@given(st.text(max_size=300))
def test_text_keeps_everything_but_control_characters(text: str) -> None:
    cleaned = SealedTextField(required=False).clean(text)
    kept = {char for char in text if char >= " " and char != "\x7f"} - set("\xa0")
    assert {char for char in kept if not char.isspace()} <= set(cleaned)
    assert "\0" not in cleaned
    assert "\r" not in cleaned


def test_the_browser_never_cuts_a_text_off() -> None:
    assert "maxlength" not in SealedTextField().widget.attrs


def test_line_breaks_become_one_kind() -> None:
    assert SealedTextField().clean("a\r\nb\rc") == "a\nb\nc"


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("a@stadt.de", True),
        ("A@STADT.DE", True),
        ("a@mail.stadt.de.", True),
        ("a@meinestadt.de", False),
        ("a@stadt.de.example", False),
        ("", False),
    ],
)
def test_own_domains(address: str, expected: bool) -> None:
    assert is_own_domain(address, ["@stadt.de", ""]) is expected


def test_no_formal_procedure_by_accident() -> None:
    assert pillar_for("inside", "") == "support"
    assert pillar_for("unknown", "assault") == "support"
    assert pillar_for("outside", "complaint") == "assault"
