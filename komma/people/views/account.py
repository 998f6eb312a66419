"""`/konto/`: overview, name, sessions, single sign-on."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from komma.core.sessions.store import hashed
from komma.core.vault.keys import fingerprint
from komma.core.vault.session import vault_secret
from komma.people import actions, queries, sso
from komma.people.forms import NameForm
from komma.people.rules import second_factor_required
from komma.people.views.common import confirmed, signed_in_person

if TYPE_CHECKING:
    from django.http import HttpRequest


@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show everything that belongs to one's own account."""
    person = signed_in_person(request)
    public = queries.authentic_public_key(person.pk)
    return render(
        request,
        "people/account.html",
        {
            "person": person,
            "profile": [(_("Name"), person.name), (_("E-Mail-Adresse"), person.email)],
            "factors": queries.count_second_factors(person.pk),
            "factor_required": second_factor_required(person.pk),
            "fingerprint": fingerprint(public) if public else "",
            "is_open": vault_secret(request) is not None,
            "sessions": len(queries.sessions_of(person.pk)),
            "sso_name": sso.name(),
            "sso_connected": bool(sso.name()) and queries.is_connected(person.pk),
        },
    )


@login_required
def name(request: HttpRequest) -> HttpResponse:
    """Change the name that colleagues see."""
    person = signed_in_person(request)
    form = NameForm(request.POST or None, initial={"name": person.name})
    if request.method == "POST" and form.is_valid():
        actions.rename(person.pk, form.cleaned_data["name"])
        messages.success(request, _("Ihr Name ist geändert."))
        return redirect("people:account")
    return render(request, "people/name.html", {"form": form})


@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """List the devices on which this account is signed in."""
    person = signed_in_person(request)
    found = queries.sessions_of(person.pk)
    current = _current_key(request)
    found.sort(key=lambda session: session.session_key != current)
    return render(request, "people/sessions.html", {"sessions": found, "current": current})


@login_required
@require_POST
def end_session(request: HttpRequest) -> HttpResponse:
    """Sign one device out, or all but this one."""
    person = signed_in_person(request)
    if "others" in request.POST:
        actions.end_other_sessions(person.pk, keep=_current_key(request))
        messages.success(request, _("Alle anderen Geräte sind abgemeldet."))
    elif not actions.end_session(person.pk, request.POST.get("session", "")):
        raise Http404
    else:
        messages.success(request, _("Das Gerät ist abgemeldet."))
    return redirect("people:sessions")


@login_required
@require_POST
@confirmed
def connect(request: HttpRequest) -> HttpResponse:
    """Allow connecting single sign-on for some minutes; a plain link then leads there.

    The way out is a link and no redirect, since the content policy lets forms lead to this site
    only; and the permission stands in the session, so that no foreign page can start it.
    """
    if not sso.name():
        raise Http404
    request.session[sso.MAY_CONNECT] = int(time.time())
    return render(
        request, "people/connect.html", {"sso_name": sso.name(), "url": sso.connect_url()}
    )


@login_required
@require_POST
@confirmed
def disconnect(request: HttpRequest) -> HttpResponse:
    """Take single sign-on off the account."""
    actions.disconnect(signed_in_person(request).pk)
    messages.success(request, _("Die Verknüpfung ist gelöst."))
    return HttpResponseRedirect(redirect("people:account").url)


def _current_key(request: HttpRequest) -> str:
    return hashed(request.session.session_key or "")
