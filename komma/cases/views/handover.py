"""Another body takes a case: asking it, and deciding when asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases.actions import handover as actions
from komma.cases.actions.errors import Refused, Stale
from komma.cases.forms.handover import DeclineForm, QuestionForm, UnitForm
from komma.cases.handovers import OpenOffer, choices, given_away, offer_of, offers, place_of
from komma.cases.presentation import last_changer
from komma.cases.queries import CaseFile
from komma.cases.views.access import case_page, opened, with_case
from komma.core.ui.nav import Crumb
from komma.core.vault.sealing import VaultError
from komma.core.vault.session import require_open_vault, take_parked_post, vault_secret
from komma.municipalities.codes import Pillar
from komma.municipalities.current import choose_organisation, signed_in
from komma.municipalities.queries import receivers
from komma.procedures.codes import Side

# --- Asking


@require_http_methods(["GET", "POST"])
@with_case
def choose(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Choose the unit to ask; nothing changes yet."""
    if not file.can_be_offered:
        return _not_now(request, file)
    units = [
        (str(unit.pk), _other(place_of(unit)) if changes else place_of(unit))
        for unit, changes in choices(file)
    ]
    form = UnitForm(request.POST if request.method == "POST" else None, units=units)
    if form.is_bound and form.is_valid():
        return redirect("cases:ask", case_id=file.case_id, unit_id=form.cleaned_data["unit"])
    title = _("Fall weitergeben")
    context = {"form": form, "title": title, "crumbs": _crumbs(file, title), "units": units}
    return case_page(request, "cases/hand_over.html", file, context)


def _other(place: str) -> str:
    return _("%(place)s – ein anderes Verfahren als bisher") % {"place": place}


@require_http_methods(["GET", "POST"])
@with_case
def ask(request: HttpRequest, file: CaseFile, unit_id: UUID) -> HttpResponseBase:
    """Say why and on what ground, then ask the unit."""
    choice = next((each for each in choices(file) if each.unit.pk == unit_id), None)
    if choice is None:
        raise Http404
    unit = choice.unit
    if not file.can_be_offered and request.method == "GET":
        return _not_now(request, file)
    people = receivers(unit.pk)
    options: dict[str, Any] = {
        "people": [(str(each.person), _label(each.title, each.name)) for each in people],
        "changes": choice.changes,
    }
    context = {
        "unit": unit,
        "place": place_of(unit),
        "functions": sorted({each.title for each in people if not each.is_deputy}),
        "changes": options["changes"],
        "former_pillar": Pillar(file.case.unit.pillar).label,
        "new_pillar": Pillar(unit.pillar).label,
    }
    if request.method == "GET":
        parked = take_parked_post(request, request.path)
        form = QuestionForm(parked, initial={"version": file.case.version}, **options)
        return _ask_page(request, file, form, context | {"restored": parked is not None})
    form = QuestionForm(request.POST, **options)
    if not form.is_valid():
        return _ask_page(request, file, form, context)
    data = form.cleaned_data
    version = data.pop("version")
    excluded = frozenset(data.pop("excluded"))
    question = actions.Question(unit=unit.pk, excluded=excluded, **data)
    try:
        actions.offer(file, question, version=version)
    except Refused as error:
        return _refused(request, file, options, context, error)
    messages.success(
        request, _("Die Stelle ist gefragt. Bis sie entscheidet, bleibt der Fall bei Ihnen.")
    )
    return redirect("cases:case", case_id=file.case_id)


def _label(title: str, name: str) -> str:
    return f"{name}, {title}" if name else title


def _refused(
    request: HttpRequest,
    file: CaseFile,
    options: dict[str, Any],
    context: dict[str, Any],
    error: Refused,
) -> HttpResponse:
    """Show the form again with everything typed, and who changed the case meanwhile."""
    file = opened(request, file.case_id)
    data = request.POST.copy()
    is_stale = isinstance(error, Stale)
    if is_stale:
        data["version"] = str(file.case.version)
    form = QuestionForm(data, **options)
    form.is_valid()
    changer = last_changer(file) if is_stale else ""
    if not changer:
        form.add_error(None, str(error))
    return _ask_page(request, file, form, context | {"changer": changer}, status=409)


def _ask_page(
    request: HttpRequest,
    file: CaseFile,
    form: QuestionForm,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    title = _("Andere Stelle fragen")
    more = {"form": form, "title": title, "crumbs": _crumbs(file, title)}
    return case_page(request, "cases/hand_over_ask.html", file, context | more, status)


def _not_now(request: HttpRequest, file: CaseFile) -> HttpResponse:
    messages.info(request, _("Dieser Schritt ist jetzt nicht möglich."))
    return redirect("cases:case", case_id=file.case_id)


def _crumbs(file: CaseFile, title: str) -> list[Crumb]:
    return [
        Crumb(_("Fälle"), reverse("cases:list")),
        Crumb(file.case.number, reverse("cases:case", args=[file.case_id])),
        Crumb(title),
    ]


# --- Deciding


@require_GET
@login_required
def offer_list(request: HttpRequest) -> HttpResponse:
    """Show which cases other bodies ask one to take; the vault may be locked."""
    title = _("Anfragen anderer Stellen")
    crumbs = [Crumb(_("Fälle"), reverse("cases:list")), Crumb(title)]
    return render(
        request, "cases/offers.html", {"offers": offers(), "title": title, "crumbs": crumbs}
    )


@require_GET
@login_required
def given_away_list(request: HttpRequest) -> HttpResponse:
    """Show where cases went that one could open before; nothing of what stands in them."""
    title = _("Abgegebene Fälle")
    crumbs = [Crumb(_("Fälle"), reverse("cases:list")), Crumb(title)]
    return render(
        request, "cases/given_away.html", {"cases": given_away(), "title": title, "crumbs": crumbs}
    )


def with_offer[**P](
    view: Callable[Concatenate[HttpRequest, OpenOffer, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Give the view the opened offer; 404 for all who cannot decide it (any more)."""

    @login_required
    @require_open_vault
    @wraps(view)
    def guarded(request: HttpRequest, /, offer_id: UUID, **kwargs: Any) -> HttpResponseBase:
        secret = vault_secret(request)
        try:
            found = offer_of(secret, offer_id) if secret else None
        except VaultError:  # sealed to a former key of this person
            return render(request, "cases/offer_former_key.html", status=409)
        if found is None:
            raise Http404
        return view(request, found, **kwargs)  # type: ignore[call-arg]

    return guarded


@require_http_methods(["GET", "POST"])
@with_offer
def offer(request: HttpRequest, found: OpenOffer) -> HttpResponseBase:
    """Show what one is asked, or take the case."""
    person, secret = signed_in(request), vault_secret(request)
    if request.method == "POST" and secret is not None:
        try:
            file = actions.take(found, person, secret)
        except Refused as error:
            messages.warning(request, str(error))
            return redirect("cases:offers")
        choose_organisation(request, str(file.case.organisation_id))
        messages.success(
            request, _("Ihre Stelle hat den Fall jetzt. Bitte lesen Sie ihn und antworten Sie.")
        )
        return redirect("cases:case", case_id=file.case_id)
    return _offer_page(request, "cases/offer.html", found, _("Anfrage einer anderen Stelle"))


@require_http_methods(["GET", "POST"])
@with_offer
def decline(request: HttpRequest, found: OpenOffer) -> HttpResponseBase:
    """Decline with a reason."""
    parked = take_parked_post(request, request.path) if request.method == "GET" else None
    form = DeclineForm(request.POST if request.method == "POST" else parked)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline(found, signed_in(request), form.cleaned_data["reason"])
        except Refused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Sie haben abgelehnt. Die andere Stelle erfährt es."))
        return redirect("cases:offers")
    more = {"form": form, "restored": parked is not None}
    return _offer_page(request, "cases/offer_decline.html", found, _("Anfrage ablehnen"), **more)


def _offer_page(
    request: HttpRequest, template: str, found: OpenOffer, title: str, **more: Any
) -> HttpResponse:
    row = found.handover
    level = _("noch nicht eingestuft") if found.level is None else str(found.level)
    rows = [
        (_("Fragt an"), place_of(row.from_unit)),
        (_("Für Ihre Stelle"), place_of(row.to_unit)),
        (_("Gefragt am"), row.offered_on),
        (_("Betrifft"), found.town),
        (_("Eingang der Meldung"), found.received_on),
        (_("Herkunft"), Side(found.side).label),
        (_("Stufe der Gefahr"), level),
    ]
    crumbs = [
        Crumb(_("Fälle"), reverse("cases:list")),
        Crumb(_("Anfragen anderer Stellen"), reverse("cases:offers")),
        Crumb(title),
    ]
    context = {"offer": found, "handover": row, "rows": rows, "title": title, "crumbs": crumbs}
    return render(request, template, context | more)
