"""Drafts: sealed, of one browser only, ended in time, left at once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone

from komma.reporting import actions
from komma.reporting.cookies import draft_keys
from komma.reporting.models import Draft, DraftFile, PendingReceipt
from tests.factories import as_owner, as_worker
from tests.reporting.conftest import WORDS, Reporter

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


def drafts() -> list[Draft]:
    with as_owner():
        return list(Draft.objects.all())


def test_nothing_in_the_database_tells_what_was_typed(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS, wer__causer_names="Herr Beispiel", wunsch__wish_note="w")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT d::text FROM reporting_draft d")
        row = cursor.fetchone()[0]
        cursor.execute("SELECT answers, secret FROM reporting_draft")
        raw = b"".join(bytes(value) for value in cursor.fetchone())
    for word in ("wohnst", "Beispiel", "description"):
        assert word not in row
        assert word.encode() not in raw
    cookie = reporter.client.cookies["entwurf"].value
    assert cookie not in row
    assert raw.count(b"age-encryption.org/v1") == 2


def test_no_row_before_the_first_answer(reporter: Reporter) -> None:
    reporter.get()
    reporter.get("bericht/wen/")
    reporter.get("kurz/")
    assert drafts() == []


def test_the_cookie_is_narrow(reporter: Reporter, settings: Any) -> None:
    reporter.get("bericht/wen/")
    cookie = reporter.client.cookies["entwurf"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/melden/"
    assert cookie["max-age"] == ""
    settings.SECURE = True
    other = Reporter(reporter.town)
    other.get("bericht/wen/")
    assert other.client.cookies["entwurf"]["secure"]


def test_another_browser_sees_nothing(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    other = Reporter(reporter.town)
    assert "Weiterschreiben" not in other.get().content.decode()
    assert other.get("bericht/was/").status_code == 302
    other.client.cookies["entwurf"] = "00" * 32
    assert (
        "wohnst"
        not in other.get(
            "bericht/was/",
        ).content.decode()
    )
    assert "wohnst" not in other.get("bericht/pruefen/").content.decode()
    other.client.cookies["entwurf"] = "kein hex"
    assert other.get("bericht/pruefen/").status_code == 200


def test_the_database_hides_drafts_without_their_cookie(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    assert len(drafts()) == 1
    actions.discard(b"x" * 32)  # acts with another cookie
    assert list(Draft.objects.all()) == []
    assert list(DraftFile.objects.all()) == []


def test_resuming_on_the_same_device(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    page = reporter.get().content.decode()
    assert "Weiterschreiben" in page
    assert "bericht/was/" in page
    assert "wohnst" in reporter.get("bericht/was/").content.decode()


def test_a_draft_ends_at_a_full_hour_after_a_day(reporter: Reporter) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 10, 17, tzinfo=dt.UTC), tick=False):
        reporter.begin(was__description=WORDS)
        (draft,) = drafts()
    assert draft.expires_at == dt.datetime(2026, 11, 23, 11, 0, tzinfo=dt.UTC)
    with time_machine.travel(draft.expires_at, tick=False):
        assert "nichts mehr zu senden" in reporter.get("bericht/pruefen/").content.decode()
        # What is typed into an old page is not lost: it begins a new draft.
        reporter.step("was", description="Noch einmal.")
        assert "Noch einmal." in reporter.get("bericht/pruefen/").content.decode()


def test_the_worker_deletes_what_has_ended_and_nothing_else(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    with as_worker():
        actions.delete_expired()
    assert len(drafts()) == 1
    with time_machine.travel(timezone.now() + dt.timedelta(hours=26)), as_worker():
        actions.delete_expired()
    assert drafts() == []


def test_leaving_deletes_the_draft_and_clears_the_browser(
    reporter: Reporter, settings: Any
) -> None:
    reporter.begin(was__description=WORDS)
    response = reporter.post("/melden/verlassen/")
    assert response.status_code == 303
    assert response.headers["Location"] == settings.KOMMA_LEAVE_TARGET
    assert response.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert drafts() == []
    assert reporter.client.cookies["entwurf"].value == ""
    assert reporter.client.cookies["postfach"].value == ""


def test_leaving_works_without_a_token_and_without_a_draft(town: Town) -> None:
    response = Client(enforce_csrf_checks=True).post("/melden/verlassen/")
    assert response.status_code == 303


def test_a_foreign_site_cannot_make_somebody_leave(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    response = reporter.client.post("/melden/verlassen/", headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 303
    assert "Clear-Site-Data" not in response.headers
    assert len(drafts()) == 1


def test_the_leave_bar_points_there(reporter: Reporter) -> None:
    assert 'action="/melden/verlassen/"' in reporter.get().content.decode()


def test_starting_anew_deletes_the_draft(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    reporter.post("neu/")
    assert drafts() == []


def test_a_draft_for_another_town_is_not_mixed_in(reporter: Reporter, other_town: Town) -> None:
    reporter.begin(was__description=WORDS)
    there = Reporter(other_town, reporter.client)
    assert there.get("bericht/was/").headers["Location"] == there.base
    assert "Musterstadt" in there.get().content.decode()
    assert (
        "wohnst"
        not in there.get(
            "bericht/pruefen/",
        ).content.decode()
    )
    page = there.post("kurz/", {"description": "Anderes"}).content.decode()
    assert "Anderes" in page
    assert "noch eine Meldung an eine andere Kommune" in page


def test_the_account_session_is_not_touched(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    assert "sitzung" not in reporter.client.cookies
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_sealedsession")
        assert cursor.fetchone() == (0,)


def test_a_swapped_public_key_is_never_sealed_to(reporter: Reporter) -> None:
    from komma.core.vault.keys import new_key_pair
    from komma.reporting.queries import open_draft

    reporter.begin(was__description=WORDS)
    thief = new_key_pair()
    with as_owner():
        Draft.objects.update(public=thief.public)
    found = open_draft(bytes.fromhex(reporter.client.cookies["entwurf"].value))
    assert found is not None
    assert found.keys.public != thief.public


def test_receipts_end_with_the_worker_too(reporter: Reporter) -> None:
    reporter.begin(was__description=WORDS)
    reporter.send()
    with as_owner():
        assert PendingReceipt.objects.count() == 1
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=31)), as_worker():
        actions.delete_expired()
    with as_owner():
        assert PendingReceipt.objects.count() == 0


def test_draft_keys_depend_on_the_cookie() -> None:
    assert draft_keys(b"a" * 32).lookup != draft_keys(b"b" * 32).lookup
