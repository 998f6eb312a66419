"""Recording the days that deadlines count from, and complaining that nothing happens."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from komma.cases import rules
from komma.cases.actions.entries import append, audited, by_staff, locked_at, save
from komma.cases.actions.errors import demand, demand_handling
from komma.cases.actions.mailbox import write_message
from komma.cases.actions.reminders import renew_watch
from komma.cases.codes import EntryKind
from komma.cases.days import Days
from komma.cases.deadlines import of_case
from komma.cases.jobs import tell_next_body
from komma.cases.queries import CaseFile, Mailbox
from komma.cases.silence import Silence, complaint_token, next_token
from komma.cases.tasks import reread
from komma.core.dates import full_hour_after
from komma.core.ui.days import show_when


@transaction.atomic
def record_days(file: CaseFile, days: Days, *, version: int) -> None:
    """Record for one entitled person the days that deadlines count from; reporters read it too.

    What was recorded before stays in the history; the newest counts.
    """
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.is_open(case.status), _("Der Fall ist abgeschlossen."))
    body = by_staff(file, EntryKind.DEADLINES, _as_text(days), days=days.as_json())
    append(case, file.mailbox, body)
    case.news_for_reporter = True
    case.version += 1
    save(case)
    renew_watch(case.pk, of_case(file.case, reread(file).entries))
    audited("case.deadlines_recorded", case, file)


@transaction.atomic
def complain_of_silence(mailbox: Mailbox, missing: Silence, *, tell_next: bool) -> bool:
    """Write to all who can open the case that the reporter complains of inaction, once a promise.

    They are told by mail. Deputies step in by `escalation` where nobody has taken the case up.
    ``tell_next``: the next body in the chain gets a mail too, without case, number and content;
    once a promise, now or later. Returns whether it does now.
    """
    text = _(
        "Beschwerde über Untätigkeit: Bis zum %(day)s war eine Nachricht zugesagt. Es kam keine. "
        "Bitte antworten Sie, und sagen Sie, wie es weitergeht."
    )
    token = complaint_token(missing.since)
    write_message(mailbox, text % {"day": f"{missing.since:%d.%m.%Y}"}, token=token)
    if not (tell_next and missing.can_tell_next and missing.next_body):
        return False
    house = missing.next_body.organisation
    text = _(
        "Die nächste Stelle (%(body)s) bekommt eine E-Mail, dass hier jemand länger wartet als "
        "zugesagt. Darin steht kein Name und kein Wort aus der Meldung."
    )
    told = write_message(mailbox, text % {"body": house.name}, token=next_token(missing.since))
    if told:
        _tell_next_body(house.pk, mailbox.case.concerns_id)
    return told


def _tell_next_body(body: UUID, town: UUID) -> None:
    """Mail the body at the next full hour; several complaints until then become one mail.

    The job names two public organisations and no case. Rolls back with the transaction.
    """
    moment = full_hour_after(timezone.localtime(), hours=0)
    task = tell_next_body.configure(schedule_at=moment, queueing_lock=f"next body/{body}/{town}")
    try:
        with transaction.atomic():
            task.defer(body=str(body), town=str(town))
    except AlreadyEnqueued:
        return


def _as_text(days: Days) -> str:
    lines = [_("Für: %s") % (days.whose or _("die betroffene Person"))]
    for value, label in (
        (days.event, _("Tag des Vorfalls")),
        (days.last, _("letzter Vorfall")),
        (days.knowledge, _("davon erfahren")),
        (days.employer, _("Arbeitgeber hat davon erfahren")),
        (days.claim, _("Anspruch schriftlich erhoben")),
        (days.decision, _("Entscheidung der Plattform")),
    ):
        if value is not None:
            lines.append(f"{label}: {show_when(value)}")
    if days.event is None:
        lines.append(_("Der Tag des Vorfalls ist nicht bekannt."))
    if days.person_known is not None:
        lines.append(
            _("Wer es war, ist bekannt.")
            if days.person_known
            else _("Wer es war, ist nicht bekannt.")
        )
    return "\n".join(lines)
