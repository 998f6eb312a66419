"""Whoever opens cases goes on only with a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpResponseRedirect
from django.urls import reverse

from komma.people.queries import has_second_factor
from komma.people.rules import second_factor_required

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

# What somebody needs to set one up, or to leave.
ALLOWED = frozenset(
    {
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "people:lock",
        "people:unlock",
        "people:invitation",
        "people:recovery_code",
    }
)


class SecondFactorMiddleware:
    """Lead people without the second factor they need to the page that sets one up.

    Stands below the row middleware: the rule asks the database as the signed-in person.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        person = request.user
        match = request.resolver_match
        if not person.is_authenticated or (match and match.view_name in ALLOWED):
            return None
        # Signed in with it: nothing to ask the database.
        if any(record["method"] == "mfa" for record in get_authentication_records(request, person)):
            return None
        if not second_factor_required(person.pk) or has_second_factor(person.pk):
            return None
        return HttpResponseRedirect(reverse("mfa_index"))
