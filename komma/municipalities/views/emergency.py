"""The two emergency keys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.core.dates import today
from komma.municipalities.actions import Refused, make_emergency_key, verify_emergency_key
from komma.municipalities.actions.emergency import PARTS
from komma.municipalities.emergency import emergency_keys
from komma.municipalities.forms import EmergencyForm
from komma.municipalities.views.access import Office, administration

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import EmergencyKey

A_YEAR = dt.timedelta(days=365)
GROUP = 6  # characters; a line of them is easier to copy than 74 in a row


class Half(NamedTuple):
    """One of the two keys, as the page shows it."""

    part: str
    key: EmergencyKey | None
    is_overdue: bool


@require_GET
@administration
def keys(request: HttpRequest, office: Office) -> HttpResponse:
    """Show which keys there are and when their paper was last read."""
    found = emergency_keys(office.organisation.pk)
    halves = [Half(part, found.get(part), _is_overdue(found.get(part))) for part in PARTS]
    context = {"organisation": office.organisation, "halves": halves}
    return render(request, "municipalities/emergency.html", context)


def _is_overdue(key: EmergencyKey | None) -> bool:
    return key is not None and key.verified_on is not None and key.verified_on < today() - A_YEAR


@require_http_methods(["GET", "POST"])
@administration
def make(request: HttpRequest, office: Office, part: str) -> HttpResponse:
    """Ask, then make a key and show it for the only time.

    Answers the POST itself: a redirect would have to keep the secret somewhere.
    """
    name = _known(part)
    if request.method == "POST":
        try:
            secret = make_emergency_key(
                organisation_id=office.organisation.pk, part=name, by=office.by
            )
        except Refused as error:
            messages.error(request, str(error))
            return redirect("municipalities:emergency", slug=office.organisation.slug)
        groups = [secret[at : at + GROUP] for at in range(0, len(secret), GROUP)]
        context = {"organisation": office.organisation, "part": name, "groups": groups}
        return render(request, "municipalities/emergency_paper.html", context)
    exists = name in emergency_keys(office.organisation.pk)
    context = {"organisation": office.organisation, "part": name, "exists": exists}
    return render(request, "municipalities/emergency_make.html", context)


@require_http_methods(["GET", "POST"])
@administration
def verify(request: HttpRequest, office: Office, part: str) -> HttpResponse:
    """Take the key from its paper and compare."""
    name = _known(part)
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            verify_emergency_key(
                organisation_id=office.organisation.pk,
                part=name,
                typed=form.cleaned_data["secret"],
                by=office.by,
            )
        except Refused as error:
            form.add_error("secret", str(error))
        else:
            messages.success(request, _("Geprüft. Bitte verschließen Sie das Blatt wieder."))
            return redirect("municipalities:emergency", slug=office.organisation.slug)
    context = {"organisation": office.organisation, "part": name, "form": form}
    return render(request, "municipalities/emergency_verify.html", context)


def _known(part: str) -> str:
    if part.upper() not in PARTS or part != part.lower():
        raise Http404
    return part.upper()
