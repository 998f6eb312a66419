"""What is known of an incident, and for which incidents an item of law or advice is meant."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from komma.core.dates import latest, read_when, today
from komma.procedures.codes import AffectedRole, Form, Side

_NO_FORM = {Form.OTHER, Form.UNKNOWN}
_NO_CHANNEL = {"other", "unknown"}
_NO_ROLE = {AffectedRole.OTHER, AffectedRole.UNSAID}
# Codes of `cases.facts.ReporterRole` of those to whom it did not happen.
THIRD_PERSONS = frozenset({"other", "witness", "superior"})
# Without Dienstvorgesetzte who might demand prosecution for them (§ 194 Abs. 3 StGB).
_NO_SUPERIOR = {
    AffectedRole.HEAD,
    AffectedRole.HONORARY_HEAD,
    AffectedRole.COUNCIL,
    AffectedRole.BOARD,
    AffectedRole.VOLUNTEER,
    AffectedRole.FAMILY,
}
_FRESH = dt.timedelta(days=2)  # psychological first aid: 48 hours


@dataclass(frozen=True)
class Incident:
    """The codes of a report that advice goes by; empty where they are not known.

    ``channels``: codes of `cases.facts.Channel`, which this app does not know; ``by_third``:
    somebody else than the affected person reports; ``last_day``: the newest day it happened on.
    """

    forms: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    side: str = ""
    role: str = ""
    in_danger: bool = False
    by_third: bool = False
    last_day: dt.date | None = None

    @property
    def has_superior(self) -> bool:
        """Whether Dienstvorgesetzte may act for the affected person as well, as far as known."""
        return self.role not in _NO_SUPERIOR

    @property
    def is_fresh(self) -> bool:
        """Whether it happened within two days; so too where the day is not known."""
        return self.last_day is None or today() - self.last_day <= _FRESH

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Incident:
        """Read the sealed facts of a report; what says nothing counts as not known."""
        side, role = str(facts.get("side") or ""), str(facts.get("affected_role") or "")
        return cls(
            forms=_codes(facts.get("forms")) - _NO_FORM,
            channels=_codes(facts.get("channels")) - _NO_CHANNEL,
            side="" if side == Side.UNKNOWN else side,
            role="" if role in _NO_ROLE else role,
            in_danger=facts.get("danger") in ("yes", "unsure"),
            by_third=facts.get("reporter_role") in THIRD_PERSONS,
            last_day=_last_day(facts),
        )


@dataclass(frozen=True)
class Condition:
    """For which incidents something is meant; an empty set asks for nothing.

    All that is asked for must hold. A side or role that is not known leaves nothing out. Where
    forms or channels are not known, only what is ``general`` holds: else somebody who reports an
    insult would read of weapons.
    """

    forms: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    sides: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    danger: bool = False
    general: bool = False
    while_fresh: bool = False
    once_passed: bool = False

    def holds_in(self, incident: Incident) -> bool:
        """Tell whether it is meant for this incident."""
        return (
            self._is_about(self.forms, incident.forms)
            and self._is_about(self.channels, incident.channels)
            and (not self.sides or incident.side in {"", *self.sides})
            and (not self.roles or incident.role in {"", *self.roles})
            and (not self.danger or incident.in_danger)
            and (not self.while_fresh or incident.is_fresh)
            and (not self.once_passed or not incident.is_fresh)
        )

    def presumes_role(self, incident: Incident) -> bool:
        """Tell whether it is for certain roles, and nobody knows whether for this person's."""
        return bool(self.roles) and not incident.role

    def _is_about(self, wanted: frozenset[str], known: frozenset[str]) -> bool:
        if not wanted:
            return True
        return bool(wanted & known) if known else self.general


def read_conditions(entries: Iterable[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Read the conditions of an item in a data file; raises ValueError or TypeError."""
    return tuple(_condition(**entry) for entry in entries)


def meant_for(conditions: tuple[Condition, ...], incident: Incident) -> bool:
    """Tell whether one of the conditions holds, or there is none."""
    return not conditions or any(each.holds_in(incident) for each in conditions)


def presumes_role(conditions: tuple[Condition, ...], incident: Incident) -> bool:
    """Tell whether something is meant only if the person should have one of certain roles."""
    holding = [each for each in conditions if each.holds_in(incident)]
    return bool(holding) and all(each.presumes_role(incident) for each in holding)


def _condition(
    *,
    forms: Iterable[str] = (),
    channels: Iterable[str] = (),
    sides: Iterable[str] = (),
    roles: Iterable[str] = (),
    danger: bool = False,
    general: bool = False,
    while_fresh: bool = False,
    once_passed: bool = False,
) -> Condition:
    return Condition(
        forms=frozenset(Form(each).value for each in forms),
        channels=frozenset(channels),
        sides=frozenset(Side(each).value for each in sides),
        roles=frozenset(AffectedRole(each).value for each in roles),
        danger=danger,
        general=general,
        while_fresh=while_fresh,
        once_passed=once_passed,
    )


def _last_day(facts: Mapping[str, Any]) -> dt.date | None:
    """Return the newest day it may be; None where it went on after the only day that is known."""
    first, last = read_when(facts.get("day_from")), read_when(facts.get("day_to"))
    went_on = facts.get("frequency") in ("several", "ongoing")
    found = last or (None if went_on else first)
    return min(latest(found), today()) if found else None


def _codes(value: Any) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value} if value else ())
    return frozenset(map(str, value or ()))
