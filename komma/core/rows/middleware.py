"""One transaction per request, in which the database knows who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from komma.core.rows.context import become

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

SERVER_ERROR = 500


class RowMiddleware:
    """Wrap the view in a transaction and tell the database the signed-in person.

    Rolls back on exceptions and 5xx answers. Http404 and PermissionDenied are already answers
    here (Django converts them inside), so the audit of a refusal stays. ATOMIC_REQUESTS does
    not do: templates rendered after the view and refusals would fall outside.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(settings.KOMMA_TRANSACTIONLESS):
            return self.get_response(request)
        with transaction.atomic():
            person = request.user.pk if request.user.is_authenticated else None
            if person is not None:
                become(person)
            response = self.get_response(request)
            if response.status_code >= SERVER_ERROR:
                transaction.set_rollback(True)
            elif not connection.needs_rollback:
                # on_commit hooks run on the same connection and must see no rows.
                become(None)
        return response
