"""One case: its page, its files, its printed form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from komma.cases.actions.errors import Refused
from komma.cases.actions.opening import record_downloaded, record_opening
from komma.cases.actions.reserve import refill_reserve
from komma.cases.deadlines import of_case
from komma.cases.exclusions import excluded_from
from komma.cases.linking import linked
from komma.cases.presentation import Line, badges, danger_title, lead_of, lines
from komma.cases.progress import progress
from komma.cases.queries import CaseFile, holders_of
from komma.cases.rules import is_open
from komma.cases.silence import promised_until
from komma.cases.steps import offered
from komma.cases.tasks import running, tasks_of
from komma.cases.views.access import case_page, with_case
from komma.core.files import open_blob, safe_download
from komma.core.ui.nav import Crumb
from komma.municipalities.queries import away_until

COVERED = "cases_covered"
SHOWN: dict[str, Callable[[Line], bool]] = {
    "alle": lambda line: True,
    "postfach": lambda line: not line.internal,
    "intern": lambda line: line.internal,
}


@require_GET
@with_case
def show(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Show a case, which counts as opening it."""
    record_opening(file)
    file = _with_reserve(file)
    shown = request.GET.get("zeigen", "alle")
    oldest_first = request.GET.get("folge") == "alt"
    found = [line for line in lines(file) if SHOWN.get(shown, SHOWN["alle"])(line)]
    run = running(file)
    context = _page_context(request, file) | {
        "lines": found if oldest_first else found[::-1],
        "shown": shown if shown in SHOWN else "alle",
        "oldest_first": oldest_first,
        "steps": offered(file),
        "linked": linked(file.case),
        "run": run,
        "excluded": excluded_from(file.case_id),
        "progress": progress(file, run, tasks_of(file)),
    }
    return case_page(request, "cases/case.html", file, context)


@require_GET
@with_case
def print_view(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Show everything of a case in one piece, for paper."""
    record_opening(file)
    context = _page_context(request, file) | {"lines": lines(file)}
    return case_page(request, "cases/print.html", file, context)


@require_GET
@with_case
def download(request: HttpRequest, file: CaseFile, attachment_id: UUID) -> HttpResponseBase:
    """Hand out a file as it was uploaded."""
    found = file.attachment(attachment_id)
    if found is None:
        raise Http404
    try:
        chunks = open_blob(found.blob, found.secret, found.context)
    except FileNotFoundError:
        raise Http404 from None
    record_downloaded(file)
    return safe_download(chunks, name=found.name, size=found.size)


@require_POST
@with_case
def cover(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Choose whether what reporters wrote is covered until one opens it."""
    request.session[COVERED] = request.POST.get("covered") == "1"
    return redirect("cases:case", case_id=file.case_id)


def _with_reserve(file: CaseFile) -> CaseFile:
    """Fill the reserve up where somebody is missing in it; reading goes on whatever happens."""
    try:
        added = refill_reserve(file)
    except Refused:
        return file
    return replace(file, holders=holders_of(file.case_id)) if added else file


def _page_context(request: HttpRequest, file: CaseFile) -> dict[str, Any]:
    case = file.case
    rows = [
        (_("Stelle"), case.unit.name),
        (_("Eingang"), case.received_on),
        (_("Herkunft"), case.get_side_display()),
        (_("Fallführung"), lead_of(file)),
    ]
    promised = promised_until(case, file.entries)
    if promised is not None:
        awaited = _("Antwort bis") if case.awaits_answer else _("Nächste Nachricht bis")
        rows.insert(2, (awaited, promised))
    if case.concerns_id != case.organisation_id:
        rows.insert(0, (_("Betrifft"), case.concerns.name))
    if case.delete_on:
        rows.append((_("Wird gelöscht am"), case.delete_on))
    return {
        "badges": badges(case),
        "danger": danger_title(file.danger) if file.danger and is_open(case.status) else "",
        # Once somebody has looked at it and classified it, it is no alarm any more.
        "danger_kind": "danger" if case.level is None else "info",
        "rows": rows,
        "deadlines": of_case(case, file.entries),
        "lead_away": _lead_away(file),
        "covered": request.session.get(COVERED, (case.level or 0) >= 1),
        "crumbs": [Crumb(_("Fälle"), reverse("cases:list")), Crumb(case.number)],
    }


def _lead_away(file: CaseFile) -> dt.date | None:
    """Return until when somebody else, who leads the open case, is away."""
    if file.assignee in (None, file.person) or not is_open(file.case.status):
        return None
    return away_until(file.case.organisation_id).get(file.assignee)
