"""Who may enter the account administration of an organisation."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from komma.municipalities.codes import READINESS_ROLES, Role
from komma.municipalities.current import my_memberships
from komma.municipalities.models import Organisation
from komma.municipalities.rules import membership_is_authentic
from komma.people.queries import has_second_factor
from komma.people.rules import second_factors_are_asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class Reader(NamedTuple):
    """Somebody who may read how far an organisation's intake is."""

    organisation: Organisation
    by: UUID
    administers: bool


class Office(NamedTuple):
    """The organisation whose accounts are administered, and by whom."""

    organisation: Organisation
    by: UUID


def administration[**P](
    view: Callable[Concatenate[HttpRequest, Office, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the office of the address's slug; for its account administration only.

    An outsider finds nothing (404), a member without the role is refused (403).
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        mine = [each for each in my_memberships(request) if each.organisation.slug == slug]
        if not mine:
            raise Http404
        proven = [
            each
            for each in mine
            if each.role == Role.ADMINISTRATION and membership_is_authentic(each, each.mac)
        ]
        if not proven:
            raise PermissionDenied
        office = Office(proven[0].organisation, proven[0].person_id)
        return view(request, office, **kwargs)  # type: ignore[call-arg]

    return guarded


def emergency_keepers[**P](
    view: Callable[Concatenate[HttpRequest, Office, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the office, as `administration` does, to somebody with a second factor only.

    Through these pages go the papers that together open every case: a stolen password is not
    enough. Whoever has no second factor is led to the page that sets one up.
    """

    @administration
    def guarded(request: HttpRequest, office: Office, /, **kwargs: Any) -> HttpResponse:
        if second_factors_are_asked() and not has_second_factor(office.by):
            text = _(
                "Für die Notfallschlüssel brauchen Sie einen zweiten Faktor. Bitte richten Sie ihn "
                "hier ein, und öffnen Sie die Seite dann noch einmal."
            )
            messages.warning(request, text)
            return redirect("mfa_index")
        return view(request, office, **kwargs)  # type: ignore[call-arg]

    return wraps(view)(guarded)


def readiness_readers[**P](
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view whoever may read the readiness: administration, coordination, leadership.

    An outsider finds nothing (404), a member without such a role is refused (403).
    """

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **kwargs: Any) -> HttpResponse:
        mine = [each for each in my_memberships(request) if each.organisation.slug == slug]
        if not mine:
            raise Http404
        proven = [
            each
            for each in mine
            if each.role in READINESS_ROLES and membership_is_authentic(each, each.mac)
        ]
        if not proven:
            raise PermissionDenied
        administers = any(each.role == Role.ADMINISTRATION for each in proven)
        reader = Reader(proven[0].organisation, proven[0].person_id, administers)
        return view(request, reader, **kwargs)  # type: ignore[call-arg]

    return guarded
