"""Adding what a short report did not tell; the report itself stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from komma.cases import rules
from komma.cases.actions.entries import append, audited, by_staff, locked_at, save
from komma.cases.actions.errors import demand, demand_handling
from komma.cases.actions.procedure import advance
from komma.cases.actions.reminders import renew_watch
from komma.cases.codes import EntryKind
from komma.cases.deadlines import ADDABLE, of_case
from komma.cases.facts import show
from komma.cases.queries import CaseFile
from komma.cases.tasks import reread

_LABELS = {
    "forms": gettext_lazy("Art"),
    "affected_role": gettext_lazy("Aufgabe"),
    "channels": gettext_lazy("Wo"),
}


@transaction.atomic
def add_facts(file: CaseFile, facts: Mapping[str, Any], *, version: int) -> None:
    """Add codes of `deadlines.ADDABLE` that count from now on; the reporter reads it.

    A key that is named takes the place of an earlier addition, beside what the report itself names
    (`deadlines.facts_of`). What was there before stays in the history.
    """
    demand_handling(file)
    case = locked_at(file, version)
    demand(rules.is_open(case.status), _("Der Fall ist abgeschlossen."))
    added = {key: facts[key] for key in ADDABLE if key in facts}
    demand(added, _("Sie haben noch nichts ergänzt."))
    body = by_staff(file, EntryKind.FACTS, _as_text(added), facts=added)
    append(case, file.mailbox, body)
    case.news_for_reporter = True
    advance(case, file)
    case.version += 1
    save(case)
    renew_watch(case.pk, of_case(file.case, reread(file).entries))
    audited("case.facts_added", case, file)


def _as_text(added: Mapping[str, Any]) -> str:
    told = "; ".join(
        f"{_LABELS[key]}: {show(key, value) if value else _('nicht bekannt')}"
        for key, value in added.items()
    )
    return _("Ergänzt – %s") % told
