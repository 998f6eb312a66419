"""Staff take a report in for somebody else: the form, and the receipt to hand over."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases.actions.entries import IncomingFile, seal_meta
from komma.cases.actions.errors import Refused
from komma.cases.actions.staff_intake import (
    AlreadyTaken,
    Desk,
    StaffReport,
    desks_of,
    note_without_receipt,
    take_in_report,
)
from komma.cases.facts import Consent
from komma.cases.forms.intake import MAIL, StaffIntakeForm
from komma.cases.handovers import outside_body
from komma.cases.queries import may_see
from komma.cases.strands import file_context
from komma.cases.views import handed
from komma.core.files import SealedUpload, keep_files, receive_files
from komma.core.ui.nav import Crumb
from komma.core.vault.keys import KeyPair, new_key_pair
from komma.core.vault.server import server_mac
from komma.core.vault.session import require_open_vault, take_parked_post, vault_secret
from komma.municipalities.current import current_organisation, signed_in
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.queries import municipality_by_id, served_towns
from komma.procedures.codes import Side

if TYPE_CHECKING:
    from collections.abc import Sequence

    from komma.municipalities.models import Organisation

MARK = "vorgang"  # in the address; makes a second click on the same form harmless
MARK_BYTES = 16


@dataclass(frozen=True)
class Arriving:
    """A case in the making: its files are sealed to it before anything else is known."""

    case_id: UUID
    mailbox: KeyPair


@require_http_methods(["GET", "POST"])
@csrf_exempt
@login_required
def take_in(request: HttpRequest) -> HttpResponseBase:
    """Show and take the form; 403 for those whose roles open no cases."""
    organisation = current_organisation(request)
    desks = desks_of(signed_in(request), organisation.pk) if organisation else []
    if not desks or organisation is None:
        raise PermissionDenied
    return _behind_vault(request, desks, organisation)


@require_open_vault
def _behind_vault(
    request: HttpRequest, desks: list[Desk], organisation: Organisation
) -> HttpResponseBase:
    towns: Sequence[Organisation] = served_towns(organisation.pk)
    options: dict[str, Any] = {
        "desks": desks,
        "towns": towns or [organisation],
        "has_emergency_keys": emergency_publics(organisation.pk) is not None,
    }
    if request.method == "GET":
        parked = take_parked_post(request, request.path)
        form = StaffIntakeForm(parked, **options)
        return _page(request, form, restored=parked is not None)
    arriving = Arriving(_case_id(request), new_key_pair())
    receive_files(
        request,
        public=arriving.mailbox.public,
        context_factory=lambda file: file_context(arriving.case_id, file),
        readable={MAIL},
    )
    return _taken(request, arriving, options)


def _case_id(request: HttpRequest) -> UUID:
    """Return the id of the case that this form makes, so that it is made once."""
    token = request.GET.get(MARK) or secrets.token_hex(MARK_BYTES)
    keyed = server_mac("staff intake", signed_in(request), token)
    return UUID(bytes=keyed[:16], version=4)


@csrf_protect
def _taken(request: HttpRequest, arriving: Arriving, options: dict[str, Any]) -> HttpResponseBase:
    form = StaffIntakeForm(request.POST, request.FILES, **options)
    if not form.is_valid():
        return _page(request, form)
    uploads = [*form.cleaned_data[MAIL], *form.cleaned_data["attached"]]
    try:
        taken = take_in_report(_report(form, arriving, uploads))
    except AlreadyTaken:
        return redirect("cases:receipt", case_id=arriving.case_id)
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, form)
    keep_files(uploads)
    municipality = municipality_by_id(form.desk.organisation)
    shown = {
        "code": taken.code,
        "number": taken.number,
        "unit": form.desk.name,
        "functions": taken.functions,
        "acute": taken.acute,
        "emergency_hint": municipality.emergency_hint if municipality else "",
        "answer_on": taken.answer_on.isoformat(),
        "refused": form.cleaned_data["consent"] == Consent.NO,
        "outside": _outside(form),
    }
    handed.keep(request, arriving.case_id, shown)
    return redirect("cases:receipt", case_id=arriving.case_id)


def _outside(form: StaffIntakeForm) -> dict[str, str] | None:
    """Return the body that should better have a report about the top, or None for any other.

    Its description is empty where none is open.
    """
    town = municipality_by_id(form.concerned) if form.leaves_house else None
    if town is None:
        return None
    body = outside_body(town.pk)
    return {"body": body.described if body else "", "town": town.name, "slug": town.slug}


def _report(form: StaffIntakeForm, arriving: Arriving, uploads: list[SealedUpload]) -> StaffReport:
    case_id, public = arriving.case_id, arriving.mailbox.public
    return StaffReport(
        desk=form.desk,
        case_id=case_id,
        mailbox=arriving.mailbox,
        concerns=form.concerned,
        side=form.cleaned_data["side"] or Side.UNKNOWN,
        facts=form.facts(),
        files=[
            IncomingFile(file.id, file.blob, seal_meta(case_id, file.id, public, file.meta()))
            for file in uploads
        ],
        excluded=form.excluded_people,
        excluded_roles=frozenset(form.cleaned_data["excluded_roles"]),
        emergency_declined=bool(form.cleaned_data.get("emergency_declined")),
    )


def _page(request: HttpRequest, form: StaffIntakeForm, *, restored: bool = False) -> HttpResponse:
    title = _("Meldung aufnehmen")
    form.name_outside()
    context = {
        "form": form,
        "title": title,
        "crumbs": [Crumb(_("Fälle"), reverse("cases:list")), Crumb(title)],
        "restored": restored,
        "files_lost": bool(request.FILES),
        "token": request.GET.get(MARK) or secrets.token_hex(MARK_BYTES),
    }
    return render(request, "cases/new.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@require_open_vault
def receipt(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """Show the receipt to hand over; handed over or declined, it is gone for good."""
    shown = handed.kept(request, case_id)
    if request.method == "GET":
        return _receipt_page(request, "cases/receipt.html", case_id, shown)
    if shown is None:
        raise Http404
    handed.forget(request, case_id)
    person, secret = signed_in(request), vault_secret(request)
    if "keiner" in request.POST and secret is not None:
        note_without_receipt(person, secret, case_id)
        messages.success(
            request, _("Der Beleg ist vernichtet. Antworten im Postfach liest niemand.")
        )
    else:
        messages.success(request, _("Der Beleg ist weitergegeben. Hier steht er nicht mehr."))
    if may_see(case_id):
        return redirect("cases:case", case_id=case_id)
    return redirect("cases:list")


@require_GET
@login_required
@require_open_vault
def receipt_print(request: HttpRequest, case_id: UUID) -> HttpResponseBase:
    """Show the receipt on one sheet of paper."""
    shown = handed.kept(request, case_id)
    return _receipt_page(request, "cases/receipt_print.html", case_id, shown)


def _receipt_page(
    request: HttpRequest, template: str, case_id: UUID, shown: dict[str, Any] | None
) -> HttpResponse:
    if shown is None:
        # The same for a case of others and for none at all.
        return render(request, "cases/receipt_gone.html", status=404)
    context = shown | {
        "answer_on": dt.date.fromisoformat(shown["answer_on"]),
        "case_id": case_id,
        "is_visible": may_see(case_id),
    }
    return render(request, template, context)
