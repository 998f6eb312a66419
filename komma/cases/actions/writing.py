"""What holders write: answers to the reporter and internal notes."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from komma.cases.actions.entries import IncomingFile, append, audited, by_staff, locked_for
from komma.cases.actions.errors import demand, demand_handling
from komma.cases.actions.procedure import advance
from komma.cases.actions.tasks import done_along
from komma.cases.codes import EntryKind, Status, Strand
from komma.cases.queries import CaseFile
from komma.cases.tasks import INTERIM


@transaction.atomic
def reply(
    file: CaseFile, text: str, *, files: Sequence[IncomingFile] = (), token: str = ""
) -> bool:
    """Answer the reporter in the mailbox; False if the form's token was used before.

    Raises `Refused` for readers only, before somebody has taken the case over, and (`Stale`)
    where the keys have changed since the files were sealed.
    """
    demand_handling(file)
    case = locked_for(file)
    demand(
        case.status != Status.RECEIVED,
        _("Bitte übernehmen Sie den Fall zuerst. Danach können Sie antworten."),
    )
    body = by_staff(file, EntryKind.TO_REPORTER, text)
    if not append(case, file.mailbox, body, files=files, token=token):
        return False
    if done_along(file, INTERIM):
        advance(case, file)
    case.news_for_reporter = True
    case.save(update_fields=["last_sequence", "news_for_reporter", "awaits_answer"])
    audited("case.answered", case, file)
    return True


@transaction.atomic
def note(file: CaseFile, text: str, *, token: str = "") -> bool:
    """Write a note for the holders only; False if the form's token was used before."""
    case = locked_for(file)
    body = by_staff(file, EntryKind.NOTE, text)
    if not append(case, file.strands[Strand.INTERNAL], body, token=token):
        return False
    case.save(update_fields=["last_sequence"])
    audited("case.noted", case, file)
    return True
