"""``komma fristen`` on the command line."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING

import pytest
import time_machine

from komma.config.command import main
from komma.procedures.deadlines import catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED = ["fristen", "--ereignis", "2026-01-15", "--kenntnis", "2026-01-15", "--land", "TH"]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), tick=False):
        yield


def test_prints_every_rule_with_its_end_and_what_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([*ASKED, "--ags", "16053000"]) == 0
    printed = capsys.readouterr()
    assert "15.04.2026  Strafantrag stellen – § 77b StGB" in printed.out
    assert "16.03.2026" in printed.out
    assert "Orientierung, keine Rechtsberatung" in printed.out
    assert "keine geprüfte Regel für Thüringen" in printed.err


def test_what_was_no_law_yet_is_named_with_day_and_land(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["fristen", "--ereignis", "2000-03-06", "--land", "BY"]) == 0
    printed = capsys.readouterr()
    assert "§ 15 Abs. 4 AGG" not in printed.out
    assert "§ 15 Abs. 4 AGG: geprüft für Tage ab 18.08.2006, also nicht" in printed.err
    assert "Art. 20 Abs. 1 DSA: geprüft für Tage ab 17.02.2024" in printed.err
    assert "keine geprüfte Regel für Bayern am 06.03.2000" in printed.err


def test_json_is_a_list_of_deadlines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASKED, "--json"]) == 0
    found = {each["rule"]: each for each in json.loads(capsys.readouterr().out)}
    assert (
        found["strafantrag"]
        | {
            "legal_basis": "§ 77b StGB",
            "start": "2026-01-15",
            "raw_end": "2026-04-15",
            "end": "2026-04-15",
        }
        == found["strafantrag"]
    )
    assert found["agg_anspruch"]["raw_end"] == "2026-03-15"
    assert found["agg_anspruch"]["end"] == "2026-03-16"


def test_the_place_decides_on_holidays(capsys: pytest.CaptureFixture[str]) -> None:
    ends = {}
    for ags in ("09761000", "09564000"):
        asked = ["fristen", "--ereignis", "2025-05-08", "--land", "BY", "--ags", ags, "--json"]
        assert main(asked) == 0
        found = json.loads(capsys.readouterr().out)
        ends[ags] = next(each["end"] for each in found if each["rule"] == "strafantrag")
    assert ends == {"09761000": "2025-08-11", "09564000": "2025-08-08"}


def test_a_rule_that_has_ended_is_said(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rules, matters = catalogue._catalogue()
    ended = [
        dataclasses.replace(rule, valid_until=dt.date(2025, 12, 31))
        if rule.id == "agg_anspruch"
        else rule
        for rule in rules
    ]
    monkeypatch.setattr(catalogue, "_catalogue", lambda: (tuple(ended), matters))
    assert main(ASKED) == 0
    printed = capsys.readouterr()
    assert "§ 15 Abs. 4 AGG: galt nur bis 31.12.2025" in printed.err
    assert "§ 15 Abs. 4 AGG" not in printed.out


def test_a_day_to_come_is_counted_and_questioned(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["fristen", "--ereignis", "2099-11-30", "--land", "Hessen", "--json"]
    assert main(asked) == 0
    printed = capsys.readouterr()
    assert "Der 30.11.2099 liegt in der Zukunft. Stimmt das?" in printed.err
    ends = {each["rule"]: each["raw_end"] for each in json.loads(printed.out)}
    assert ends["strafantrag"] == "2100-02-28", "no leap year"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (["--ereignis", "15.01.2026"], "ist kein Tag"),
        (["--ereignis", "2026-02-30"], "ist kein Tag"),
        (["--ereignis", "1989-12-31"], "Vor 1990"),
        (["--ereignis", "9999-12-31"], "Nach 2100"),
        (["--ereignis", "2026-01"], "ist kein Tag"),
        (["--kenntnis", "2026-01-14"], "liegt vor --ereignis"),
        (["--geltend-gemacht", "2026-01-14"], "liegt vor --ereignis"),
        (["--entscheidung", "2026-01-14"], "liegt vor --ereignis"),
        (["--land", "XX"], "gibt es nicht"),
        (["--land", "Thüringerwald"], "„Thüringerwald“ gibt es nicht"),
        (["--kenntnis", ""], "ist kein Tag"),
        (["--ags", "1605"], "8 Ziffern"),
        (["--ags", "09162000"], "liegt nicht in Thüringen"),
    ],
)
def test_impossible_input_is_said_in_one_line(
    changed: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*ASKED, *changed]) == 1
    printed = capsys.readouterr()
    assert message in printed.err
    assert printed.out == ""
    assert printed.err.count("\n") == 1
