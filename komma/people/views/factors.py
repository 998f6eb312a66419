"""What allauth's pages of second factors leave open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import views as webauthn
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect

from komma.people import queries
from komma.people.views.common import signed_in_person

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
def remove_passkey(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove a passkey, unless it is the last second factor of somebody who needs one.

    allauth asks its adapter only before it removes an authenticator app.
    """
    passkey = queries.passkey(signed_in_person(request).pk, pk)
    if passkey is None:
        raise Http404
    adapter = get_adapter()
    if not adapter.can_delete_authenticator(passkey):
        messages.error(request, adapter.error_messages["cannot_delete_authenticator"])
        return redirect("mfa_index")
    response: HttpResponse = webauthn.remove_webauthn(request, pk=pk)
    return response
