"""Leaving: handing the lead of one's cases on, and telling when one goes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from komma.cases import my_tasks
from komma.cases.actions.leaving import MOST_AT_ONCE, hand_on_leads
from komma.cases.leaving import OwnCase, own_open_cases
from komma.cases.listing import counts
from komma.core.ui.nav import Crumb
from komma.core.vault.session import require_open_vault, take_parked_post, vault_secret
from komma.municipalities.actions import announce_leaving
from komma.municipalities.current import current_organisation, my_memberships, signed_in
from komma.municipalities.queries import away_until
from komma.portal.forms import HandOnForm, LeavingDayForm

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from komma.municipalities.models import Membership, Organisation

TO = "an"  # in the address: to whom the cases before went
MOST_LISTED = 25


@login_required
@require_http_methods(["GET", "POST"])
def leaving(request: HttpRequest) -> HttpResponseBase:
    """Show what one holds; hand on the lead of the cases that are ticked."""
    organisation = _current(request)
    if counts(signed_in(request), organisation.pk).open:
        return _with_cases(request)
    return _page(request, organisation, {})


@require_open_vault
def _with_cases(request: HttpRequest) -> HttpResponseBase:
    """Go on with an open vault: who leads a case is sealed."""
    person, secret, organisation = signed_in(request), vault_secret(request), _current(request)
    if secret is None:
        raise Http404
    cases = own_open_cases(person, secret, organisation.pk)
    led = [each for each in cases if each.is_mine][:MOST_AT_ONCE]
    parked = take_parked_post(request, request.path) if request.method == "GET" else None
    form = HandOnForm(
        request.POST if request.method == "POST" else parked,
        initial={"to": request.GET.get(TO)},
        cases=[each.case.pk for each in led],
        people=_people(led, organisation.pk),
    )
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["cases"]
        done = hand_on_leads(person, secret, chosen, form.chosen)
        return _handed_on(request, done, len(chosen), form.cleaned_data["to"])
    return _page(request, organisation, _context(request, form, cases, led))


def _people(led: list[OwnCase], organisation_id: UUID) -> list[tuple[str, str]]:
    """Return who could lead at least one of the cases, those with access to most of them first."""
    able = Counter(holder.person for each in led for holder in each.handlers)
    names = {h.person: f"{h.name}, {h.function}" for each in led for h in each.handlers}
    away = away_until(organisation_id)

    def label(person: UUID) -> str:
        text = names[person]
        if able[person] < len(led):
            text += _(" – Zugang zu %(some)d von %(all)d") % {"some": able[person], "all": len(led)}
        if person in away:
            text += _(" – abwesend bis %s") % f"{away[person]:%d.%m.%Y}"
        return text

    return [(str(person), label(person)) for person, _count in able.most_common()]


def _handed_on(request: HttpRequest, done: int, asked: int, to: str) -> HttpResponseRedirect:
    if done:
        text = ngettext("%d Fall ist übergeben.", "%d Fälle sind übergeben.", done)
        messages.success(request, text % done)
    if done < asked:
        text = ngettext(
            "%d Fall ist bei Ihnen geblieben. Warum, steht unten.",
            "%d Fälle sind bei Ihnen geblieben. Warum, steht unten.",
            asked - done,
        )
        messages.warning(request, text % (asked - done))
    return HttpResponseRedirect(f"{reverse('portal:leaving')}?{urlencode({TO: to})}")


def _context(
    request: HttpRequest, form: HandOnForm, cases: list[OwnCase], led: list[OwnCase]
) -> dict[str, Any]:
    names = {str(holder.person): holder.name for each in cases for holder in each.holders}
    to = request.GET.get(TO, "")
    ticked = form.data.getlist("cases") if form.is_bound else None  # type: ignore[attr-defined]
    rows = []
    for each in led:
        stays = to in names and to not in {str(holder.person) for holder in each.handlers}
        is_ticked = not stays if ticked is None else str(each.case.pk) in ticked
        rows.append((each, is_ticked, stays))
    others = [each for each in cases if not each.is_mine]
    return {
        "form": form,
        "rows": rows,
        "led": sum(each.is_mine for each in cases),
        "beyond": sum(each.is_mine for each in cases) - len(led),
        "others": others[:MOST_LISTED],
        "others_beyond": max(0, len(others) - MOST_LISTED),
        "alone": [each for each in cases if each.only_i_can],
        "to_name": names.get(to, ""),
    }


@login_required
@require_http_methods(["GET", "POST"])
def leaving_day(request: HttpRequest) -> HttpResponseBase:
    """Tell the account administration when one goes, or that one stays."""
    person, organisation = signed_in(request), _current(request)
    mine = _mine(request, organisation)
    stays = "bleiben" in request.POST
    form = LeavingDayForm(
        request.POST if request.method == "POST" and not stays else None,
        initial={"day": mine[0].leaves_on},
    )
    if stays or form.is_valid():
        day = None if stays else form.cleaned_data["day"]
        announce_leaving(person_id=person, organisation_id=organisation.pk, day=day)
        text = _("Gut, dass Sie bleiben.") if stays else _("Die Verwaltung bekommt eine Nachricht.")
        messages.success(request, text)
        return redirect("portal:leaving")
    return _rendered(request, "portal/leaving_day.html", organisation, {"form": form})


def _page(
    request: HttpRequest, organisation: Organisation, context: dict[str, Any]
) -> HttpResponseBase:
    return _rendered(request, "portal/leaving.html", organisation, context)


def _rendered(
    request: HttpRequest, template: str, organisation: Organisation, context: dict[str, Any]
) -> HttpResponseBase:
    mine = _mine(request, organisation)
    crumbs = [Crumb(_("Mein Tag"), reverse("portal:my_day"))]
    title = _("Ich verlasse meine Aufgabe")
    if template == "portal/leaving.html":
        crumbs.append(Crumb(title))
    else:
        crumbs += [Crumb(title, reverse("portal:leaving")), Crumb(_("Letzter Tag"))]
    frame = {
        "crumbs": crumbs,
        "organisation": organisation,
        "memberships": mine,
        "leaves_on": mine[0].leaves_on,
        "open_tasks": my_tasks.number_owned(signed_in(request), organisation.pk),
    }
    return render(request, template, frame | context)


def _mine(request: HttpRequest, organisation: Organisation) -> list[Membership]:
    return [each for each in my_memberships(request) if each.organisation_id == organisation.pk]


def _current(request: HttpRequest) -> Organisation:
    organisation = current_organisation(request)
    if organisation is None:
        raise Http404
    return organisation
