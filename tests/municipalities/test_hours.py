"""Opening hours as people write them: read where that is certain, never guessed."""

from __future__ import annotations

import datetime as dt

import pytest

from komma.municipalities.contacts import dial
from komma.municipalities.hours import read_hours, standing

MONDAY = dt.date(2026, 11, 23)


def is_open(hours: str, day: int, time: str) -> bool | None:
    """Tell whether somebody answers on a day (Monday is 1), by what was written."""
    openings = read_hours(hours)
    assert openings is not None
    moment = dt.datetime.combine(MONDAY + dt.timedelta(days=day - 1), dt.time.fromisoformat(time))
    return standing(openings, moment, lambda _day: False).is_open


@pytest.mark.parametrize(
    ("hours", "open_at", "closed_at"),
    [
        ("Montag bis Donnerstag, 9 bis 15 Uhr", (4, "14:59"), (5, "10:00")),
        ("Mo-Fr 9-12 und 13-16 Uhr", (5, "13:00"), (5, "12:30")),
        ("Mo.–Do. 8:30–16.00 Uhr, Fr. 8:30–12 Uhr", (5, "11:59"), (5, "12:00")),
        ("montags, mittwochs und freitags von 9:00 Uhr bis 11:00 Uhr", (3, "9:00"), (2, "9:00")),
        ("Sonnabend 10 bis 12 Uhr", (6, "10:00"), (7, "10:00")),
        ("Samstag bis Montag 18 bis 24 Uhr", (1, "23:59"), (2, "18:00")),
    ],
)
def test_what_people_write_is_read(
    hours: str, open_at: tuple[int, str], closed_at: tuple[int, str]
) -> None:
    assert is_open(hours, open_at[0], open_at[1].zfill(5)) is True
    assert is_open(hours, closed_at[0], closed_at[1].zfill(5)) is False


def test_around_the_clock() -> None:
    assert is_open("rund um die Uhr", 7, "03:00") is True


@pytest.mark.parametrize(
    "hours",
    [
        "",
        "nach Vereinbarung",
        "Montag bis Freitag",
        "9 bis 15 Uhr",
        "Montag bis Freitag, 9 bis 15 Uhr und nach Vereinbarung",
        "jeden ersten Montag, 9 bis 15 Uhr",
        "Mo-Fr ab 9 Uhr",
        "Mo-Fr 22 bis 6 Uhr",
        "Mo-Fr 9 bis 25 Uhr",
        "Mo 9-12 Uhr, Di",
        "Montag bis Freitag, außer an Feiertagen, 9 bis 15 Uhr",
    ],
)
def test_what_is_unclear_is_not_guessed(hours: str) -> None:
    assert read_hours(hours) is None


@pytest.mark.parametrize(
    ("number", "dialled"),
    [
        ("0201 / 123-45", "020112345"),
        ("+49 (0)201 123", "+49201123"),
        ("(0201) 123", "0201123"),
    ],
)
def test_a_number_is_dialled_without_its_signs(number: str, dialled: str) -> None:
    assert dial(number) == dialled
