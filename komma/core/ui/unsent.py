"""What somebody typed is shown again when it could not be taken, ready to be sent once more.

Two things refuse a form before its view sees it: the proof of origin does not fit any more
(signing in in another tab, cleared cookies), or the account's session is over. Nothing is stored:
the words go back to the browser that sent them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.middleware.csrf import get_token
from django.shortcuts import resolve_url
from django.template.loader import get_template
from django.utils.translation import gettext as _

from komma.core.ui.widgets import SealedTextarea

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict
    from django.http.response import HttpResponseBase

# Places where a reporter moves: their pages carry "Seite verlassen" and a neutral title.
REPORTER_PLACES = ("/melden/", "/postfach/", "/jetzt/", "/hilfe/")
FORBIDDEN = 403
# Never sent back, so that no secret stands in a page: the form asks for them again.
_SECRET = re.compile(r"passw|secret|credential|receipt|^code$|csrfmiddlewaretoken")
_PASSWORD = re.compile(r"passw|credential")
# Codes of choices, days, tokens and keys are no words of a person and ride along unseen.
_CODE = re.compile(r"[a-z0-9_.:-]{0,64}")
# Where even one small word is a text.
_TEXTS = re.compile(r"^(text|description|message|reason|place)$|_(note|names?|details)$")


def unsent_page(request: HttpRequest, *, signed_out: bool = False) -> HttpResponse | None:
    """Return a page with what was posted, to be sent again; None if it held no words.

    To be called only for a request that came from this site. Files and secrets are left out.
    """
    try:
        posted, had_files = request.POST, bool(request.FILES)
    except (SuspiciousOperation, UnreadablePostError, MultiPartParserError):
        return None
    if any(_PASSWORD.search(name) for name in posted):
        return None
    texts, hidden = _sorted(posted)
    if not texts:
        return None
    context = {
        **page_base(request),
        "texts": [_area(number, *text) for number, text in enumerate(texts, 1)],
        "hidden": hidden,
        "had_files": had_files,
        "action": request.get_full_path(),
        "signed_out": signed_out,
        "sign_in_url": resolve_url(settings.LOGIN_URL),
        "csrf_token": get_token(request),
    }
    response = HttpResponse(get_template("unsent.html").render(context), status=FORBIDDEN)
    response["Cache-Control"] = "no-store"
    return response


def page_base(request: HttpRequest) -> dict[str, Any]:
    """Return what decides the frame of a page that uses neither session nor database."""
    reporter = request.path_info.startswith(REPORTER_PLACES)
    return {"reporter": reporter, "base": "base_reporter.html" if reporter else "base_plain.html"}


def keep_unsent(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Show what was posted again, in the place of a redirect to the sign-in page.

    Stands below the check of the proof of origin, so that only this site's own forms come here.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if request.method == "POST" and _asks_to_sign_in(response):
            return unsent_page(request, signed_out=True) or response
        return response

    return middleware


def _asks_to_sign_in(response: HttpResponseBase) -> bool:
    """Tell whether the answer is that of ``login_required``, which remembers where to go back."""
    target = urlsplit(response.headers.get("Location", ""))
    return target.path == resolve_url(settings.LOGIN_URL) and "next=" in target.query


def _sorted(posted: QueryDict) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return (name, value) of what a person wrote, and of everything else."""
    texts: list[tuple[str, str]] = []
    hidden: list[tuple[str, str]] = []
    for name, values in posted.lists():
        if _SECRET.search(name):
            continue
        for value in values:
            is_text = value.strip() and (_TEXTS.search(name) or not _CODE.fullmatch(value))
            (texts if is_text else hidden).append((name, value))
    return texts, hidden


def _area(number: int, name: str, value: str) -> dict[str, Any]:
    rows = 8 if len(value) > 200 or "\n" in value else 2
    key = f"id_unsent_{number}"
    attrs = {"id": key, "class": "kern-form-input__input", "rows": rows, "dir": "auto"}
    label = _("Ihr Text") if number == 1 else _("Ihr Text (%(number)s)") % {"number": number}
    return {"id": key, "label": label, "field": SealedTextarea().render(name, value, attrs)}
