"""The receipt: shown until noted, to one browser, never stored readably."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from komma.reporting.models import PendingReceipt
from tests.factories import as_owner
from tests.reporting.conftest import CODE, WORDS, Reporter


@pytest.fixture
def ready(reporter: Reporter) -> Reporter:
    reporter.begin(was__description=WORDS, wer__side="inside")
    return reporter


@pytest.mark.django_db
def test_the_receipt_is_shown_until_noted_then_never_again(ready: Reporter) -> None:
    ready.send()
    page = ready.get("/melden/quittung/").content.decode()
    code = ready.code()
    assert "Antwort im Postfach" in page
    assert "Orientierung, keine Rechtsberatung" in page
    assert CODE.search(ready.get("/melden/quittung/druck/").content.decode())
    response = ready.post("/melden/quittung/")
    assert response.headers["Location"] == "/postfach/"
    assert ready.client.cookies["entwurf"].value == ""
    again = ready.get("/melden/quittung/").content.decode()
    assert code not in again
    assert "kein Code mehr" in again


@pytest.mark.django_db
def test_the_receipt_ends_after_half_an_hour(ready: Reporter) -> None:
    ready.send()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=29)):
        ready.code()
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)):
        assert not CODE.search(ready.get("/melden/quittung/").content.decode())
        # A further report with the same cookie is possible although the row may still be there.
        ready.begin(was__description="Zweite Meldung.")
        assert ready.send().headers["Location"] == "/melden/quittung/"


@pytest.mark.django_db
def test_the_receipt_is_nowhere_in_the_database(ready: Reporter) -> None:
    ready.send()
    code = ready.code()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM reporting_pendingreceipt")
        raw = bytes(cursor.fetchone()[0])
    assert code.encode() not in raw
    assert raw.startswith(b"age-encryption.org")


@pytest.mark.django_db
def test_another_browser_does_not_see_the_receipt(ready: Reporter) -> None:
    ready.send()
    code = ready.code()
    page = Client().get("/melden/quittung/").content.decode()
    assert code not in page


@pytest.mark.django_db
def test_the_day_for_charges_is_the_most_cautious_one(reporter: Reporter) -> None:
    with time_machine.travel(dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)):
        reporter.begin(was__description=WORDS, wann__day_from="2.12.2025", wer__side="outside")
        reporter.send()
        page = reporter.get("/melden/quittung/").content.decode()
    assert "Montag, 2. März 2026" in page
    assert "§ 77b StGB" in page


@pytest.mark.django_db
def test_leaving_forgets_the_receipt_too(ready: Reporter) -> None:
    ready.send()
    assert "ist er weg" in ready.get("/melden/quittung/").content.decode()
    ready.post("/melden/verlassen/")
    with as_owner():
        assert PendingReceipt.objects.count() == 0
