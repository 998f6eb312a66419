"""Who is responsible, as citizens get it; agreements with other bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.core.dates import today
from komma.municipalities.actions import (
    Refused,
    confirm_agreement,
    decline_agreement,
    end_agreement,
    propose_agreement,
)
from komma.municipalities.chain import chain
from komma.municipalities.forms import EndForm, ProposalForm
from komma.municipalities.queries import (
    administered_organisations,
    agreement_by_id,
    agreement_partners,
    agreements_of,
    municipality_by_id,
    organisation_by_slug,
)
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    import datetime as dt

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation, ServiceAgreement

SERVED, SERVING = "fuer-uns", "fuer-andere"


@require_GET
@administration
def responsibility(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the chain, the agreements and the proposals."""
    own = office.organisation
    municipality = municipality_by_id(own.pk)
    found = agreements_of(own.pk)
    context = {
        "organisation": own,
        "municipality": municipality,
        "chain": chain(municipality) if municipality else [],
        "served": [_row(each, own) for each in found if each.served_id == own.pk],
        "serving": [_row(each, own) for each in found if each.body_id == own.pk],
    }
    return render(request, "municipalities/responsibility.html", context)


def _row(agreement: ServiceAgreement, own: Organisation) -> dict[str, object]:
    """Return an agreement with its state in words and what the own side can do."""
    is_served = agreement.served_id == own.pk
    mine = agreement.served_agreed_on if is_served else agreement.body_agreed_on
    theirs = agreement.body_agreed_on if is_served else agreement.served_agreed_on
    is_over = agreement.ends_on is not None and agreement.ends_on < today()
    return {
        "agreement": agreement,
        "other": agreement.body if is_served else agreement.served,
        "state": _agreed(agreement) if mine and theirs else _proposed(agreement, bool(mine)),
        "can_confirm": not mine and not is_over,
        "is_agreed": bool(mine and theirs),
        "can_end": bool(mine and theirs) and not is_over,
    }


def _agreed(agreement: ServiceAgreement) -> str:
    """Return from when on until when it counts, in words."""
    first, last = agreement.starts_on, agreement.ends_on
    days = _days(agreement)
    if last is not None:
        return (_("galt %s") if last < today() else _("gilt %s")) % days
    return _("gilt seit %s") % _day(first) if first <= today() else _("gilt %s") % days


def _proposed(agreement: ServiceAgreement, is_mine: bool) -> str:
    """Return who has to answer, and for which days."""
    if agreement.ends_on is not None and agreement.ends_on < today():
        return _("nicht zustande gekommen; sollte %s gelten") % _days(agreement)
    if is_mine:
        return _("wartet auf die andere Seite; soll %s gelten") % _days(agreement)
    return _("wartet auf Ihre Zustimmung; soll %s gelten") % _days(agreement)


def _days(agreement: ServiceAgreement) -> str:
    words = {"first": _day(agreement.starts_on)}
    if agreement.ends_on is None:
        return _("ab %(first)s") % words
    return _("vom %(first)s bis %(last)s") % (words | {"last": _day(agreement.ends_on)})


def _day(day: dt.date) -> str:
    return f"{day:%d.%m.%Y}"


@require_http_methods(["GET", "POST"])
@administration
def propose(request: HttpRequest, office: Office) -> HttpResponse:
    """Find the other side, then propose."""
    own = office.organisation
    side = SERVING if request.GET.get("seite") == SERVING else SERVED
    if side == SERVED and municipality_by_id(own.pk) is None:
        side = SERVING
    other = organisation_by_slug(request.GET.get("mit", ""))
    form = ProposalForm(request.POST or None, initial={"starts_on": today()})
    if other is not None and form.is_valid():
        served, body = (own, other) if side == SERVED else (other, own)
        try:
            propose_agreement(
                served_id=served.pk,
                body_id=body.pk,
                own_id=own.pk,
                by=office.by,
                **form.cleaned_data,
            )
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Vorgeschlagen. Die andere Seite bekommt einen Hinweis."))
            return redirect("municipalities:responsibility", slug=own.slug)
    text = request.GET.get("q", "").replace("\x00", "").strip()
    found = (
        agreement_partners(text, organisation_id=own.pk, municipal=side == SERVING) if text else []
    )
    context = {
        "organisation": own,
        "side": side,
        "other": other if other != own else None,
        "administers_both": other in administered_organisations(office.by),
        "form": form,
        "text": text,
        "found": found,
    }
    return render(request, "municipalities/agreement_form.html", context)


@require_http_methods(["GET", "POST"])
@administration
def confirm(request: HttpRequest, office: Office, agreement_id: UUID) -> HttpResponse:
    """Ask, then give the word of the own side."""
    agreement = _own(agreement_id, office)
    if request.method == "POST":
        confirm_agreement(agreement=agreement, own_id=office.organisation.pk, by=office.by)
        messages.success(request, _("Sie haben zugestimmt."))
        return _back(office)
    items = [*_facts(agreement), *_both_sides(agreement, office)]
    return _ask(request, office, _("Der Vereinbarung zustimmen?"), items, _("Zustimmen"))


@require_http_methods(["GET", "POST"])
@administration
def decline(request: HttpRequest, office: Office, agreement_id: UUID) -> HttpResponse:
    """Ask, then decline a proposal or take it back."""
    agreement = _own(agreement_id, office)
    if request.method == "POST":
        try:
            decline_agreement(agreement=agreement, own_id=office.organisation.pk, by=office.by)
        except Refused as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Der Vorschlag ist vom Tisch."))
        return _back(office)
    return _ask(request, office, _("Den Vorschlag verwerfen?"), _facts(agreement), _("Verwerfen"))


@require_http_methods(["GET", "POST"])
@administration
def end(request: HttpRequest, office: Office, agreement_id: UUID) -> HttpResponse:
    """End an agreement with a last day."""
    agreement = _own(agreement_id, office)
    first = max(today(), agreement.starts_on)
    form = EndForm(request.POST or None, initial={"last_day": first})
    if form.is_valid():
        try:
            end_agreement(
                agreement=agreement,
                own_id=office.organisation.pk,
                last_day=form.cleaned_data["last_day"],
                by=office.by,
            )
        except Refused as error:
            form.add_error("last_day", str(error))
        else:
            messages.success(request, _("Das Ende ist eingetragen."))
            return _back(office)
    context = {"organisation": office.organisation, "form": form, "items": _facts(agreement)}
    return render(request, "municipalities/agreement_end.html", context)


def _own(agreement_id: UUID, office: Office) -> ServiceAgreement:
    found = agreement_by_id(agreement_id, office.organisation.pk)
    if found is None:
        raise Http404
    return found


def _facts(agreement: ServiceAgreement) -> list[str]:
    names = {"served": agreement.served.name, "body": agreement.body.name}
    days = {"first": f"{agreement.starts_on:%d.%m.%Y}"}
    found = [_("%(body)s nimmt Meldungen an, die %(served)s betreffen.") % names]
    if agreement.ends_on:
        days["last"] = f"{agreement.ends_on:%d.%m.%Y}"
        found.append(_("Vom %(first)s bis zum %(last)s.") % days)
    else:
        found.append(_("Ab dem %(first)s, ohne festes Ende.") % days)
    if agreement.reference:
        found.append(_("Grundlage: %(reference)s") % {"reference": agreement.reference})
    return found


def _both_sides(agreement: ServiceAgreement, office: Office) -> list[str]:
    mine = {each.pk for each in administered_organisations(office.by)}
    if not {agreement.served_id, agreement.body_id} <= mine:
        return []
    return [_("Sie verwalten beide Seiten und stimmen hier nur für diese eine zu.")]


def _ask(
    request: HttpRequest, office: Office, title: str, items: list[str], label: str
) -> HttpResponse:
    context = {"organisation": office.organisation, "title": title, "items": items, "label": label}
    return render(request, "municipalities/agreement_question.html", context)


def _back(office: Office) -> HttpResponse:
    return redirect("municipalities:responsibility", slug=office.organisation.slug)
