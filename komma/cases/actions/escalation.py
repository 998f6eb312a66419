"""Deputies step in by themselves, and the reporter can see it."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from komma.cases.actions.entries import append, locked
from komma.cases.codes import EntryKind, Strand
from komma.cases.listing import overdue
from komma.cases.models import Case, CaseStrand
from komma.cases.strands import StrandKeys
from komma.core import audit


@transaction.atomic
def escalate() -> int:
    """Call the deputies in where time is over or nobody is there who can work on the case.

    Returns for how many cases. For the worker; whom it concerns tells `tell_of_deputies`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_escalate()")
        ids = [case for (case,) in cursor.fetchall()]
    cases = Case.objects.filter(pk__in=ids)
    late = set(cases.filter(overdue()).values_list("pk", flat=True))
    for case in cases:
        kind = "case.escalated" if case.pk in late else "case.deputies_called"
        audit.record(kind, organisation=case.organisation_id, case=case.pk)
    return len(ids)


def tell_of_deputies() -> int:
    """Write to the reporters that deputies have stepped in; return to how many. For the worker.

    The database functions that call deputies in cannot write sealed words themselves.
    """
    marked = Case.objects.filter(deputies_untold=True)
    late = set(marked.filter(overdue()).values_list("pk", flat=True))
    ids = list(marked.values_list("pk", flat=True))
    for case_id in ids:
        _tell(case_id, is_late=case_id in late)
    return len(ids)


@transaction.atomic
def _tell(case_id: UUID, *, is_late: bool) -> None:
    case = locked(case_id)
    strand = CaseStrand.objects.filter(case=case, strand=Strand.MAILBOX).latest("generation")
    # Nothing but this sentence is sealed to a key that the worker cannot prove.
    keys = StrandKeys(Strand.MAILBOX, strand.generation, {}, strand.public)
    append(case, keys, {"kind": EntryKind.GRANT, "text": _sentence(is_late)})
    case.news_for_holders = case.news_for_reporter = True
    case.deputies_untold = False
    fields = ["last_sequence", "news_for_holders", "news_for_reporter", "deputies_untold"]
    case.save(update_fields=fields)


def _sentence(is_late: bool) -> str:
    if is_late:
        return _(
            "Bis heute hat niemand Ihre Meldung übernommen. Jetzt hat auch die Vertretung Zugang."
        )
    return _("Die Zuständigkeit hat sich geändert. Jetzt hat auch die Vertretung Zugang.")
