"""Pages of the demonstration; in any other mode they do not exist."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from komma.demo import guide
from komma.demo.people import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


def _only_in_demo(
    view: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not settings.KOMMA_DEMO:
            raise Http404
        return view(request)

    return guarded


@_only_in_demo
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """List accounts and receipts for trying out."""
    context = {
        "accounts": guide.accounts(),
        "password": PASSWORD,
        "receipts": guide.receipts(),
    }
    return render(request, "demo/index.html", context)


@_only_in_demo
@require_GET
def mails(request: HttpRequest) -> HttpResponse:
    """Show the mails that were kept instead of sent."""
    return render(request, "demo/mails.html", {"mails": guide.kept_mails()})
