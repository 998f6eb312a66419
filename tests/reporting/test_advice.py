"""What a reporter can do now: in the mailbox, on paper, and in short beside the code."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from komma.municipalities.codes import Pillar
from tests.factories.clients import signed_in
from tests.reporting.conftest import WORDS, Reporter

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)
PAGES = ["/postfach/was-tun/", "/postfach/was-tun/druck/"]


@pytest.fixture
def threatened(reporter: Reporter) -> Reporter:
    with time_machine.travel(NOW):
        reporter.begin(
            was__description=WORDS,
            was__forms=["threat"],
            aufgabe__affected_role="council",
            wann__day_from="2.12.2025",
            wann__channels=["mail"],
            wer__side="outside",
        )
        reporter.send()
    return reporter


@pytest.mark.parametrize("address", PAGES)
def test_it_is_composed_from_the_report(threatened: Reporter, address: str) -> None:
    with time_machine.travel(NOW):
        threatened.open_mailbox()
        page = threatened.get(address).content.decode()
    for words in (
        "In Gefahr: 110",
        "Nehmen Sie niemanden heimlich auf.",
        "Behalten Sie die E-Mail im Original.",
        "Dann stellen Sie den Antrag selbst.",
        "bis Montag, 2. März 2026",
        "starke Stelle",
        "Bedrohung</strong> kommt in Betracht.",
        "Auskunftssperre",
        "Auch Tage oder Wochen später hilft ein Gespräch",
        "Auch im Ehrenamt und im Rat",
        "zuletzt geprüft am 22.11.2026",
        "Orientierung, keine Rechtsberatung",
    ):
        assert words in page, words
    assert "Antidiskriminierungsstelle" not in page
    assert "48 Stunden" not in page, "seventy days later they are over"
    assert WORDS not in page, "on a screen somebody may look at, the report need not stand again"


def test_safety_stands_first(threatened: Reporter) -> None:
    with time_machine.travel(NOW):
        threatened.open_mailbox()
        page = threatened.get(PAGES[0]).content.decode()
    places = [page.index(f'id="rat-{topic}"') for topic in ("safety", "evidence", "deadlines")]
    assert places == sorted(places)


def test_the_mailbox_leads_there_and_shows_the_deadlines(threatened: Reporter) -> None:
    with time_machine.travel(NOW):
        page = threatened.open_mailbox()
        printed = threatened.get("/postfach/druck/").content.decode()
    assert 'href="/postfach/was-tun/"' in page
    for shown in (page, printed):
        assert "Ihre Fristen" in shown
        assert "bis Montag, 2. März 2026" in shown
        assert "§\N{NO-BREAK SPACE}77b StGB" in shown


def test_the_receipt_tells_the_most_important_and_costs_no_further_query(
    threatened: Reporter,
) -> None:
    with time_machine.travel(NOW), CaptureQueriesContext(connection) as captured:
        page = threatened.get("/melden/quittung/").content.decode()
    assert "In Gefahr: 110" in page
    assert "bis Montag, 2. März 2026" in page
    assert 'href="/postfach/was-tun/"' in page
    tables = [query["sql"] for query in captured if "FROM" in query["sql"]]
    assert len(tables) == 1, "the pending receipt alone"


def test_without_a_day_the_receipt_gives_the_length(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS, wer__side="outside")
    reporter.send()
    page = reporter.get("/melden/quittung/").content.decode()
    assert "3 Monate – hier nicht zu zählen, weil der Tag fehlt." in " ".join(page.split())
    assert "Oft helfen Kalender" in page


def test_what_is_over_is_said_and_not_hidden(reporter: Reporter) -> None:
    with time_machine.travel(NOW):
        reporter.begin(was__description=WORDS, wann__day_from="2.10.2025", wer__side="outside")
        reporter.send()
        page = reporter.open_mailbox()
    assert "rechnerisch zu Ende gegangen am Freitag, 2. Januar 2026" in page
    assert "Lassen Sie es trotzdem prüfen" in page


@pytest.mark.parametrize("address", [*PAGES, "/postfach/untaetig/"])
def test_only_the_opened_mailbox_shows_it(
    threatened: Reporter, town: Town, other_town: Town, address: str
) -> None:
    """Neither somebody without the code, nor staff: these have a page of their own."""
    for client in (
        Client(),
        signed_in(town.one(Pillar.ASSAULT)),
        signed_in(town.one(Pillar.COMPLAINT)),
        signed_in(other_town.one(Pillar.ASSAULT)),
    ):
        response = client.get(address)
        assert response.headers["Location"] == "/postfach/"


def test_a_receipt_shows_its_own_report_only(threatened: Reporter, town: Town) -> None:
    other = Reporter(town)
    other.begin(was__description="Anderes.", was__forms=["damage"], wer__side="outside")
    other.send()
    other.open_mailbox()
    page = other.get(PAGES[0]).content.decode()
    assert "Sachbeschädigung</strong>" in page
    assert "Bedrohung</strong>" not in page
