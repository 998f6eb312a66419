"""Invitations that nobody has accepted yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.municipalities.actions import Refused, invite_again
from komma.municipalities.actions import withdraw as withdraw_invitation
from komma.municipalities.views.access import Office, administration
from komma.people.queries import invitation_is_expired, open_invitations

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation
    from komma.people.models import Invitation


@require_GET
@administration
def listing(request: HttpRequest, office: Office) -> HttpResponse:
    """Show who has been invited and not come yet."""
    rows = [
        (each, invitation_is_expired(each)) for each in open_invitations(office.organisation.pk)
    ]
    context = {"organisation": office.organisation, "rows": rows}
    return render(request, "municipalities/invitations.html", context)


@require_POST
@administration
def again(request: HttpRequest, office: Office, invitation_id: UUID) -> HttpResponse:
    """Mail a fresh link."""
    try:
        invite_again(invitation=_own(office.organisation, invitation_id), by=office.by)
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Eine neue Einladung ist unterwegs. Der alte Link endet."))
    return redirect("municipalities:invitations", slug=office.organisation.slug)


@require_http_methods(["GET", "POST"])
@administration
def withdraw(request: HttpRequest, office: Office, invitation_id: UUID) -> HttpResponse:
    """Ask, then make the link stop working."""
    invitation = _own(office.organisation, invitation_id)
    if request.method == "POST":
        withdraw_invitation(invitation=invitation, by=office.by)
        messages.success(request, _("Die Einladung gilt nicht mehr."))
        return redirect("municipalities:invitations", slug=office.organisation.slug)
    context = {
        "organisation": office.organisation,
        "title": _("Einladung zurückziehen?"),
        "text": _(
            "Der Link an %(name)s gilt dann nicht mehr. Die Rolle bleibt, bis Sie sie beenden."
        )
        % {"name": invitation.person.name},
        "label": _("Einladung zurückziehen"),
        "cancel_url": reverse("municipalities:invitations", args=[office.organisation.slug]),
    }
    return render(request, "municipalities/question_page.html", context)


def _own(organisation: Organisation, invitation_id: UUID) -> Invitation:
    found = (each for each in open_invitations(organisation.pk) if each.pk == invitation_id)
    invitation = next(found, None)
    if invitation is None:
        raise Http404
    return invitation
