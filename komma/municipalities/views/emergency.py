"""The two emergency keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from komma.core.dates import today
from komma.core.vault.keys import public_of
from komma.core.vault.paper import printed_groups
from komma.municipalities.actions import Refused, make_emergency_key, verify_emergency_key
from komma.municipalities.emergency import (
    PARTS,
    drill_due_on,
    edition_of,
    emergency_keys,
    finished_drills,
    pending_drill,
)
from komma.municipalities.forms import EmergencyForm
from komma.municipalities.views.access import Office, administration, emergency_keepers

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import EmergencyKey


class Half(NamedTuple):
    """One of the two keys, as the page shows it."""

    part: str
    key: EmergencyKey | None
    edition: str


@require_GET
@administration
def keys(request: HttpRequest, office: Office) -> HttpResponse:
    """Show which keys there are, when their paper was last read, and when the drill is due."""
    organisation = office.organisation
    found = emergency_keys(organisation.pk)
    due = drill_due_on(organisation.pk)
    context = {
        "organisation": organisation,
        "halves": [_half(part, found.get(part)) for part in PARTS],
        "due": due,
        "is_overdue": due is not None and due <= today(),
        "pending": pending_drill(organisation.pk),
        "drills": finished_drills(organisation.pk),
    }
    return render(request, "municipalities/emergency.html", context)


def _half(part: str, key: EmergencyKey | None) -> Half:
    return Half(part, key, edition_of(key.public) if key else "")


@require_http_methods(["GET", "POST"])
@emergency_keepers
def make(request: HttpRequest, office: Office, part: str) -> HttpResponse:
    """Ask, then make a key and show it for the only time.

    Answers the POST itself: a redirect would have to keep the secret somewhere.
    """
    name = _known(part)
    former = emergency_keys(office.organisation.pk).get(name)
    context = {
        "organisation": office.organisation,
        "part": name,
        "former": edition_of(former.public) if former else "",
    }
    if request.method != "POST":
        return render(request, "municipalities/emergency_make.html", context)
    try:
        secret = make_emergency_key(organisation_id=office.organisation.pk, part=name, by=office.by)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("municipalities:emergency", slug=office.organisation.slug)
    groups = list(enumerate(printed_groups(secret), start=1))
    context |= {"groups": groups, "edition": edition_of(public_of(secret)), "made_on": today()}
    return render(request, "municipalities/emergency_paper.html", context)


@require_http_methods(["GET", "POST"])
@emergency_keepers
def verify(request: HttpRequest, office: Office, part: str) -> HttpResponse:
    """Take the key from its paper and compare."""
    name = _known(part)
    form = EmergencyForm(request.POST or None, part=name)
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
