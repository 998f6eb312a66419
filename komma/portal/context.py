"""What the frame of every page shows: navigation, municipality, account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from komma.cases.queries import visible_cases
from komma.core.sessions.middleware import is_sessionless
from komma.core.ui.leaving import leave_target
from komma.core.ui.nav import NavItem, mark_active
from komma.core.vault.session import vault_secret
from komma.municipalities.codes import Module, Role
from komma.municipalities.current import current_organisation, my_organisations, my_roles
from komma.municipalities.queries import active_modules
from komma.municipalities.rules import may_be_granted

if TYPE_CHECKING:
    from django.http import HttpRequest

    from komma.municipalities.models import Organisation


def interface(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of the page frame.

    Two queries for somebody signed in (memberships, Bausteine; a third, for cases left over,
    where the Baustein is off), none for anybody else: where reporters move, nothing may depend
    on an account.
    """
    frame: dict[str, Any] = {"demo_mode": settings.KOMMA_DEMO, "leave_target": leave_target()}
    if is_sessionless(request):
        return frame
    if not request.user.is_authenticated:
        return frame | {"nav_items": mark_active(_public_places(), request.path)}
    current = current_organisation(request)
    return frame | {
        "nav_items": mark_active(_places(request, current), request.path),
        "municipalities": my_organisations(request),
        "current_municipality": current,
        "account_name": request.user.name,
        "vault_open": vault_secret(request) is not None,
    }


def _public_places() -> list[NavItem]:
    return _known(
        (_("Vorfall melden"), "reporting:choose"),
        (_("Postfach"), "reporting:mailbox"),
        (_("Hilfe finden"), "portal:find_help"),
        (_("Kommunen"), "organisations:list"),
        (_("Mitmachen"), "portal:join"),
    )


def _places(request: HttpRequest, current: Organisation | None) -> list[NavItem]:
    places = [(_("Mein Tag"), "portal:my_day")]
    if current is not None:
        roles = my_roles(request, current.pk)
        if any(map(may_be_granted, roles)) and _has_cases(current):
            places += [(_("Fälle"), "cases:list"), (_("Aufgaben"), "tasks:mine")]
        places.append((_("Verfahren"), "procedures:list"))
        if Role.ADMINISTRATION in roles:
            places.append((_("Verwaltung"), "municipalities:overview"))
    places += [
        (_("Vorfall melden"), "reporting:choose"),
        (_("Hilfe finden"), "portal:find_help"),
    ]
    return _known(*places)


def _has_cases(organisation: Organisation) -> bool:
    """Tell whether there is anything to find: cases outlast the Baustein that brought them."""
    return (
        Module.REPORTING in active_modules(organisation.pk)
        or visible_cases(organisation.pk).exists()
    )


def _known(*places: tuple[str, str]) -> list[NavItem]:
    """Return the places whose app is installed."""
    found = []
    for label, name in places:
        try:
            found.append(NavItem(label, reverse(name)))
        except NoReverseMatch:
            continue
    return found
