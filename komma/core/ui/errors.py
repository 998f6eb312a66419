"""Error pages: what to do next and a reference, never what went wrong inside.

They use neither the database nor context processors nor the session, so that they
appear whatever failed, and so that a refusal does not show who is signed in. The log
gets the reference, the kind of error and places in the code, but no address of a page
and no message of an exception: both may hold what a person wrote.
"""

import logging
import secrets
import sys
import traceback
from types import TracebackType
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import get_template

from komma.core.ui.unsent import page_base, unsent_page

logger = logging.getLogger("komma.errors")

# Crockford's base 32: no letter that is mistaken for a digit when read out on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# How Django's reasons begin when a form came from elsewhere (django.middleware.csrf, REASON_*).
_OTHER_SITE = ("Origin checking", "Referer checking")

RETRY_AFTER = 120
"""Seconds after which a browser or another program may ask again."""
# Classes of SQLSTATE that mean: no connection, too many, or the server is going down or coming
# up (PostgreSQL manual, appendix "Error Codes"). A lost or never made connection has no code.
_UNREACHABLE = ("08", "53300", "57P")

_LAST_RESORT = (
    '<!DOCTYPE html><html lang="de"><head><meta charset="utf-8"><title>Fehler</title></head>'
    "<body><h1>Das hat leider nicht geklappt</h1>"
    "<p>Bitte versuchen Sie es in einigen Minuten noch einmal.</p>"
    "<p>Kennung: {reference}</p></body></html>"
)


def new_reference() -> str:
    """Return a random reference such as "7K3M-9QXZ", which says nothing about the request."""
    letters = [secrets.choice(_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that could not be understood (400)."""
    return _page(request, "400.html", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a member who lacks the right (403)."""
    return _page(request, "403.html", 403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer for what is not there and for what the person may not know of, alike (404)."""
    return _page(request, "404.html", 404)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that was sent without its proof of origin (403).

    What was typed is shown again, but never what came from another site: whoever sees it there
    would send somebody else's words with one press.
    """
    echo = unsent_page(request) if _came_from_here(request, reason) else None
    return echo or _page(request, "403_csrf.html", 403)


def _came_from_here(request: HttpRequest, reason: str) -> bool:
    """Tell whether only the token failed, and neither Django nor the browser names another site."""
    if request.method != "POST" or reason.startswith(_OTHER_SITE):
        return False
    return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when the platform itself failed, even if no template can be rendered.

    500, or 503 where the database cannot be reached. Of that, Django's own line tells in the log.
    """
    reference = new_reference()
    if database_is_unreachable(sys.exception()):
        return _maintenance(request, reference)
    _log_failure(reference)
    try:
        return _render(request, "500.html", 500, reference)
    except Exception as second:  # the page of last resort must not fail in its turn
        logger.error("reference=%s error page failed: %s", reference, type(second).__name__)
        return HttpResponse(_LAST_RESORT.format(reference=reference), status=500)


def database_is_unreachable(error: BaseException | None) -> bool:
    """Tell whether this error, or one that caused it, means that there is no database now."""
    while error is not None:
        if isinstance(error, OperationalError):
            state = getattr(error.__cause__, "sqlstate", None)
            return state is None or state.startswith(_UNREACHABLE)
        error = error.__cause__
    return False


def _maintenance(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        response = _render(request, "maintenance.html", 503, reference)
    except Exception as second:  # the page of last resort must not fail in its turn
        logger.error("reference=%s error page failed: %s", reference, type(second).__name__)
        response = HttpResponse(_LAST_RESORT.format(reference=reference), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response


def _page(request: HttpRequest, template: str, status: int) -> HttpResponse:
    reference = new_reference()
    logger.info("reference=%s status=%d view=%s", reference, status, _view(request))
    return _render(request, template, status, reference)


def _view(request: HttpRequest) -> str:
    """Name the view, except where reporters move: a log must not tell of their steps."""
    match = request.resolver_match
    hidden = request.path_info.startswith(settings.KOMMA_SESSIONLESS)
    return match.view_name if match and not hidden else "-"


def _render(request: HttpRequest, template: str, status: int, reference: str) -> HttpResponse:
    context: dict[str, Any] = {"reference": reference, **page_base(request)}
    if context["reporter"]:
        context["csrf_token"] = get_token(request)
    response = HttpResponse(get_template(template).render(context), status=status)
    response["Cache-Control"] = "no-store"
    return response


def _log_failure(reference: str) -> None:
    kind, _, trace = sys.exc_info()
    name = kind.__name__ if kind else "unknown"
    logger.error("reference=%s error=%s at %s", reference, name, _places(trace))


def _places(trace: TracebackType | None) -> str:
    """Return the innermost places of a failure as "file:line", without source lines or values."""
    frames = traceback.extract_tb(trace)[-6:] if trace else []
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames)) or "-"
