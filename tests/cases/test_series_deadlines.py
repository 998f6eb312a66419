"""Several incidents: a period of its own runs for each, and the last may still be in time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse

from komma.cases.days import Days
from komma.cases.forms import DeadlinesForm
from komma.municipalities.codes import Pillar
from tests.cases.test_case_deadlines import NOW, THREAT, TODAY, counted, form, line, rules_of
from tests.factories.clients import signed_in
from tests.factories.reports import make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town

# Since last summer, the last time a week ago.
SERIES = THREAT | {"day_from": "2025-07-01", "day_to": "2026-02-03", "frequency": "several"}
ONGOING = THREAT | {"day_from": "2025-07-01", "frequency": "ongoing"}


@pytest.fixture(autouse=True)
def _february() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def test_the_last_incident_is_in_time_though_the_first_is_not() -> None:
    demand = line(counted(SERIES), "strafantrag")
    assert demand.runs_for_the_last
    assert not demand.is_over
    assert demand.shown is not None
    assert demand.shown.raw_end == dt.date(2026, 5, 3)
    assert demand.shown.end == dt.date(2026, 5, 4), "3 May is a Sunday"
    assert demand.is_shifted
    assert demand.days_at_most == 83
    once = line(counted(THREAT | {"day_from": "2025-07-01"}), "strafantrag")
    assert once.is_over, "the control: a single one is over"


def test_the_last_incident_is_reminded_of() -> None:
    assert dt.date(2026, 5, 3) in counted(SERIES).ends
    recent = counted(SERIES | {"day_from": "2026-01-15"})
    assert {dt.date(2026, 4, 15), dt.date(2026, 5, 3)} <= set(recent.ends)


def test_what_runs_for_the_last_is_named_before_what_is_over() -> None:
    inside = {"side": "inside", "forms": ["discrimination"], "affected_role": "office"}
    found = counted(inside | {"day_from": "2025-07-01", "day_to": "2026-02-03"})
    claim = line(found, "agg_anspruch")
    assert claim.runs_for_the_last
    assert found.lines[0] == claim


def test_what_goes_on_went_on_until_the_report() -> None:
    demand = line(counted(ONGOING), "strafantrag")
    assert demand.latest is not None
    assert demand.latest.start == TODAY
    assert demand.runs_for_the_last


def test_the_last_day_that_is_known_counts_also_where_it_goes_on() -> None:
    """Counting from the report would name a day that is too late for it."""
    demand = line(counted(SERIES | {"frequency": "ongoing"}), "strafantrag")
    assert demand.latest is not None
    assert demand.latest.start == dt.date(2026, 2, 3)


def test_several_times_until_nobody_knows_when_is_perhaps_in_time() -> None:
    demand = line(counted(ONGOING | {"frequency": "several"}), "strafantrag")
    assert demand.may_be_over
    assert not demand.is_over
    assert counted(ONGOING | {"frequency": "several"}).vague_since is None, "the first is known"


def test_a_series_that_has_ended_long_ago_is_over() -> None:
    old = THREAT | {"day_from": "2025-03-01", "day_to": "2025-07-01", "frequency": "several"}
    assert line(counted(old), "strafantrag").is_over


def test_handlers_record_the_last_day() -> None:
    known = Days.of_report(SERIES, now=TODAY)
    assert DeadlinesForm(known=known).initial["last"] == dt.date(2026, 2, 3)
    typed = form(event="1.7.2025", last="5.2.2026")
    assert typed.is_valid()
    data = {key: value for key, value in typed.cleaned_data.items() if key != "version"}
    recorded = Days(**data)
    assert Days.of_entry(recorded.as_json(), now=TODAY).last == dt.date(2026, 2, 5)
    demand = line(counted(THREAT, recorded), "strafantrag")
    assert demand.latest is not None
    assert demand.latest.raw_end == dt.date(2026, 5, 5)
    wrong = form(event="5.2.2026", last="1.2.2026")
    assert "vor dem Vorfall" in " ".join(wrong.errors["last"])


def test_without_a_day_the_last_alone_counts_as_the_day() -> None:
    facts = THREAT | {"day_from": "", "day_to": "2026-02-03"}
    demand = line(counted(facts), "strafantrag")
    assert demand.latest is None
    assert "strafantrag" in rules_of(counted(facts))


@pytest.mark.django_db
def test_the_page_says_until_when_for_the_last(town: Town) -> None:
    reported = make_report(town, facts=SERIES)
    page = signed_in(town.one(Pillar.ASSAULT)).get(reverse("cases:case", args=[reported.id]))
    text = " ".join(page.content.decode().split())
    assert "bis Montag, 4. Mai 2026 für den letzten Vorfall" in text
    assert "Für den ersten Vorfall ist sie rechnerisch am" in text
    assert "Nach dem Kalender Sonntag, 3. Mai 2026" in text
    summary = text.split("für den letzten Vorfall")[1].split("</summary>")[0]
    assert "nach dem Kalender 03.05.2026" in summary, "without unfolding"
    assert "Es sind mehrere Vorfälle" in text
    assert "vom frühesten Tag an" not in text
