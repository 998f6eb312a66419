"""People of an organisation and their roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.municipalities.actions import (
    LAST_KEY,
    Refused,
    WouldClose,
    add_member,
    change_member,
    end_all_memberships,
    end_membership,
)
from komma.municipalities.forms import MemberChangeForm, MemberForm
from komma.municipalities.queries import is_last_receiver, members_of, membership_by_id
from komma.municipalities.rules import may_open_cases
from komma.municipalities.views.access import Office, administration
from komma.municipalities.views.units import own_unit

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.actions import Added
    from komma.municipalities.models import Membership, Organisation

PAGE = 50


@require_GET
@administration
def listing(request: HttpRequest, office: Office) -> HttpResponse:
    """Show the people, searched by name, address or function."""
    text = request.GET.get("suche", "").strip()
    page = Paginator(members_of(office.organisation.pk, text=text), PAGE).get_page(
        request.GET.get("page")
    )
    context = {"organisation": office.organisation, "page": page, "text": text}
    return render(request, "municipalities/members.html", context)


@require_http_methods(["GET", "POST"])
@administration
def add(request: HttpRequest, office: Office, unit_id: UUID) -> HttpResponse:
    """Take somebody into a unit and invite them."""
    unit = own_unit(office.organisation, unit_id)
    form = MemberForm(request.POST or None, unit=unit)
    if form.is_valid():
        try:
            added = add_member(unit=unit, by=office.by, **form.answers)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            _tell(request, added)
            return redirect("municipalities:units", slug=office.organisation.slug)
    context = {"organisation": office.organisation, "form": form, "unit": unit}
    return render(request, "municipalities/member_form.html", context)


def _tell(request: HttpRequest, added: Added) -> None:
    if added.invited:
        messages.success(request, _("Aufgenommen. Die Einladung ist per Mail unterwegs."))
    else:
        messages.success(request, _("Aufgenommen. Die Person hat schon ein Konto."))
    if added.blurs:
        messages.warning(
            request,
            _(
                "Diese Person gehört nun zur Ansprechstelle und zur Beschwerdestelle. Das ist "
                "möglich, aber nie für denselben Fall. Besser sind zwei verschiedene Personen."
            ),
        )


@require_http_methods(["GET", "POST"])
@administration
def change(request: HttpRequest, office: Office, membership_id: UUID) -> HttpResponse:
    """Change role, function and deputyship."""
    membership = _own_membership(office.organisation, membership_id)
    initial = {
        "role": membership.role,
        "title": membership.title,
        "is_deputy": membership.is_deputy,
    }
    form = MemberChangeForm(request.POST or None, unit=membership.unit, initial=initial)
    closing = None
    if form.is_valid():
        try:
            change_member(
                membership=membership, by=office.by, may_close=confirmed(request), **form.answers
            )
        except WouldClose as error:
            closing = error
        except Refused as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("municipalities:members", slug=office.organisation.slug)
    context = {
        "organisation": office.organisation,
        "form": form,
        "membership": membership,
        "closing": closing,
    }
    return render(request, "municipalities/member_form.html", context)


@require_http_methods(["GET", "POST"])
@administration
def end(request: HttpRequest, office: Office, membership_id: UUID) -> HttpResponse:
    """Ask, then end a role."""
    membership = _own_membership(office.organisation, membership_id)
    closing = None
    if request.method == "POST":
        try:
            end_membership(membership=membership, by=office.by, may_close=confirmed(request))
        except WouldClose as error:
            closing = error
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Die Rolle ist beendet."))
        if closing is None:
            return redirect("municipalities:members", slug=office.organisation.slug)
    context = {
        "organisation": office.organisation,
        "title": _("Rolle von %(name)s beenden?") % {"name": membership.person.name},
        "label": _("Rolle beenden"),
        "items": _consequences(membership),
        "closing": closing,
    }
    return render(request, "municipalities/member_end.html", context)


@require_http_methods(["GET", "POST"])
@administration
def end_all(request: HttpRequest, office: Office, membership_id: UUID) -> HttpResponse:
    """Ask, then end every role that the person has in the organisation."""
    person = _own_membership(office.organisation, membership_id).person
    organisation, closing = office.organisation, None
    if request.method == "POST":
        try:
            end_all_memberships(
                person_id=person.pk,
                organisation_id=organisation.pk,
                by=office.by,
                may_close=confirmed(request),
            )
        except WouldClose as error:
            closing = error
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Alle Rollen von %s sind beendet.") % person.name)
        if closing is None:
            return redirect("municipalities:members", slug=organisation.slug)
    mine = [m for m in members_of(organisation.pk) if m.person_id == person.pk]
    context = {
        "organisation": organisation,
        "title": _("Alle Rollen von %(name)s beenden?") % {"name": person.name},
        "label": _("Alle Rollen beenden"),
        "items": _all_consequences(mine),
        "closing": closing,
    }
    return render(request, "municipalities/member_end.html", context)


def _all_consequences(memberships: list[Membership]) -> list[str]:
    names = [{"unit": m.unit.name, "title": m.title} for m in memberships]
    found = [*_told_day(memberships)]
    found += [_("„%(title)s“ in „%(unit)s“ endet sofort.") % each for each in names]
    if any(may_open_cases(m.role) for m in memberships):
        found.append(
            _(
                "Fälle kann die Person dann nicht mehr öffnen. Was sie geführt hat, wartet darauf, "
                "dass jemand anderes es übernimmt."
            )
        )
        found.append(_handed_over())
    if any(map(is_last_receiver, memberships)):
        found.append(str(LAST_KEY))
    found.append(_("Das Konto selbst bleibt."))
    return found


def confirmed(request: HttpRequest) -> bool:
    """Tell whether the person has ticked that the intake closes by this."""
    return request.POST.get("schliesst") == "ja"


def _consequences(membership: Membership) -> list[str]:
    names = {"unit": membership.unit.name, "title": membership.title}
    found = [*_told_day([membership]), _("„%(title)s“ in „%(unit)s“ endet sofort.") % names]
    if may_open_cases(membership.role):
        found.append(_("Die Fälle dieser Stelle kann die Person dann nicht mehr öffnen."))
        found.append(_handed_over())
        if is_last_receiver(membership):
            found.append(str(LAST_KEY))
    found.append(_("Konto und andere Rollen bleiben."))
    return found


def _handed_over() -> str:
    """Ask whether the person has handed over, in the same words with cases and without."""
    return _(
        "Hat die Person ihre Fälle übergeben? Das tut sie selbst: „Mein Tag“, „Ich verlasse meine "
        "Aufgabe“. Fragen Sie sie bitte vorher."
    )


def _told_day(memberships: list[Membership]) -> list[str]:
    days = sorted({each.leaves_on for each in memberships if each.leaves_on})
    return [_("Die Person geht zum %s. So hat sie es mitgeteilt.") % f"{d:%d.%m.%Y}" for d in days]


def _own_membership(organisation: Organisation, membership_id: UUID) -> Membership:
    membership = membership_by_id(membership_id, organisation.pk)
    if membership is None:
        raise Http404
    return membership
