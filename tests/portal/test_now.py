"""Help right now: who answers at this moment, and what to do."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from komma.municipalities.codes import Pillar
from komma.portal.acute import SITUATIONS
from komma.portal.helplines import Reach, helplines, reachable
from tests.factories import as_owner
from tests.factories.towns import Town

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY_NIGHT = dt.datetime(2026, 11, 22, 23, 30, tzinfo=BERLIN)


def at(moment: dt.datetime) -> dict[str, Reach]:
    return {each.line.name: each for each in reachable(moment)}


def test_on_a_sunday_night_only_those_around_the_clock_answer() -> None:
    found = at(SUNDAY_NIGHT)
    assert {name for name, each in found.items() if each.is_open} == {
        "Hilfetelefon Gewalt gegen Frauen",
        "TelefonSeelsorge",
    }
    again = found["starke Stelle"].again_at
    assert again == dt.datetime(2026, 11, 23, 9, 0, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23 08:59", False),
        ("2026-11-23 09:00", True),
        ("2026-11-23 15:59", True),
        ("2026-11-23 16:00", False),
        ("2026-11-28 10:00", False),  # Saturday
        ("2026-12-25 10:00", False),  # a Friday, and Christmas
    ],
)
def test_hours_count_to_the_minute(moment: str, is_open: bool) -> None:
    reach = at(dt.datetime.fromisoformat(moment).replace(tzinfo=BERLIN))["starke Stelle"]
    assert reach.is_open is is_open
    assert (reach.until == dt.time(16, 0)) is is_open


def test_after_christmas_it_opens_on_the_next_working_day() -> None:
    reach = at(dt.datetime(2026, 12, 24, 20, 0, tzinfo=BERLIN))["starke Stelle"]
    assert reach.again_at == dt.datetime(2026, 12, 28, 9, 0, tzinfo=BERLIN)


def test_the_text_and_the_hours_agree() -> None:
    """What is written and what is counted must not drift apart."""
    for line in helplines():
        if line.is_always_open:
            assert line.hours == "rund um die Uhr"
        else:
            begins = {str(opening.begins.hour) for opening in line.opening}
            assert all(number in line.hours for number in begins), line.name


def test_six_situations_with_five_steps() -> None:
    assert [len(situation.steps) for situation in SITUATIONS] == [5] * 6


@pytest.mark.django_db
def test_the_page_shows_closed_lines_as_closed(client: Client) -> None:
    with time_machine.travel(SUNDAY_NIGHT, tick=False):
        page = client.get("/jetzt/").content.decode()
    open_part, closed_part = page.split("Gerade geschlossen")
    assert "0800 111 0 111" in open_part
    assert "0800 300 99 44" not in open_part
    assert "wieder Montag, 9:00 Uhr" in " ".join(closed_part.split())
    assert 'href="tel:110"' in open_part
    assert "Set-Cookie" not in client.get("/jetzt/").headers


@pytest.mark.django_db
def test_a_municipality_adds_its_own_ways(client: Client, town: Town) -> None:
    with as_owner():
        town.municipality.emergency_hint = "Pforte, Durchwahl 4711"
        town.municipality.save()
        unit = town.units[Pillar.SUPPORT]
        unit.phone, unit.hours = "0201 123-45", "Montag bis Freitag"
        unit.save()
    page = client.get("/jetzt/musterstadt/").content.decode()
    assert "Durchwahl 4711" in page
    assert 'href="tel:020112345"' in page
    assert client.get("/jetzt/nirgends/").status_code == 404
