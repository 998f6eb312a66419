"""Working on a case: taking over, assigning, classifying, status, closing, reopening.

Each changes what all holders see, so each names the version it was decided on (`Stale`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases import rules
from komma.cases.actions.entries import (
    append,
    audited,
    by_staff,
    locked_at,
    note_down,
    save,
)
from komma.cases.actions.errors import demand, demand_handling
from komma.cases.actions.procedure import advance, begin_suggested, renew_late
from komma.cases.actions.tasks import done_along
from komma.cases.codes import STATUS_SENTENCES, EntryKind, Level, Outcome, Status
from komma.cases.models import Case
from komma.cases.queries import CaseFile
from komma.cases.retention import delete_on
from komma.cases.tasks import CLASSIFY, CLOSE, undone
from komma.core.dates import today
from komma.people.actions import hint
from komma.people.hints import Hint

_CLOSED = gettext_lazy("Der Fall ist abgeschlossen. Nehmen Sie ihn zuerst wieder auf.")


@transaction.atomic
def take_over(file: CaseFile, text: str, *, version: int) -> None:
    """Declare to have no conflict of interest and work on the case from now on.

    ``text``: the declaration as it was shown, with the grounds. The first to do so leads the
    case; it is then being checked, and the reporter sees that.
    """
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.can_take_over(case.status), str(_CLOSED))
    note_down(case, file, EntryKind.DECLARATION, text)
    if file.assignee is None:
        note_down(case, file, EntryKind.ASSIGN, "", to=str(file.person))
    weeks = begin_suggested(case, file)
    if case.status == Status.RECEIVED:
        # The procedure itself is sealed among the holders; this promise concerns the reporter.
        set_status(case, file, Status.CHECKING, interim_weeks=weeks)
    _save(case, file, "case.taken_over")


@transaction.atomic
def assign(file: CaseFile, to: UUID, *, version: int) -> None:
    """Name somebody else who works on the case as the one who leads it.

    They have yet to declare that they are unbiased; until then the case page says so.
    """
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.is_open(case.status), str(_CLOSED))
    demand(
        # Somebody who replaced a lost key opens nothing before a new grant.
        any(each.person == to and each.public is not None for each in file.handlers),
        _("Diese Person kann den Fall nicht bearbeiten. Geben Sie ihr zuerst Zugang."),
    )
    note_down(case, file, EntryKind.ASSIGN, "", to=str(to))
    if to != file.person:
        hint(to, Hint.NEWS)
    _save(case, file, "case.assigned")


@transaction.atomic
def classify(
    file: CaseFile,
    level: int,
    reason: str,
    *,
    version: int,
    criteria: Sequence[str] = (),
    title: str = "",
) -> None:
    """Set the level of danger with its reason; for holders only.

    ``criteria`` and ``title``: what was met and how the level is called, in the words of the table
    that held then; later changes of the table leave them as they are.
    """
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.is_open(case.status), str(_CLOSED))
    case.level = Level(level)
    met = {"criteria": list(criteria)} if criteria else {}
    named = {"title": title} if title else {}
    note_down(case, file, EntryKind.LEVEL, reason, level=case.level, **met, **named)
    done_along(file, CLASSIFY)
    advance(case, file)
    _save(case, file, "case.classified")


@transaction.atomic
def change_status(file: CaseFile, status: str, reason: str, *, version: int) -> None:
    """Change the status; the reporter sees it, the reason stays among the holders."""
    demand_handling(file)
    case = locked_at(file, version)
    demand(
        rules.can_change_status(case.status, status),
        _("Dieser Wechsel ist jetzt nicht möglich."),
    )
    set_status(case, file, Status(status))
    note_down(case, file, EntryKind.STATUS, reason, status=status)
    _save(case, file, "case.status_changed")


@transaction.atomic
def close(
    file: CaseFile,
    *,
    outcome: str,
    reason: str,
    message: str,
    version: int,
    tell_outcome: bool = True,
) -> None:
    """Close a case: outcome and reason for the file, a message for the reporter.

    ``tell_outcome``: the reporter reads the outcome too. What is still open is written down as
    given up. Sets the day on which everything is deleted.
    """
    demand_handling(file)
    case = locked_at(file, version)
    left = undone(file)
    demand(
        rules.can_close(case.status),
        _("Abschließen können Sie einen Fall, den jemand übernommen hat und der noch offen ist."),
    )
    append(case, file.mailbox, by_staff(file, EntryKind.TO_REPORTER, message))
    done_along(file, CLOSE)
    case.closed_on = today()
    case.delete_on = delete_on(case.closed_on, pillar=file.case.unit.pillar, outcome=outcome)
    if tell_outcome:
        text = _told(Outcome(outcome))
        set_status(case, file, Status.CLOSED, text, outcome=Outcome(outcome))
    else:
        set_status(case, file, Status.CLOSED)
    if left:
        reason += "\n" + _("Mit dem Abschluss entfällt: %s.") % "; ".join(left)
    note_down(case, file, EntryKind.STATUS, reason, status=Status.CLOSED, outcome=Outcome(outcome))
    _save(case, file, "case.closed")


def _told(outcome: Outcome) -> str:
    """Return how the reporter reads the outcome, which never means that nothing happened."""
    text = _("Ergebnis: %(outcome)s.") % {"outcome": outcome.label}
    if outcome == Outcome.NOT_ESTABLISHED:
        text += " " + _("Das heißt nicht, dass es nicht geschehen ist.")
    return f"{text} {STATUS_SENTENCES[Status.CLOSED]}"


@transaction.atomic
def reopen(file: CaseFile, reason: str, *, version: int) -> None:
    """Take a closed or withdrawn case up again; the day of deletion is lifted."""
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.can_reopen(case.status), _("Der Fall ist schon offen."))
    case.closed_on = case.delete_on = None
    set_status(case, file, Status.WORKING)
    note_down(case, file, EntryKind.STATUS, reason, status=Status.WORKING)
    renew_late(file)
    advance(case, file)
    _save(case, file, "case.reopened")


def set_status(case: Case, file: CaseFile, status: Status, text: str = "", **more: Any) -> None:
    """Change the status of a locked case and tell the reporter what happens now.

    ``text``: instead of the sentence that belongs to the status.
    """
    case.status = status
    text = text or str(STATUS_SENTENCES[status])
    append(case, file.mailbox, by_staff(file, EntryKind.STATUS, text, status=status, **more))
    case.news_for_reporter = True


def _save(case: Case, file: CaseFile, kind: str) -> None:
    case.version += 1
    save(case)
    audited(kind, case, file)
