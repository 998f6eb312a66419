"""The mailbox: found by the receipt alone, forgiving, never losing what was typed."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from komma.cases.codes import EntryKind, Status
from komma.core.vault.receipts import new_receipt
from komma.municipalities.codes import Pillar
from komma.reporting.views import opening
from tests.reporting.conftest import WORDS, Reporter, all_cases, read_as

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(reporter: Reporter) -> str:
    """Send a report and note the code; the mailbox is not open yet."""
    reporter.begin(was__description=WORDS, wer__side="outside")
    reporter.send()
    found = reporter.code()
    reporter.post("/melden/quittung/")
    return found


@pytest.fixture
def opened(reporter: Reporter, code: str) -> Reporter:
    reporter.post("/postfach/", {"receipt": code})
    return reporter


def later(minutes: int) -> Any:
    return time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "change",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " – "),
        lambda code: f"  {code.replace('0', 'o').replace('1', 'l')}\n",
    ],
)
def test_the_field_forgives(reporter: Reporter, code: str, change: Any) -> None:
    assert reporter.post("/postfach/", {"receipt": change(code)}).status_code == 302


def swapped(code: str) -> str:
    plain = code.replace("-", "")
    place = next(n for n in range(19) if plain[n] != plain[n + 1])
    return plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (swapped, "vertauscht"),
        (lambda code: code[:-3], "fehlen Zeichen"),
        (lambda code: code + "7", "vertippt"),
        (lambda code: "Ü" * 500, "vertippt"),
        (lambda code: "", "geben Sie Ihren Code ein"),
        (lambda code: new_receipt(), "kein Postfach"),
    ],
)
def test_mistakes_are_named(reporter: Reporter, code: str, typed: Any, message: str) -> None:
    response = reporter.post("/postfach/", {"receipt": typed(code)})
    assert response.status_code == 200
    assert message in response.content.decode()
    assert "postfach" not in reporter.client.cookies


def test_many_tries_are_slowed_down(reporter: Reporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "TRIES", 2)
    statuses = [
        reporter.post("/postfach/", {"receipt": new_receipt()}).status_code for _ in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_the_page_shows_status_messages_and_openings(opened: Reporter) -> None:
    page = opened.get("/postfach/").content.decode()
    assert "Eingegangen" in page
    assert "Noch niemand" in page
    assert "wohnst" in page
    assert "<title>Informationen</title>" in page


def test_the_cookie_is_narrow_and_opens_nothing_by_itself(opened: Reporter) -> None:
    cookie = opened.client.cookies["postfach"]
    assert cookie["path"] == "/postfach/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert "AGE-SECRET" not in cookie.value


def test_a_changed_cookie_opens_nothing(opened: Reporter) -> None:
    value = opened.client.cookies["postfach"].value
    opened.client.cookies["postfach"] = value[:-8] + "AAAAAAA="
    assert "Postfach öffnen" in opened.get("/postfach/").content.decode()
    assert opened.get("/postfach/druck/").status_code == 302


def test_the_mailbox_closes_after_idle_time_and_slides(opened: Reporter) -> None:
    with later(20):
        assert "wohnst" in opened.get("/postfach/").content.decode()
    with later(45):
        assert "wohnst" in opened.get("/postfach/").content.decode()
    with later(80):
        assert "Postfach öffnen" in opened.get("/postfach/").content.decode()


def test_a_message_reaches_the_handlers(opened: Reporter, town: Town) -> None:
    text = "Ergänzung: \U0001f621\x00 שלום <b>fett</b>"
    response = opened.post("/postfach/nachricht/", {"text": text})
    assert response.headers["Location"] == "/postfach/?neu=nachricht"
    page = opened.get("/postfach/?neu=nachricht").content.decode()
    assert "ist angekommen" in page
    assert "שלום &lt;b&gt;fett&lt;/b&gt;" in page
    entry = read_as(town.one(Pillar.ASSAULT))[1]
    assert entry.text == text.replace("\x00", "")
    assert all_cases()[0].news_for_holders


def test_a_text_that_is_too_long_stays_there(opened: Reporter) -> None:
    text = "Ä" * 20_001
    page = opened.post("/postfach/nachricht/", {"text": text}).content.decode()
    assert "20.001 Zeichen" in page
    assert text in page
    assert opened.post("/postfach/nachricht/", {"text": text[1:]}).status_code == 302


def test_an_empty_message_is_asked_for(opened: Reporter) -> None:
    page = opened.post("/postfach/nachricht/", {"text": "  "}).content.decode()
    assert "Bitte schreiben Sie etwas" in page


def test_the_same_form_twice_is_one_message(opened: Reporter, town: Town) -> None:
    page = opened.get("/postfach/").content.decode()
    token = re.search(r'name="token" value="([0-9a-f]+)"', page)
    assert token
    for _ in range(2):
        opened.post("/postfach/nachricht/", {"text": "einmal", "token": token[1]})
    assert len(read_as(town.one(Pillar.ASSAULT))) == 2


def test_text_typed_into_a_closed_mailbox_is_sent_with_the_code(
    opened: Reporter, code: str, town: Town
) -> None:
    with later(40):
        page = opened.post("/postfach/nachricht/", {"text": "Wichtig!", "token": "abc"})
        shown = page.content.decode()
        assert "Wichtig!" in shown
        assert 'name="token" value="abc"' in shown
        wrong = opened.post(
            "/postfach/nachricht/", {"text": "Wichtig!", "token": "abc", "receipt": code[:-1]}
        ).content.decode()
        assert "fehlen Zeichen" in wrong
        assert "Wichtig!" in wrong
        sent = opened.post(
            "/postfach/nachricht/", {"text": "Wichtig!", "token": "abc", "receipt": code}
        )
        assert sent.status_code == 302
    assert read_as(town.one(Pillar.ASSAULT))[1].text == "Wichtig!"


def test_a_diary_entry(opened: Reporter, town: Town) -> None:
    assert opened.get("/postfach/tagebuch/").status_code == 200
    bad = opened.post("/postfach/tagebuch/", {"text": "Wieder er.", "day_from": "morgen"})
    assert "Wieder er." in bad.content.decode()
    good = opened.post("/postfach/tagebuch/", {"text": "Wieder er.", "day_from": "gestern"})
    assert good.status_code == 302
    entry = read_as(town.one(Pillar.ASSAULT))[1]
    assert entry.kind == EntryKind.DIARY
    assert "day_from" in entry.body["facts"]


def test_withdrawing(opened: Reporter, town: Town) -> None:
    assert "zurückziehen?" in opened.get("/postfach/zurueckziehen/").content.decode()
    assert all_cases()[0].status == Status.RECEIVED
    opened.post("/postfach/zurueckziehen/", {"text": "Es hat sich geklärt."})
    assert all_cases()[0].status == Status.WITHDRAWN
    page = opened.get("/postfach/").content.decode()
    assert "Zurückgezogen" in page
    assert "/postfach/zurueckziehen/" not in page
    assert read_as(town.one(Pillar.ASSAULT))[1].kind == EntryKind.WITHDRAWAL


def test_asking_for_deletion(opened: Reporter, town: Town) -> None:
    assert "Um Löschung bitten?" in opened.get("/postfach/loeschen/").content.decode()
    opened.post("/postfach/loeschen/")
    assert read_as(town.one(Pillar.ASSAULT))[1].kind == EntryKind.DELETION_REQUEST


def test_closing(opened: Reporter) -> None:
    response = opened.post("/postfach/schliessen/")
    assert opened.client.cookies["postfach"].value == ""
    assert "geschlossen" in opened.get(response.headers["Location"]).content.decode()


def test_printing(opened: Reporter) -> None:
    page = opened.get("/postfach/druck/").content.decode()
    assert "wohnst" in page
    assert "Seite verlassen" not in page


@pytest.mark.parametrize(
    "path",
    [
        "tagebuch/",
        "zurueckziehen/",
        "loeschen/",
        "druck/",
        "datei/%s/" % ("0" * 8 + "-0000-4000-8000-" + "0" * 12),
    ],
)
def test_without_the_receipt_every_page_leads_to_the_door(path: str) -> None:
    response = Client().get(f"/postfach/{path}")
    assert response.headers["Location"] == "/postfach/"


def test_a_receipt_opens_its_own_case_only(opened: Reporter, town: Town) -> None:
    other = Reporter(town)
    other.begin(was__description="Eine andere Meldung.")
    other.send()
    page = other.open_mailbox()
    assert "Eine andere Meldung." in page
    assert "wohnst" not in page


def test_queries_do_not_grow_with_messages(opened: Reporter) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            opened.get("/postfach/")
        return len(captured)

    few = queries()
    for number in range(3):
        opened.post("/postfach/nachricht/", {"text": f"Nachricht {number}"})
    assert queries() == few


def test_nothing_in_the_requests_touches_an_account(opened: Reporter) -> None:
    assert set(opened.client.cookies) <= {"entwurf", "postfach", "csrftoken", "csrf"}


def test_a_late_answer_is_owned_up_to(reporter: Reporter, code: str) -> None:
    reporter.post("/postfach/", {"receipt": code})
    page = reporter.get("/postfach/").content.decode()
    assert "Antwort bis" in page
    assert "nicht gehalten" not in page
    with later(minutes=10 * 24 * 60):
        reporter.post("/postfach/", {"receipt": code})
        page = reporter.get("/postfach/").content.decode()
    assert "Das haben wir nicht gehalten" in page
    assert "Antwort bis" not in page.replace("Zugesagt war eine Antwort bis", "")
