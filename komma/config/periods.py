"""``komma fristen``: when the legal deadlines of an incident end. Needs no database."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import sys
from typing import Any, Final
from zoneinfo import ZoneInfo

from komma.config.errors import SetupError
from komma.municipalities.codes import Land, land_of
from komma.procedures.deadlines import (
    Deadline,
    Facts,
    Place,
    deadlines,
    early_rules,
    ended_rules,
    gaps,
)
from komma.procedures.deadlines.working_days import has_unknown_holidays

EARLIEST: Final = 1990
LATEST: Final = 2100
_HERE: Final = ZoneInfo("Europe/Berlin")
ORIENTATION: Final = "Orientierung, keine Rechtsberatung. Bitte lassen Sie die Fristen prüfen."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options; all texts are German, since people in a town hall use them."""
    add = parser.add_argument
    add("--ereignis", required=True, metavar="TAG", help="Tag des Vorfalls, etwa 2026-01-15")
    add("--kenntnis", metavar="TAG", help="Tag der Kenntnis; sonst der Tag des Vorfalls")
    add("--taeter-unbekannt", action="store_true", help="Es ist nicht bekannt, wer es war")
    add("--geltend-gemacht", metavar="TAG", help="Tag, an dem der Anspruch schriftlich erhoben war")
    add("--entscheidung", metavar="TAG", help="Tag, an dem die Plattform entschieden hat")
    add("--land", required=True, help=f"eines von {', '.join(Land.values)}")
    add("--ags", default="", help="Amtlicher Gemeindeschlüssel, für Feiertage des Ortes")
    add("--json", action="store_true", help="als JSON ausgeben")


def run(options: argparse.Namespace) -> int:
    """Print every deadline; raises SetupError with a plain message for impossible input."""
    place = _place(options.land, options.ags)
    facts = _facts(options)
    found = deadlines(facts, place)
    if options.json:
        print(json.dumps([_as_json(each) for each in found], ensure_ascii=False, indent=2))
    else:
        for each in found:
            print(_as_text(each))
        print(f"\n{ORIENTATION}")
    _say_what_is_missing(facts, place)
    return 0


def _say_what_is_missing(facts: Facts, place: Place) -> None:
    for matter in gaps(place.land, facts.event):
        where = f"{Land(place.land).label} am {facts.event:%d.%m.%Y}"
        print(f"{matter.title}: keine geprüfte Regel für {where}. {matter.hint}", file=sys.stderr)
    for rule in early_rules(place.land, facts.event):
        begins = (
            f"{rule.title} – {rule.legal_basis}: geprüft für Tage ab {rule.valid_from:%d.%m.%Y}"
        )
        print(f"{begins}, also nicht für diesen Vorfall.", file=sys.stderr)
    for rule in ended_rules(place.land, facts.event):
        ended = f"{rule.title} – {rule.legal_basis}: galt nur bis {rule.valid_until:%d.%m.%Y}."
        print(f"{ended} Ob es eine neue Regel gibt, ist nicht geprüft.", file=sys.stderr)
    if has_unknown_holidays(place):
        print("Feiertage einzelner Gemeinden sind nicht mitgezählt.", file=sys.stderr)


def _facts(options: argparse.Namespace) -> Facts:
    event = _day("--ereignis", options.ereignis)
    knowledge = event if options.kenntnis is None else _day("--kenntnis", options.kenntnis)
    claim, decision = options.geltend_gemacht, options.entscheidung
    if knowledge < event:
        raise SetupError("--kenntnis liegt vor --ereignis. Bitte prüfen Sie beide Tage.")
    return Facts(
        event=event,
        knowledge=knowledge,
        person_known=not options.taeter_unbekannt,
        claim=_later("--geltend-gemacht", claim, event) if claim else None,
        decision=_later("--entscheidung", decision, event) if decision else None,
    )


def _later(name: str, text: str, event: dt.date) -> dt.date:
    day = _day(name, text)
    if day < event:
        raise SetupError(f"{name} liegt vor --ereignis. Bitte prüfen Sie beide Tage.")
    return day


def _day(name: str, text: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise SetupError(
            f"{name}: „{text}“ ist kein Tag. Bitte so schreiben: 2026-01-15."
        ) from None
    if day.year < EARLIEST:
        raise SetupError(f"{name}: Vor {EARLIEST} rechnet dieses Programm nicht.")
    if day.year > LATEST:
        raise SetupError(f"{name}: Nach {LATEST} rechnet dieses Programm nicht.")
    if day > dt.datetime.now(tz=_HERE).date():
        print(f"{name}: Der {day:%d.%m.%Y} liegt in der Zukunft. Stimmt das?", file=sys.stderr)
    return day


def _place(land: str, ags: str) -> Place:
    named = {str(each.label).casefold(): each.value for each in Land}
    typed, land = land, named.get(land.casefold(), land.upper())
    if land not in Land.values:
        raise SetupError(f"--land: „{typed}“ gibt es nicht. Möglich: {', '.join(Land.values)}.")
    if ags and not re.fullmatch(r"\d{5}(\d{3})?", ags):
        raise SetupError("--ags: Bitte 8 Ziffern angeben (5 für einen Landkreis).")
    if ags and land_of(ags) != land:
        raise SetupError(f"--ags: {ags} liegt nicht in {Land(land).label}.")
    return Place(land, ags)


def _as_json(deadline: Deadline) -> dict[str, Any]:
    rule = deadline.rule
    return {
        "rule": rule.id,
        "title": rule.title,
        "legal_basis": rule.legal_basis,
        "start": deadline.start.isoformat(),
        "raw_end": deadline.raw_end.isoformat(),
        "end": deadline.end.isoformat(),
        "has_begun": deadline.has_begun,
        "soft": rule.soft,
        "source": rule.source,
        "last_checked": rule.last_checked.isoformat(),
    }


def _as_text(deadline: Deadline) -> str:
    rule, end = deadline.rule, f"{deadline.end:%d.%m.%Y}"
    notes = []
    if deadline.end != deadline.raw_end:
        notes.append(f"ohne Wochenende und Feiertage: {deadline.raw_end:%d.%m.%Y}")
    if not deadline.has_begun:
        notes.append("hat noch nicht begonnen, vorsichtig gerechnet")
    if rule.soft:
        notes.append("keine Frist im Gesetz")
    note = f" ({'; '.join(notes)})" if notes else ""
    return f"{end}  {rule.title} – {rule.legal_basis}{note}"
