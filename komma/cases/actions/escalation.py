"""Nobody took a case up in time: the deputies step in, and the reporter can see it."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from komma.cases.actions.entries import append, locked
from komma.cases.codes import EntryKind, Strand
from komma.cases.models import CaseStrand
from komma.cases.strands import StrandKeys
from komma.core import audit


def escalate() -> int:
    """Activate the reserve of all cases past their answer day; return how many. For the worker."""
    text = _("Bis heute hat niemand Ihre Meldung übernommen. Jetzt hat auch die Vertretung Zugang.")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT komma_escalate()")
            ids = [case for (case,) in cursor.fetchall()]
        for case_id in ids:
            case = locked(case_id)
            strand = (
                CaseStrand.objects.filter(case=case, strand=Strand.MAILBOX)
                .order_by("-generation")[:1]
                .get()
            )
            # Nothing but this sentence is sealed to a key that the worker cannot prove.
            keys = StrandKeys(Strand.MAILBOX, strand.generation, {}, strand.public)
            append(case, keys, {"kind": EntryKind.GRANT, "text": text})
            case.news_for_holders = case.news_for_reporter = True
            case.save()
            audit.record("case.escalated", organisation=case.organisation_id, case=case.pk)
    return len(ids)
