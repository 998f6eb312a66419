"""Sessions and accounts, except where reporters move."""

from __future__ import annotations

from typing import TYPE_CHECKING, override

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware as DjangoAuthentication
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessions

from komma.core.sessions.store import SealedSessionStore

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def is_sessionless(request: HttpRequest) -> bool:
    """Tell whether the account session must stay untouched for this path."""
    return request.path.startswith(settings.KOMMA_SESSIONLESS)


class SessionMiddleware(DjangoSessions):
    """Reads and writes the session, but gives reporters' pages an empty one never stored."""

    @override
    def process_request(self, request: HttpRequest) -> None:
        if is_sessionless(request):
            request.session = SealedSessionStore()
        else:
            super().process_request(request)

    @override
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if is_sessionless(request):
            return response
        return super().process_response(request, response)


class AuthenticationMiddleware(DjangoAuthentication):
    """Knows nobody on reporters' pages."""

    @override
    def process_request(self, request: HttpRequest) -> None:
        if is_sessionless(request):
            request.user = AnonymousUser()
        else:
            super().process_request(request)
