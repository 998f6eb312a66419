"""Acute danger: what to do now comes before any further question, and nothing is lost by it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.factories import as_owner
from tests.reporting.conftest import WORDS, Reporter

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

LOCAL = "Pforte, Durchwahl 4711"


@pytest.fixture
def writer(reporter: Reporter, town: Town) -> Reporter:
    with as_owner():
        town.municipality.emergency_hint = LOCAL
        town.municipality.save()
    reporter.begin(was__description=WORDS)
    return reporter


def test_danger_stops_once_and_then_goes_on(writer: Reporter) -> None:
    typed = {"danger": "yes", "danger_note": "Er steht vor der Tür.", "weiter": "1"}
    response = writer.step("gefahr", **typed)
    page = response.content.decode()
    assert response.status_code == 200
    assert "zuerst in Sicherheit</h1>" in page
    assert page.index("tel:110") < page.index(LOCAL) < page.index('name="weiter"')
    assert 'name="danger"' in page
    assert 'type="radio"' not in page  # a stop of its own, not the question again
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden.pop("csrfmiddlewaretoken")
    assert hidden == {
        "danger": "yes",
        "danger_note": "Er steht vor der Tür.",
        "gesehen": "gefahr",
    }
    onward = writer.step("gefahr", **hidden, weiter="1")
    assert onward.headers["Location"].endswith("/bericht/dateien/")
    question = writer.get("bericht/gefahr/").content.decode()
    assert "Er steht vor der Tür." in question
    assert re.search(r'value="yes"[^>]*checked', question)


def test_whoever_leaves_at_the_stop_has_lost_nothing(writer: Reporter) -> None:
    writer.step("gefahr", danger="yes", danger_note="Hilfe")
    summary = writer.get("bericht/pruefen/").content.decode()
    assert "ja, es besteht gerade Gefahr" in summary
    assert LOCAL in summary


@pytest.mark.parametrize("danger", ["no", "unsure", ""])
def test_without_danger_nobody_is_stopped(writer: Reporter, danger: str) -> None:
    assert writer.step("gefahr", danger=danger).status_code == 302


def test_back_is_not_stopped(writer: Reporter) -> None:
    response = writer.step("gefahr", danger="yes", zurueck="1")
    assert response.headers["Location"].endswith("/bericht/grund/")


def test_a_change_from_the_summary_leads_back_there(writer: Reporter) -> None:
    path = "bericht/gefahr/?ziel=pruefen"
    assert "?ziel=pruefen" in writer.post(path, {"danger": "yes"}).content.decode()
    onward = writer.post(path, {"danger": "yes", "gesehen": "gefahr"})
    assert onward.headers["Location"].endswith("/bericht/pruefen/")


@pytest.mark.parametrize(("danger", "shown"), [("yes", True), ("no", False)])
def test_the_receipt_begins_with_what_to_do(writer: Reporter, danger: str, shown: bool) -> None:
    writer.post("kurz/", {"description": WORDS, "danger": danger})
    page = writer.get("/melden/quittung/").content.decode()
    assert ("tel:110" in page) is shown
    if shown:
        assert page.index("tel:110") < page.index(LOCAL) < page.index("<h1")
