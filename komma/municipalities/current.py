"""For which organisation somebody signed in acts; chosen once at the top of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import PermissionDenied

from komma.municipalities.queries import memberships_of

if TYPE_CHECKING:
    from django.http import HttpRequest

    from komma.municipalities.models import Membership, Organisation

CHOSEN = "organisation"
_LOADED = "_komma_memberships"


def signed_in(request: HttpRequest) -> UUID:
    """Return the id of whoever is signed in; raises PermissionDenied for nobody."""
    if request.user.pk is None:
        raise PermissionDenied
    return request.user.pk


def my_memberships(request: HttpRequest) -> list[Membership]:
    """Return the present memberships of whoever is signed in; one query a request."""
    if not request.user.is_authenticated:
        return []
    loaded: list[Membership] | None = getattr(request, _LOADED, None)
    if loaded is None:
        loaded = memberships_of(request.user.pk)
        setattr(request, _LOADED, loaded)
    return loaded


def my_organisations(request: HttpRequest) -> list[Organisation]:
    """Return the organisations of whoever is signed in, sorted by name."""
    return list({m.organisation_id: m.organisation for m in my_memberships(request)}.values())


def current_organisation(request: HttpRequest) -> Organisation | None:
    """Return the chosen organisation, else the first by name, or None without membership."""
    mine = my_organisations(request)
    chosen = request.session.get(CHOSEN) if mine else None
    return next((each for each in mine if str(each.pk) == chosen), mine[0] if mine else None)


def choose_organisation(request: HttpRequest, organisation_id: str) -> bool:
    """Act for another organisation from now on; False where the person does not belong to it."""
    known = any(str(each.pk) == organisation_id for each in my_organisations(request))
    if known:
        request.session[CHOSEN] = organisation_id
    return known


def my_roles(request: HttpRequest, organisation_id: UUID) -> set[str]:
    """Return the roles of whoever is signed in in one organisation."""
    mine = my_memberships(request)
    return {each.role for each in mine if each.organisation_id == organisation_id}
