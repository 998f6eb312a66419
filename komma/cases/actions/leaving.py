"""Handing the lead of one's cases on before one leaves."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions import work
from komma.cases.actions.access import hand_back
from komma.cases.actions.entries import audited, locked_at, locked_for, save
from komma.cases.actions.errors import CaseGone, Refused, demand, demand_handling
from komma.cases.codes import Status
from komma.cases.queries import CaseFile, case_file
from komma.core.vault.sealing import VaultError

# In one request; whoever leads more goes on with the next ones.
MOST_AT_ONCE = 25

logger = logging.getLogger("komma.cases")


@transaction.atomic
def hand_on_leads(person: UUID, secret: str, cases: Collection[UUID], to: UUID | None) -> int:
    """Give the lead of up to 25 cases to a colleague, or to nobody (None); return how many went.

    All or nothing for each case. One stays where the colleague has no access or somebody else has
    just changed it; the reporters of the others read that it goes on.
    """
    done = 0
    # In one order, so that two people who hand on at once never wait in a ring.
    for case in sorted(cases)[:MOST_AT_ONCE]:
        try:
            with transaction.atomic():
                _hand_on(case_file(person, secret, case), to)
        except (Refused, CaseGone, VaultError):
            logger.info("the lead of a case stayed")
        else:
            done += 1
    return done


def _hand_on(file: CaseFile | None, to: UUID | None) -> None:
    if file is None or file.assignee != file.person:
        raise Refused(_("Diesen Fall führen Sie nicht."))
    if to is None:
        _lay_down(file)
        return
    work.assign(file, to, version=file.case.version)
    case = locked_for(file)
    function = next(holder.function for holder in file.handlers if holder.person == to)
    text = _("Ihren Fall führt jetzt jemand anderes: %s.") % function
    work.set_status(case, file, Status(case.status), text)
    save(case)


def _lay_down(file: CaseFile) -> None:
    """Leave a case to whoever takes it over next; the person keeps access."""
    demand_handling(file)
    case = locked_at(file, file.case.version)
    demand(rules.is_open(case.status), _("Der Fall ist abgeschlossen."))
    demand(
        any(holder.person != file.person for holder in [*file.handlers, *file.reserve]),
        _("Für diesen Fall ist sonst niemand da. Geben Sie zuerst jemand anderem Zugang."),
    )
    hand_back(case, file)
    case.news_for_holders = True
    save(case)
    audited("case.laid_down", case, file)
