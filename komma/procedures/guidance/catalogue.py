"""Offences and advice, read from data files and checked: each with its source and date."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from komma.procedures.deadlines.catalogue import CHECK_EVERY, BrokenCatalogue
from komma.procedures.incidents import Condition, Incident, meant_for, read_conditions

_HERE = Path(__file__).parent
_AFFECTED_READS = "Sie selbst, wenn es Sie getroffen hat"
_THIRD_READS = "Die betroffene Person selbst"


class Topic(TextChoices):
    """The sections of the page, in their order: safety comes first."""

    SAFETY = "safety", gettext_lazy("Zuerst: sicher sein")
    EVIDENCE = "evidence", gettext_lazy("Beweise sichern")
    DEADLINES = "deadlines", gettext_lazy("Anzeige, Antrag, Fristen")
    CONTACTS = "contacts", gettext_lazy("An wen Sie sich wenden können")
    OFFENCES = "offences", gettext_lazy("Welche Straftaten in Betracht kommen")
    REGISTRATION = "registration", gettext_lazy("Die Adresse schützen")
    FIRST_AID = "first_aid", gettext_lazy("Für die Seele sorgen")
    ACCIDENT = "accident", gettext_lazy("Als Unfall melden")


class Kind(TextChoices):
    """Whether an offence is prosecuted only on the demand of those who were harmed."""

    ABSOLUTE = "absolute", gettext_lazy("Wird nur verfolgt, wenn jemand Strafantrag stellt.")
    RELATIVE = (
        "relative",
        gettext_lazy(
            "Wird auf Strafantrag verfolgt, oder wenn die Staatsanwaltschaft ein besonderes "
            "öffentliches Interesse sieht."
        ),
    )
    EX_OFFICIO = (
        "ex_officio",
        gettext_lazy("Wird auch ohne Strafantrag verfolgt; eine Anzeige genügt."),
    )
    DEPENDS = "depends", gettext_lazy("Ob ein Strafantrag nötig ist, hängt vom Fall ab.")


@dataclass(frozen=True)
class Offence:
    """An offence that may be considered; never a judgement that it was committed.

    ``who``: who may demand prosecution; ``superior``: the Dienstvorgesetzte may do so as well.
    ``when``: for which incidents it is named; without, it stands in the catalogue only.
    """

    id: str
    paragraph: str
    name: str
    kind: Kind
    who: str
    superior: bool
    source: str
    valid_from: dt.date
    last_checked: dt.date
    remark: str = ""
    plural: bool = False
    when: tuple[Condition, ...] = ()

    @property
    def title(self) -> str:
        return self.name

    @property
    def who_of_third(self) -> str:
        """Who may demand prosecution, told to somebody who is not the affected person."""
        return self.who.replace(_AFFECTED_READS, _THIRD_READS)

    @property
    def shown_basis(self) -> str:
        """What the link to the source is called; no line ends with the sign of a paragraph."""
        return unbroken(self.paragraph)


@dataclass(frozen=True)
class Advice:
    """One thing that somebody can do. ``basis``: the name of its source; ``phone``: to tap.

    ``third``: what is told to somebody who reported what happened to another person.
    """

    id: str
    topic: Topic
    text: str
    basis: str
    source: str
    last_checked: dt.date
    phone: str = ""
    website: str = ""
    third: str = ""
    when: tuple[Condition, ...] = ()

    @property
    def title(self) -> str:
        return self.text

    @property
    def shown_basis(self) -> str:
        return unbroken(self.basis)


def unbroken(text: str) -> str:
    """Keep the sign of a paragraph on one line with its number."""
    return text.replace("§ ", "§\N{NO-BREAK SPACE}").replace("Art. ", "Art.\N{NO-BREAK SPACE}")


def parse_offences(text: str) -> tuple[Offence, ...]:
    """Return the offences of a data file (TOML); raises ``BrokenCatalogue``."""
    found = tuple(_offence(entry) for entry in tomllib.loads(text).get("offence", []))
    _demand_unique(found)
    return found


def parse_advice(text: str) -> tuple[Advice, ...]:
    """Return the advice of a data file (TOML); raises ``BrokenCatalogue``."""
    found = tuple(_advice(entry) for entry in tomllib.loads(text).get("advice", []))
    _demand_unique(found)
    return found


@cache
def all_offences() -> tuple[Offence, ...]:
    """Return the catalogue of offences, those that are named first, first."""
    return parse_offences((_HERE / "offences.toml").read_text(encoding="utf-8"))


@cache
def all_advice() -> tuple[Advice, ...]:
    """Return all advice, the most important of each topic first."""
    return parse_advice((_HERE / "advice.toml").read_text(encoding="utf-8"))


def offences_for(incident: Incident) -> list[Offence]:
    """Return the offences that may be considered; none where nothing is known of the form."""
    return [each for each in all_offences() if each.when and meant_for(each.when, incident)]


def advice_for(incident: Incident) -> list[Advice]:
    """Return what is meant for a incident."""
    return [each for each in all_advice() if meant_for(each.when, incident)]


def due_for_checking(today: dt.date) -> list[Offence | Advice]:
    """Return what nobody has compared with its source for half a year, oldest first."""
    items: list[Offence | Advice] = [*all_offences(), *all_advice()]
    due = [each for each in items if today - each.last_checked > CHECK_EVERY]
    return sorted(due, key=lambda each: each.last_checked)


def _offence(entry: dict[str, Any]) -> Offence:
    try:
        found = Offence(
            **entry | {"kind": Kind(entry["kind"]), "when": read_conditions(entry.get("when", ()))}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenCatalogue(f"{entry.get('id', '?')}: {error}") from error
    _demand(found, ("paragraph", "name", "who"))
    if found.kind == Kind.DEPENDS and not found.remark.strip():
        raise BrokenCatalogue(f"{found.id}: does not say on what it depends")
    return found


def _advice(entry: dict[str, Any]) -> Advice:
    try:
        found = Advice(
            **entry
            | {"topic": Topic(entry["topic"]), "when": read_conditions(entry.get("when", ()))}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenCatalogue(f"{entry.get('id', '?')}: {error}") from error
    _demand(found, ("text", "basis"))
    return found


def _demand(found: Offence | Advice, texts: Iterable[str]) -> None:
    for name in texts:
        if not getattr(found, name).strip():
            raise BrokenCatalogue(f"{found.id}: {name} is missing")
    if not found.source.startswith("https://"):
        raise BrokenCatalogue(f"{found.id}: no source")
    if not isinstance(found.last_checked, dt.date):
        raise BrokenCatalogue(f"{found.id}: no date")


def _demand_unique(found: Iterable[Offence | Advice]) -> None:
    for name, count in Counter(each.id for each in found).items():
        if count > 1:
            raise BrokenCatalogue(f"{name}: stands there twice")
