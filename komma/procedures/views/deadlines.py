"""The catalogue of deadlines of law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.core.dates import today
from komma.municipalities.codes import Land
from komma.procedures.deadlines import (
    all_matters,
    all_rules,
    due_for_checking,
    orphaned,
    rules_for,
)
from komma.procedures.guidance import all_offences
from komma.procedures.guidance import due_for_checking as guidance_due
from komma.procedures.views.access import Reader, members

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@members
def rules(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show rules and offences with their sources, and what is due for checking."""
    due = {(rule.id, rule.valid_from, rule.lands) for rule in due_for_checking(today())}
    rows = [
        (
            rule,
            [Land(land).label for land in sorted(rule.lands)],
            (rule.id, rule.valid_from, rule.lands) in due,
        )
        for rule in all_rules()
    ]
    missing = [
        (matter, [land.label for land in Land if not _has_rule(matter.id, land)])
        for matter in all_matters()
    ]
    context = {
        "rows": rows,
        "missing": [(matter, lands) for matter, lands in missing if lands],
        "number_due": len(due),
        "orphaned": orphaned(today()),
        "offences": all_offences(),
        "due": guidance_due(today()),
    }
    return render(request, "procedures/rules.html", context)


def _has_rule(rule_id: str, land: Land) -> bool:
    return any(rule.id == rule_id for rule in rules_for(land, today()))
