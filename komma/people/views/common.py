"""What the pages of accounts share."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from komma.core import limits

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import Form
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from komma.people.models import Person

# Tries of a password or a recovery code by somebody who is signed in.
TRIES = (10, timedelta(minutes=15))


def confirmed[**P, R: "HttpResponseBase"](view: Callable[P, R]) -> Callable[P, R]:
    """Ask for the password or the second factor again, unless that was done minutes ago."""
    return cast("Callable[P, R]", reauthentication_required(app="allauth.mfa")(view))


def signed_in_person(request: HttpRequest) -> Person:
    """Return who is signed in; for views behind ``login_required``."""
    return cast("Person", request.user)


def next_url(request: HttpRequest, default: str | None = None) -> str:
    """Return where to go on: the local ``next`` of the request, else ``default``."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return default or settings.LOGIN_REDIRECT_URL


def too_many_tries(form: Form, person: Person, kind: str) -> bool:
    """Count a try; put an error on the form and return True when there were too many."""
    if not limits.hit(kind, None, *TRIES, subject=str(person.pk)):
        return False
    form.add_error(None, _("Das waren zu viele Versuche. Bitte warten Sie eine Viertelstunde."))
    return True
