"""How an opened case reads on the page: lines of the timeline, badges, people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from komma.cases.codes import OPEN_STATUSES, EntryKind, Level, Outcome, Status, Strand
from komma.cases.facts import Danger
from komma.cases.models import Case
from komma.cases.queries import CaseFile
from komma.cases.timeline import OpenAttachment, OpenEntry
from komma.core.dates import today
from komma.people.queries import people_by_id

STATUS_KINDS = {
    Status.RECEIVED: "warning",
    Status.CHECKING: "info",
    Status.WORKING: "info",
    Status.CLOSED: "success",
    Status.WITHDRAWN: "neutral",
}
LEVEL_KINDS = {None: "neutral", 0: "neutral", 1: "info", 2: "warning", 3: "danger"}


@dataclass(frozen=True)
class Badge:
    """A word with a shape and a colour."""

    kind: str
    label: str


@dataclass(frozen=True)
class Line:
    """An entry as it reads; ``at`` is None where only the day is kept."""

    title: str
    who: str
    day: dt.date
    at: dt.datetime | None
    text: str
    facts: list[tuple[str, str]]
    attachments: tuple[OpenAttachment, ...]
    internal: bool
    from_reporter: bool
    readable: bool


def badges(case: Case, danger: str = "") -> list[Badge]:
    """Return what a list row and a case page show of danger, status, level and deadline.

    ``danger``: code of `facts.Danger` where the list could open the report.
    """
    status = Status(case.status)
    found = [Badge("danger", danger_title(danger))] if danger else []
    found.append(Badge(STATUS_KINDS[status], str(status.label)))
    if case.level is not None:
        found.append(Badge(LEVEL_KINDS[case.level], _("Stufe %d") % case.level))
    if is_overdue(case):
        found.append(Badge("danger", _("Antwort überfällig")))
    return found


def danger_title(danger: str) -> str:
    """Say in a few words what the report answers about danger."""
    return _("Akute Gefahr") if danger == Danger.YES else _("Vielleicht akute Gefahr")


def lead_of(file: CaseFile) -> str:
    """Return who leads the case, and whether their declaration is still missing."""
    if file.assignee is None:
        return _("noch niemand")
    name = names_in(file).get(file.assignee, "")
    if file.awaits_declaration:
        return _("%s – Erklärung, nicht befangen zu sein, fehlt noch") % name
    return name


def is_overdue(case: Case) -> bool:
    """Tell whether the reporter has heard nothing by the answer day."""
    waits = case.status in OPEN_STATUSES and case.awaits_answer
    return waits and case.answer_due_on < today()


def lines(file: CaseFile) -> list[Line]:
    """Return the timeline in order; of the report that it came in, since it stands for itself."""
    names = names_in(file)
    return [_line(entry, names) for entry in file.entries]


def names_in(file: CaseFile) -> dict[UUID, str]:
    """Return the names of all people in the case: holders, and authors who hold no key now."""
    known = {holder.person: holder.name for holder in file.holders}
    written = {entry.person for entry in file.entries if entry.person} | set(_targets(file))
    missing = written - known.keys()
    return known | {pk: person.name for pk, person in people_by_id(missing).items()}


def last_changer(file: CaseFile) -> str:
    """Return who made the latest change of state or access, or an empty string."""
    kinds = (
        EntryKind.STATUS,
        EntryKind.LEVEL,
        EntryKind.ASSIGN,
        EntryKind.DECLARATION,
        EntryKind.GRANT,
        EntryKind.EXCLUSION,
        EntryKind.FACTS,
        EntryKind.DEADLINES,
        EntryKind.PROCEDURE,
    )
    found = (e.person for e in reversed(file.entries) if e.kind in kinds and e.person)
    person = next(found, None)
    return names_in(file).get(person, "") if person else ""


def _targets(file: CaseFile) -> list[UUID]:
    return [UUID(entry.body["to"]) for entry in file.entries if entry.body.get("to")]


def _line(entry: OpenEntry, names: Mapping[UUID, str]) -> Line:
    at = entry.body.get("at")
    internal = entry.strand != Strand.MAILBOX
    stands_elsewhere = entry.kind == EntryKind.REPORT
    return Line(
        title=_title(entry, names),
        who=_who(entry, names),
        day=entry.day,
        at=dt.datetime.fromisoformat(at) if at else None,
        # The sentence beside a status speaks to the reporter; here the title says it.
        text="" if entry.kind == EntryKind.STATUS and not internal else entry.text,
        facts=[] if stands_elsewhere else entry.facts + _criteria(entry),
        attachments=() if stands_elsewhere else entry.attachments,
        internal=internal,
        from_reporter=entry.from_reporter,
        readable=entry.readable,
    )


def _criteria(entry: OpenEntry) -> list[tuple[str, str]]:
    """Return what spoke for a level, in the words of the table that held then."""
    met = entry.body.get("criteria") if entry.kind == EntryKind.LEVEL else None
    return [(_("Was zutraf"), "\n".join(map(str, met)))] if met else []


def _who(entry: OpenEntry, names: Mapping[UUID, str]) -> str:
    taken_by = (entry.body.get("facts") or {}).get("taken_by")
    if entry.kind == EntryKind.REPORT and taken_by:
        return str(_("aufgenommen von %s") % taken_by)
    if entry.from_reporter:
        return _("meldende Person")
    if entry.person is None:
        return _("KommA")
    name = names.get(entry.person, "")
    return f"{name} ({entry.function})" if name and entry.function else name or entry.function


def _title(entry: OpenEntry, names: Mapping[UUID, str]) -> str:
    if not entry.readable:
        return _("Dieser Eintrag lässt sich nicht öffnen")
    body = entry.body
    if entry.kind == EntryKind.REPORT:
        return _("Meldung eingegangen")
    if entry.kind == EntryKind.STATUS:
        return _status_title(entry)
    if entry.kind == EntryKind.LEVEL:
        return _("Stufe %s") % (body.get("title") or Level(body["level"]).label)
    if entry.kind == EntryKind.ASSIGN:
        to = UUID(body["to"]) if body.get("to") else None
        return _("Fallführung: %s") % (names.get(to, "–") if to else _("zurzeit niemand"))
    if entry.kind == EntryKind.PROCEDURE:
        return _("Verfahren: %s") % str(body["procedure"]["title"])
    if entry.kind == EntryKind.TASK:
        return _task_title(body, names)
    if entry.kind == EntryKind.DECLARATION:
        return _("Befangenheit angezeigt") if body.get("recused") else _("Keine Befangenheit")
    return entry.label


def _task_title(body: Mapping[str, Any], names: Mapping[UUID, str]) -> str:
    """Say what happened to a task, by the code of its change."""
    words = {
        "added": _("Neue Aufgabe: %(title)s, für %(name)s"),
        "handed": _("Aufgabe übergeben an %(name)s: %(title)s"),
        "put_off": _("Aufgabe verschoben: %(title)s"),
        "taken_up": _("Aufgabe doch noch offen: %(title)s"),
        "done": _("Erledigt: %(title)s"),
        "dropped": _("Entfällt: %(title)s"),
    }
    name = names.get(UUID(body["to"]), "–") if body.get("to") else ""
    return words[body["change"]] % {"title": body["title"], "name": name}


def _status_title(entry: OpenEntry) -> str:
    """Name the change for all, and what only the holders read of it: reason and outcome."""
    outcome, label = entry.body.get("outcome"), Status(entry.body["status"]).label
    if outcome and entry.strand == Strand.MAILBOX:
        return _("Status: %(status)s, mitgeteiltes Ergebnis: %(outcome)s") % {
            "status": label,
            "outcome": Outcome(outcome).label,
        }
    if outcome:
        return _("Ergebnis für die Akte: %s") % Outcome(outcome).label
    if entry.strand == Strand.INTERNAL:
        return _("Grund für „%s“") % label
    return _("Status: %s") % label
