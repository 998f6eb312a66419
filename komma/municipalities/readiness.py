"""What an organisation needs before, and while, it takes reports: one table of conditions.

Pure: the facts come from ``queries.readiness_of``. While a condition is not met, the intake is
closed (docs/adr/0010).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.municipalities.codes import RECEIVING_PILLARS, Pillar

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from django.utils.functional import _StrPromise

    from komma.municipalities.models import Organisation, Unit

ENOUGH = 2  # people of a unit, so that illness and leave stop nothing


@dataclass(frozen=True)
class Staffing:
    """How many people of a receiving unit count: proven membership and key, second factor.

    ``present``: of those, who is not away today. ``without_factor`` and ``shared`` do not count:
    they lack a second factor, or stand in support too, whose people never handle a complaint.
    """

    unit: Unit
    regular: int
    deputies: int
    present: int
    without_factor: int = 0
    shared: int = 0


@dataclass(frozen=True)
class Facts:
    """What the conditions ask about. ``answer_days``: None for bodies that promise none.

    ``outside``: name of the body outside the own house that has somebody to receive, or "".
    ``is_late``: a report was not opened within the stated time.
    """

    organisation: Organisation
    is_municipality: bool
    reporting_on: bool
    staffing: tuple[Staffing, ...]
    has_emergency_keys: bool
    answer_days: int | None
    outside: str
    is_late: bool


@dataclass(frozen=True)
class Gap:
    """Something missing; mended in ``unit`` by adding somebody, else on the page ``place``."""

    text: str
    unit: Unit | None = None
    place: str = ""


@dataclass(frozen=True)
class Condition:
    """``missing`` returns what is not met, nothing where all is; ``evidence`` what is there."""

    code: str
    title: _StrPromise
    help: _StrPromise
    who: _StrPromise
    missing: Callable[[Facts], list[Gap]]
    evidence: Callable[[Facts], list[str]]
    municipality_only: bool = False


@dataclass(frozen=True)
class Checked:
    """A condition held against the facts."""

    condition: Condition
    gaps: list[Gap]
    evidence: list[str]

    @property
    def is_met(self) -> bool:
        """Nothing missing is not enough: where there is no unit, nobody is missing in it."""
        return bool(self.evidence) and not self.gaps


@dataclass(frozen=True)
class Readiness:
    """How far an organisation is."""

    facts: Facts
    checked: list[Checked]

    @property
    def is_complete(self) -> bool:
        return all(each.is_met for each in self.checked)

    @property
    def is_open(self) -> bool:
        """Whether reports can be taken now: opened by somebody, and every condition holds."""
        return self.facts.organisation.opened_on is not None and self.is_complete

    @property
    def met(self) -> int:
        return sum(each.is_met for each in self.checked)

    @property
    def missing(self) -> list[str]:
        """The codes of the conditions that are not met."""
        return [each.condition.code for each in self.checked if not each.is_met]

    @property
    def gaps(self) -> list[Gap]:
        return [gap for each in self.checked for gap in each.gaps]


def check(facts: Facts) -> Readiness:
    """Hold the conditions that apply to the organisation against the facts."""
    applying = [each for each in CONDITIONS if facts.is_municipality or not each.municipality_only]
    return Readiness(
        facts, [Checked(each, each.missing(facts), each.evidence(facts)) for each in applying]
    )


def _module(facts: Facts) -> list[Gap]:
    if facts.reporting_on:
        return []
    return [Gap(_("Der Baustein „Melden und Fallbearbeitung“ ist ausgeschaltet."), place="modules")]


def _units(facts: Facts) -> list[Gap]:
    """Ask a municipality for all three; a body outside brings what it is there for."""
    there = {row.unit.pillar for row in facts.staffing}
    if not there:
        text = _("Es gibt noch keine Stelle, die Meldungen annimmt.")
        return [Gap(text, place="unit_add")]
    missing = [p for p in RECEIVING_PILLARS if p not in there] if facts.is_municipality else []
    text = _("Eine Stelle fehlt: %(pillar)s.")
    return [Gap(text % {"pillar": Pillar(pillar).label}, place="unit_add") for pillar in missing]


def _people(facts: Facts) -> list[Gap]:
    return [Gap(_too_few(row), unit=row.unit) for row in facts.staffing if row.regular < ENOUGH]


def _too_few(row: Staffing) -> str:
    name = {"unit": row.unit.name}
    if row.without_factor:
        return _("„%(unit)s“: Jemandem fehlt noch der zweite Faktor.") % name
    if row.shared:
        return _("„%(unit)s“: Wer auch zur Ansprechstelle gehört, zählt hier nicht.") % name
    if not row.regular:
        return _("„%(unit)s“: Noch niemand kann Meldungen öffnen.") % name
    return _("„%(unit)s“: Bitte nehmen Sie eine zweite Person auf.") % name


def _deputies(facts: Facts) -> list[Gap]:
    text = _("„%(unit)s“: Es fehlt eine Vertretung.")
    return [
        Gap(text % {"unit": row.unit.name}, unit=row.unit)
        for row in facts.staffing
        if not row.deputies
    ]


def _present(facts: Facts) -> list[Gap]:
    text = _("„%(unit)s“: Heute sind alle abwesend.")
    return [
        Gap(text % {"unit": row.unit.name}, place="members")
        for row in facts.staffing
        if row.regular + row.deputies and not row.present
    ]


def _emergency(facts: Facts) -> list[Gap]:
    if facts.has_emergency_keys:
        return []
    text = _("Die beiden Notfallschlüssel sind nicht beide geprüft und in zwei Händen.")
    return [Gap(text, place="emergency")]


def _answer(facts: Facts) -> list[Gap]:
    if facts.answer_days:
        return []
    return [Gap(_("Es ist nicht gesagt, wann Meldende eine Antwort bekommen."), place="settings")]


def _staff_council(facts: Facts) -> list[Gap]:
    if facts.organisation.staff_council_on:
        return []
    return [Gap(_("Der Tag der Zustimmung des Personalrats fehlt."), place="attest")]


def _data_protection(facts: Facts) -> list[Gap]:
    if facts.organisation.data_protection_on:
        return []
    return [Gap(_("Der Tag der Freigabe durch den Datenschutz fehlt."), place="attest")]


def _outside(facts: Facts) -> list[Gap]:
    if facts.outside:
        return []
    text = _("Es fehlt eine Stelle außerhalb, falls vor Ort niemand unbefangen ist.")
    return [Gap(text, place="settings")]


def _in_time(facts: Facts) -> list[Gap]:
    """Say neither which unit nor how many: the administration is told of no case."""
    return [Gap(_("Die zugesagte Zeit wurde nicht eingehalten."))] if facts.is_late else []


def _counted(facts: Facts, text: str, *, deputies: bool) -> list[str]:
    return [
        text % {"unit": row.unit.name, "count": row.deputies if deputies else row.regular}
        for row in facts.staffing
    ]


def _yes(holds: object, text: str) -> list[str]:
    return [text] if holds else []


def _day(value: dt.date | None) -> list[str]:
    return [date_format(value, "d.m.Y")] if value else []


_ADMINISTRATION = gettext_lazy("Verwaltung")
_EACH = gettext_lazy("Verwaltung, und jede Person für sich")

CONDITIONS: tuple[Condition, ...] = (
    Condition(
        code="module",
        title=gettext_lazy("Baustein „Melden und Fallbearbeitung“"),
        help=gettext_lazy("Der Baustein muss eingeschaltet sein."),
        who=_ADMINISTRATION,
        missing=_module,
        evidence=lambda facts: _yes(facts.reporting_on, _("eingeschaltet")),
    ),
    Condition(
        code="units",
        title=gettext_lazy("Stellen, die Meldungen annehmen"),
        help=gettext_lazy(
            "Ansprechstelle, Beschwerdestelle und Übergriffsmanagement. Ansprechstelle und "
            "Übergriffsmanagement dürfen dieselben Personen haben."
        ),
        who=_ADMINISTRATION,
        missing=_units,
        evidence=lambda facts: [row.unit.name for row in facts.staffing],
    ),
    Condition(
        code="people",
        title=gettext_lazy("Zwei Zuständige je Stelle"),
        help=gettext_lazy(
            "Es zählt, wer die Einladung angenommen und einen zweiten Faktor eingerichtet hat. In "
            "der Beschwerdestelle zählt niemand, der auch zur Ansprechstelle gehört: Wer "
            "vertraulich beraten hat, entscheidet nicht über die Beschwerde."
        ),
        who=_EACH,
        missing=_people,
        evidence=lambda facts: _counted(facts, _("%(unit)s: %(count)d"), deputies=False),
    ),
    Condition(
        code="deputies",
        title=gettext_lazy("Eine Vertretung je Stelle"),
        help=gettext_lazy(
            "Vertretungen sehen Fälle erst, wenn sie einspringen. Auch sie brauchen Schlüssel "
            "und zweiten Faktor."
        ),
        who=_EACH,
        missing=_deputies,
        evidence=lambda facts: _counted(facts, _("%(unit)s: %(count)d"), deputies=True),
    ),
    Condition(
        code="present",
        title=gettext_lazy("Heute ist jemand da"),
        help=gettext_lazy("In jeder Stelle ist mindestens eine Person nicht abwesend gemeldet."),
        who=_EACH,
        missing=_present,
        evidence=lambda facts: [
            _("%(unit)s: %(count)d") % {"unit": row.unit.name, "count": row.present}
            for row in facts.staffing
        ],
    ),
    Condition(
        code="emergency",
        title=gettext_lazy("Notfallschlüssel A und B"),
        help=gettext_lazy(
            "Beide vom Papier geprüft, jeder durch andere Hände gegangen. Ohne sie wären Fälle "
            "verloren, wenn alle ihren Zugang verlieren."
        ),
        who=gettext_lazy("Zwei Personen der Verwaltung"),
        missing=_emergency,
        evidence=lambda facts: _yes(facts.has_emergency_keys, _("beide geprüft, in zwei Händen")),
    ),
    Condition(
        code="answer",
        title=gettext_lazy("Zugesagte Antwortzeit"),
        help=gettext_lazy("Meldende lesen sie vor der ersten Frage."),
        who=_ADMINISTRATION,
        missing=_answer,
        evidence=lambda facts: _yes(
            facts.answer_days, _("%(days)d Tage") % {"days": facts.answer_days or 0}
        ),
        municipality_only=True,
    ),
    Condition(
        code="staff_council",
        title=gettext_lazy("Zustimmung des Personalrats"),
        help=gettext_lazy("Tag der Zustimmung oder der Dienstvereinbarung."),
        who=_ADMINISTRATION,
        missing=_staff_council,
        evidence=lambda facts: _day(facts.organisation.staff_council_on),
    ),
    Condition(
        code="data_protection",
        title=gettext_lazy("Freigabe durch den Datenschutz"),
        help=gettext_lazy("Tag, an dem Folgenabschätzung und Verzeichnis freigegeben wurden."),
        who=_ADMINISTRATION,
        missing=_data_protection,
        evidence=lambda facts: _day(facts.organisation.data_protection_on),
    ),
    Condition(
        code="outside",
        title=gettext_lazy("Stelle außerhalb"),
        help=gettext_lazy(
            "Der Landkreis, eine Stelle nach Vereinbarung oder eine überörtliche Anlaufstelle. Sie "
            "übernimmt, wenn vor Ort niemand unbefangen ist, und braucht jemanden mit eigenem "
            "Schlüssel."
        ),
        who=_ADMINISTRATION,
        missing=_outside,
        evidence=lambda facts: _yes(facts.outside, facts.outside),
        municipality_only=True,
    ),
    Condition(
        code="in_time",
        title=gettext_lazy("Meldungen werden rechtzeitig geöffnet"),
        help=gettext_lazy(
            "Die Zuständigen und Vertretungen sehen in „Mein Tag“, was auf sie wartet. Sobald es "
            "geöffnet ist, nimmt die Stelle von selbst wieder an."
        ),
        who=gettext_lazy("Zuständige und Vertretungen"),
        missing=_in_time,
        evidence=lambda facts: _yes(not facts.is_late, _("eingehalten")),
    ),
)
TITLES = {each.code: each.title for each in CONDITIONS}
