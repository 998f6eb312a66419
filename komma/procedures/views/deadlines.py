"""The catalogue of deadlines of law."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.core.dates import today
from komma.municipalities.codes import Land
from komma.procedures.deadlines import all_rules, due_for_checking
from komma.procedures.views.access import Reader, members

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
@members
def rules(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Show every rule of deadlines with its source, and which are due for checking."""
    due = {(rule.id, rule.valid_from, rule.lands) for rule in due_for_checking(today())}
    rows = [
        (
            rule,
            [Land(land).label for land in sorted(rule.lands)],
            (rule.id, rule.valid_from, rule.lands) in due,
        )
        for rule in all_rules()
    ]
    return render(request, "procedures/rules.html", {"rows": rows, "number_due": len(due)})
