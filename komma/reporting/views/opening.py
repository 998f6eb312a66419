"""Opening a mailbox for one request: by its cookie, or by the receipt posted along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from komma.cases import queries as cases
from komma.core import rows
from komma.core.limits import hit
from komma.core.vault.receipts import derive
from komma.core.vault.server import server_keys
from komma.reporting import cookies
from komma.reporting.cookies import Door
from komma.reporting.forms.mailbox import ReceiptForm

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from komma.cases.queries import Mailbox

# Receipts hold 100 bits: nobody guesses one. The limit only keeps machines from trying, and
# leaves a town hall behind one address room for hundreds of people.
TRIES, TRIES_PERIOD = 300, dt.timedelta(minutes=10)
TOO_MANY_REQUESTS = 429
NOT_KEPT = {"csrfmiddlewaretoken", "receipt"}


def door_of(receipt: bytes) -> Door:
    """Return what a receipt's randomness opens."""
    derived = derive(receipt, purpose="receipt", pepper=server_keys().pepper)
    return Door(derived.lookup, derived.secret)


def open_door(door: Door) -> Mailbox | None:
    """Open the mailbox; the transaction then acts with this receipt."""
    rows.use_receipt(door.lookup)
    return cases.mailbox(door.lookup, door.secret)


def opened_by_receipt(request: HttpRequest, form: ReceiptForm) -> tuple[Door, Mailbox] | None:
    """Open a mailbox by a typed receipt; None with the reason in the form's errors."""
    if hit("receipt", request, TRIES, TRIES_PERIOD):
        form.is_valid()
        form.add_error(None, _("Das waren sehr viele Versuche. Bitte warten Sie zehn Minuten."))
        return None
    if not form.is_valid():
        return None
    door = door_of(form.cleaned_data["receipt"])
    mailbox = open_door(door)
    if mailbox is None:
        form.add_error(
            "receipt",
            ValidationError(
                _(
                    "Zu diesem Code gibt es kein Postfach. Entweder ist die Meldung gelöscht, oder"
                    " der Code gehört zu einer anderen Seite. Ein Tippfehler ist es nicht."
                )
            ),
        )
        return None
    return door, mailbox


def with_mailbox[**P](
    view: Callable[Concatenate[HttpRequest, Mailbox, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Open the mailbox for a view and prolong its cookie.

    When the cookie has expired, what was posted is shown again together with a field for the
    receipt; both are sent together, so that nothing is lost.
    """

    @wraps(view)
    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        door = cookies.mailbox_door(request)
        mailbox = open_door(door) if door else None
        if mailbox is None and request.method == "POST":
            form = ReceiptForm(request.POST if "receipt" in request.POST else None)
            found = opened_by_receipt(request, form) if form.is_bound else None
            if found is None:
                return _ask_again(request, form)
            door, mailbox = found
        if mailbox is None or door is None:
            response: HttpResponse = redirect("reporting:mailbox")
            cookies.forget_mailbox(response)
            return response
        answer = view(request, mailbox, *args, **kwargs)
        cookies.set_mailbox(answer, door)
        return answer

    return opened


def _ask_again(request: HttpRequest, form: ReceiptForm) -> HttpResponse:
    kept: list[tuple[str, Any]] = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in NOT_KEPT and name != "text"
        for value in values
    ]
    context = {"form": form, "kept": kept, "text": request.POST.get("text", "")}
    context["had_files"] = bool(request.FILES)
    return render(request, "reporting/reopen.html", context)
