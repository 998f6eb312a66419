"""Private to the actions: a case that was offered to another body, and what ends the offer."""

from __future__ import annotations

from django.utils.translation import gettext as _

from komma.cases.actions.database import call
from komma.cases.actions.entries import append, by_staff
from komma.cases.codes import EntryKind, HandOverState
from komma.cases.models import Case, HandOver
from komma.cases.queries import CaseFile


def end_offer(case: Case, file: CaseFile, text: str) -> None:
    """End the open offer of a locked case; the reporter reads why. The caller saves the case."""
    call("SELECT komma_end_offer(%s)", [case.pk])
    append(case, file.mailbox, by_staff(file, EntryKind.HAND_OVER, text))
    case.news_for_reporter = True


def end_stale_offer(case: Case, file: CaseFile) -> None:
    """End an offer that new keys make void; its keys would open nothing that is written later."""
    if not HandOver.objects.filter(case=case, state=HandOverState.OFFERED).exists():
        return
    end_offer(
        case,
        file,
        _(
            "Die Anfrage an die andere Stelle gilt nicht mehr, weil sich geändert hat, wer Ihren "
            "Fall öffnen kann. Ihr Fall bleibt bei uns. Wenn nötig, fragen wir neu an."
        ),
    )
    case.news_for_holders = True
    case.save(update_fields=["last_sequence", "news_for_reporter", "news_for_holders"])
