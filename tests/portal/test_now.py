"""Help right now: who answers at this moment, and what to do."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from komma.municipalities.codes import Pillar
from komma.portal.acute import SITUATIONS
from komma.portal.helplines import Reach, helplines, reachable
from komma.prevention.catalogue import sections
from komma.procedures.guidance.catalogue import all_advice
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.towns import Town

BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY_NIGHT = dt.datetime(2026, 11, 22, 23, 30, tzinfo=BERLIN)


def at(moment: dt.datetime) -> dict[str, Reach]:
    return {each.line.name: each for each in reachable(moment)}


def test_on_a_sunday_night_only_those_around_the_clock_answer() -> None:
    found = at(SUNDAY_NIGHT)
    assert {name for name, each in found.items() if each.now.is_open} == {
        "Hilfetelefon Gewalt gegen Frauen",
        "TelefonSeelsorge",
    }
    again = found["starke Stelle"].now.again_at
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
    reach = at(dt.datetime.fromisoformat(moment).replace(tzinfo=BERLIN))["starke Stelle"].now
    assert reach.is_open is is_open
    assert (reach.until == dt.time(16, 0)) is is_open


def test_after_christmas_it_opens_on_the_next_working_day() -> None:
    reach = at(dt.datetime(2026, 12, 24, 20, 0, tzinfo=BERLIN))["starke Stelle"]
    assert reach.now.again_at == dt.datetime(2026, 12, 28, 9, 0, tzinfo=BERLIN)


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


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "line", "words"),
    [
        (SUNDAY_NIGHT, "starke Stelle", "geschlossen, morgen ab 9:00 Uhr"),
        (SUNDAY_NIGHT - dt.timedelta(days=1), "starke Stelle", "geschlossen, wieder Montag, 9:00"),
        (dt.datetime(2026, 11, 28, 5, tzinfo=BERLIN), "RING", "geschlossen, heute ab 7:00 Uhr"),
        (dt.datetime(2026, 11, 28, 7, tzinfo=BERLIN), "RING", "jetzt erreichbar , bis 22:00 Uhr"),
        (SUNDAY_NIGHT, "TelefonSeelsorge", "jetzt erreichbar , rund um die Uhr"),
    ],
)
def test_each_line_says_whether_somebody_answers_and_when_again(
    client: Client, moment: dt.datetime, line: str, words: str
) -> None:
    with time_machine.travel(moment, tick=False):
        page = words_of(client.get("/jetzt/").content.decode())
    assert f"{line} {words}" in page


@pytest.mark.django_db
def test_closed_lines_come_after_those_that_answer(client: Client) -> None:
    with time_machine.travel(SUNDAY_NIGHT, tick=False):
        response = client.get("/jetzt/")
    open_part, closed_part = response.content.decode().split("Gerade geschlossen")
    assert "0800 111 0 111" in open_part
    assert "0800 300 99 44" not in open_part
    assert "0800 300 99 44" in closed_part
    assert 'href="tel:110"' in open_part
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
def test_the_situations_open_without_a_script(client: Client) -> None:
    page = client.get("/jetzt/").content.decode()
    for situation in SITUATIONS:
        assert re.search(rf'<details[^>]+id="{situation.slug}"[^>]*>\s*<summary>', page)
    assert page.index('id="was-ist"') < page.index('id="reden"')


def enter(town: Town, hours: str) -> None:
    with as_owner():
        town.municipality.emergency_hint = "Pforte, Durchwahl 4711"
        town.municipality.land = "BY"
        town.municipality.save()
        unit = town.units[Pillar.SUPPORT]
        unit.phone, unit.hours = "0201 123-45", hours
        unit.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "moment", "words"),
    [
        ("Mo bis Do, 9 bis 15 Uhr", "2026-11-26 14:59", "jetzt erreichbar , bis 15:00 Uhr"),
        ("Mo bis Do, 9 bis 15 Uhr", "2026-11-26 15:00", "geschlossen, wieder Montag, 9:00 Uhr"),
        # Epiphany is a holiday in Bavaria, a Wednesday in 2027.
        ("Montag bis Freitag, 9 bis 15 Uhr", "2027-01-06 10:00", "geschlossen, morgen ab 9:00"),
        ("täglich 8 bis 20 Uhr", "2027-01-06 10:00", "jetzt erreichbar , bis 20:00 Uhr"),
        ("nach Vereinbarung", "2026-11-26 10:00", "selbst prüfen: nach Vereinbarung"),
        ("", "2026-11-26 10:00", "Zeiten nicht bekannt"),
    ],
)
def test_own_lines_say_it_too(
    client: Client, town: Town, hours: str, moment: str, words: str
) -> None:
    enter(town, hours)
    with time_machine.travel(dt.datetime.fromisoformat(moment).replace(tzinfo=BERLIN), tick=False):
        page = client.get("/jetzt/musterstadt/").content.decode()
    assert "Durchwahl 4711" in page
    assert 'href="tel:020112345"' in page
    name = town.units[Pillar.SUPPORT].name
    after_the_number = words_of(page).partition(f"0201 123-45 {name}")[2]
    assert words in after_the_number.partition("0800 ")[0]


@pytest.mark.django_db
def test_an_own_line_that_answers_comes_before_nationwide_ones(client: Client, town: Town) -> None:
    enter(town, "rund um die Uhr")
    page = client.get("/jetzt/musterstadt/").content.decode()
    assert page.index("0201 123-45") < page.index("0800 111 0 111")
    assert client.get("/jetzt/nirgends/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("place", "link"),
    [
        ("/", "/jetzt/"),
        ("/hilfe/", "/jetzt/"),
        ("/kommunen/", "/jetzt/"),
        ("/melden/", "/jetzt/"),
        ("/postfach/", "/jetzt/"),
        ("/anmelden/", "/jetzt/"),
        ("/diese/seite/gibt/es/nicht/", "/jetzt/"),
        ("/melden/musterstadt/", "/jetzt/musterstadt/"),
        ("/melden/musterstadt/kurz/", "/jetzt/musterstadt/"),
        ("/kommunen/musterstadt/", "/jetzt/musterstadt/"),
        ("/hilfe/musterstadt/", "/jetzt/musterstadt/"),
    ],
)
def test_each_page_leads_to_it_beside_the_number(
    client: Client, town: Town, place: str, link: str
) -> None:
    foot = client.get(place).content.decode().partition("<footer")[2]
    assert "die Polizei: 110." in foot
    assert f'href="{link}"' in foot


@pytest.mark.django_db
def test_who_is_signed_in_finds_that_of_the_own_town(town: Town) -> None:
    page = signed_in(town.one(Pillar.SUPPORT)).get("/start/").content.decode()
    assert 'href="/jetzt/musterstadt/"' in page.partition("<footer")[2]


@pytest.mark.django_db
def test_the_start_page_names_it_before_the_doors(client: Client) -> None:
    page = client.get("/").content.decode()
    assert page.index('href="/jetzt/"') < page.index('class="komma-doors"')


def test_everybody_gives_the_same_advice_on_a_threatening_letter() -> None:
    """Paper, not plastic: what sweats loses traces."""
    (post,) = (str(each.keep) for each in SITUATIONS if each.slug == "post")
    sheet = sections()["post"].text
    (letter,) = (each.text for each in all_advice() if each.id == "brief")
    for text in (post, sheet, letter):
        assert "Papiertüte oder einen Papierumschlag" in text
        assert "der Polizei geben" in text
