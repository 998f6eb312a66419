"""The list of one's cases, and the search in their contents."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases import listing
from komma.cases.actions.opening import record_found
from komma.cases.codes import Status
from komma.cases.forms import FilterForm, SearchForm
from komma.cases.handovers import count_offers
from komma.cases.linking import group_sizes
from komma.cases.presentation import badges
from komma.cases.queries import in_danger
from komma.cases.search import search
from komma.core.vault.session import require_open_vault, vault_secret
from komma.municipalities.current import current_organisation, my_roles, signed_in
from komma.municipalities.queries import receiving_units
from komma.municipalities.rules import may_open_cases

PAGE_SIZE = 25


@require_GET
@login_required
def case_list(request: HttpRequest) -> HttpResponse:
    """Show the cases of the current organisation; the vault may be locked.

    Narrowed to cases that nobody has taken over, an open vault marks reports that tell of danger.
    Only there: opening 25 reports takes as long as the rest of the list.
    """
    person, organisation = signed_in(request), current_organisation(request)
    if organisation is None:
        nothing = {"counts": None, "search": SearchForm(), "offers": count_offers()}
        return render(request, "cases/list.html", nothing)
    units = [(str(unit.pk), unit.name) for unit in receiving_units(organisation.pk)]
    form = FilterForm(request.GET, units=units)
    filters = form.filters()
    counts = listing.counts(person, organisation.pk, filters)
    cases = listing.filtered(person, organisation.pk, filters)
    paginator = Paginator(cases, PAGE_SIZE)
    paginator.count = counts.shown  # counted with all the others
    page = paginator.get_page(request.GET.get("page"))
    read = listing.read_in(person, list(page))
    secret = vault_secret(request) if filters.status == Status.RECEIVED else None
    danger = in_danger(person, secret, list(page)) if secret else {}
    sizes = group_sizes(organisation.pk, list(page))
    context = {
        "form": form,
        "search": SearchForm(),
        "page": page,
        "query": request.GET,
        "rows": [
            (
                case,
                badges(case, danger.get(case.pk, "")),
                case.pk not in read,
                sizes.get(case.group) if case.group else None,
            )
            for case in page
        ],
        "counts": counts,
        "may_take_in": any(may_open_cases(role) for role in my_roles(request, organisation.pk)),
        "offers": count_offers(),
        "filtered": any(value for key, value in request.GET.items() if key != "page"),
    }
    return render(request, "cases/list.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@require_open_vault
def search_cases(request: HttpRequest) -> HttpResponseBase:
    """Search in the reports. A POST, so that no word stands in an address or a log."""
    if request.method == "GET":
        return redirect("cases:list")
    person, secret = signed_in(request), vault_secret(request)
    organisation, form = current_organisation(request), SearchForm(request.POST)
    if not form.is_valid() or organisation is None or secret is None:
        return render(request, "cases/search.html", {"form": form})
    found = search(person, secret, organisation.pk, form.cleaned_data["text"])
    page = Paginator(found, PAGE_SIZE).get_page(request.POST.get("page"))
    record_found(person, list(page))
    context = {"form": form, "page": page, "total": len(found), "searched": True}
    return render(request, "cases/search.html", context)
