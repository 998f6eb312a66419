"""What a case belongs to: search, suggestions, linking and letting go on one page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from komma.cases.actions.errors import Refused
from komma.cases.actions.linking import link, unlink
from komma.cases.actions.opening import record_found
from komma.cases.codes import GroupKind
from komma.cases.forms import LinkForm, SearchForm
from komma.cases.linking import Suggestion, by_number, linked, suggestions
from komma.cases.queries import CaseFile
from komma.cases.search import Found, search
from komma.cases.views.access import case_page, with_case
from komma.core.ui.nav import Crumb
from komma.core.vault.session import vault_secret

MOST_FOUND = 10
HIDDEN = "ohne"  # in the address: suggestions are hidden for this view


@require_http_methods(["GET", "POST"])
@with_case
def link_cases(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Show which cases belong together, search for more, link them or let this one go."""
    if not file.may_handle:
        messages.info(request, _("Verbinden kann Fälle, wer sie bearbeitet."))
        return _to_case(file)
    if request.method == "GET":
        return _page(request, file, SearchForm())
    if "suchen" in request.POST:
        return _searched(request, file)
    form = LinkForm(request.POST)
    try:
        if "loesen" in request.POST:
            unlink(file)
            messages.success(request, _("Dieser Fall steht wieder für sich."))
            return _to_case(file)
        if form.is_valid():
            link(file, form.cleaned_data["cases"], form.cleaned_data["kind"])
            messages.success(request, _("Die Fälle sind verbunden."))
            return _to_case(file)
    except Refused as error:
        form.add_error(None, str(error))
    return _page(request, file, SearchForm(), form=form)


def _searched(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    form, secret = SearchForm(request.POST), vault_secret(request)
    if not form.is_valid() or secret is None:
        return _page(request, file, form)
    text = form.cleaned_data["text"]
    found = [Found(case, "", "") for case in by_number(file, text)]
    if not found:
        everywhere = search(file.person, secret, file.case.organisation_id, text)
        found = [each for each in everywhere if each.case.pk != file.case_id][:MOST_FOUND]
        record_found(file.person, found)
    return _page(request, file, form, results=found)


def _page(
    request: HttpRequest,
    file: CaseFile,
    search_form: SearchForm,
    *,
    form: forms.Form | None = None,
    results: list[Found] | None = None,
) -> HttpResponseBase:
    title = _("Fälle verbinden")
    context: dict[str, Any] = {
        "title": title,
        "crumbs": [
            Crumb(_("Fälle"), reverse("cases:list")),
            Crumb(file.case.number, reverse("cases:case", args=[file.case_id])),
            Crumb(title),
        ],
        "linked": linked(file.case),
        "search": search_form,
        "form": form or LinkForm(initial={"kind": file.case.group_kind or GroupKind.INCIDENT}),
        "results": results,
        "suggestions": [] if results is not None else _suggested(request, file),
        "hidden": HIDDEN in request.GET,
    }
    return case_page(request, "cases/link.html", file, context)


def _suggested(request: HttpRequest, file: CaseFile) -> list[Suggestion]:
    secret = vault_secret(request)
    if secret is None or HIDDEN in request.GET:
        return []
    found = suggestions(file, secret)
    record_found(file.person, [each.found for each in found])
    return found


def _to_case(file: CaseFile) -> HttpResponseBase:
    return redirect("cases:case", case_id=file.case_id)
