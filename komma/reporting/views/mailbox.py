"""The mailbox: where a reporter reads answers and stays in control."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from komma.cases.actions.entries import IncomingFile, seal_meta
from komma.cases.actions.errors import Stale
from komma.cases.actions.mailbox import ask_for_deletion, withdraw, write_message
from komma.cases.codes import EntryKind, Status
from komma.cases.deadlines import of_case
from komma.cases.silence import promised_until, silence_of
from komma.cases.strands import file_context
from komma.core.files import (
    SealedUpload,
    keep_files,
    open_blob,
    receive_files,
    safe_download,
)
from komma.reporting import cookies
from komma.reporting.forms.mailbox import DiaryForm, MessageForm, ReasonForm, ReceiptForm
from komma.reporting.views.opening import (
    TOO_MANY_REQUESTS,
    open_door,
    opened_by_receipt,
    with_mailbox,
)

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from komma.cases.queries import Mailbox

NEWS = "neu"  # in the address: what was just done


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest) -> HttpResponseBase:
    """Show the opened mailbox, or ask for the receipt."""
    door = cookies.mailbox_door(request)
    if request.method == "GET" and door is not None:
        found = open_door(door)
        if found is not None:
            response = _page(request, found, MessageForm())
            cookies.set_mailbox(response, door)
            return response
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        opened = opened_by_receipt(request, form)
        if opened is not None:
            response = redirect("reporting:mailbox")
            cookies.set_mailbox(response, opened[0])
            return response
    status = TOO_MANY_REQUESTS if form.is_bound and form.non_field_errors() else 200
    context = {"form": form, "closed": request.GET.get(NEWS) == "zu"}
    response = render(request, "reporting/mailbox_enter.html", context, status=status)
    if door is not None:
        cookies.forget_mailbox(response)
    return response


def _page(request: HttpRequest, found: Mailbox, form: MessageForm) -> HttpResponse:
    done = {
        "nachricht": _("Ihre Nachricht ist angekommen. Niemand sonst kann sie lesen."),
        "tagebuch": _("Ihr Eintrag ist gespeichert."),
        "zurueckgezogen": _("Sie haben die Meldung zurückgezogen."),
        "beschwerde": _("Ihre Beschwerde ist festgehalten. Alle Zuständigen bekommen sie."),
        "beschwerde-weiter": _(
            "Ihre Beschwerde ist festgehalten. Die nächste Stelle bekommt in der nächsten Stunde "
            "eine E-Mail, ohne Ihren Namen."
        ),
        "loeschen": _("Ihre Bitte um Löschung ist angekommen. Die Antwort lesen Sie hier."),
    }
    context = {
        "mailbox": found,
        "form": form,
        "done": done.get(request.GET.get(NEWS, "")),
        "deadlines": of_case(found.case, found.entries),
        "promised": promised_until(found.case, found.entries),
        "silence": silence_of(found),
        "is_withdrawn": found.status == Status.WITHDRAWN,
    }
    return render(request, "reporting/mailbox.html", context)


@csrf_exempt
@require_POST
def message(request: HttpRequest) -> HttpResponseBase:
    """Take a message with files.

    Exempt only to let files be sealed before the body is read; the token is checked inside.
    """
    door = cookies.mailbox_door(request)
    found = open_door(door) if door else None
    if found is not None:
        receive_files(
            request,
            public=found.public,
            context_factory=lambda file_id: file_context(found.case_id, file_id),
        )
    response: HttpResponseBase = _message(request, sealed_for=found)
    return response


@csrf_protect
@with_mailbox
def _message(
    request: HttpRequest, found: Mailbox, *, sealed_for: Mailbox | None
) -> HttpResponseBase:
    """Take a message; its files were sealed to ``sealed_for``, opened before they arrived."""
    form = MessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form)
    uploads: list[SealedUpload] = form.cleaned_data["uploads"]
    keys = sealed_for or found
    files = [
        IncomingFile(
            id=upload.id,
            blob=upload.blob,
            meta=seal_meta(found.case_id, upload.id, keys.public, upload.meta()),
            generation=keys.generation,
        )
        for upload in uploads
    ]
    try:
        new = write_message(
            found, form.cleaned_data["text"], files, token=form.cleaned_data["token"]
        )
    except Stale as error:
        form.add_error(None, str(error))
        return _page(request, found, form)
    if new:
        keep_files(uploads)
    return _back("nachricht")


@require_http_methods(["GET", "POST"])
@with_mailbox
def diary(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Take an entry of the incident diary."""
    form = DiaryForm(_data(request))
    if form.is_bound and form.is_valid():
        day = form.cleaned_data["day_from"]
        write_message(
            found,
            form.cleaned_data["text"],
            kind=EntryKind.DIARY,
            facts={"day_from": day.isoformat()} if day else None,
            token=form.cleaned_data["token"],
        )
        return _back("tagebuch")
    return render(request, "reporting/mailbox_diary.html", {"form": form})


@require_http_methods(["GET", "POST"])
@with_mailbox
def withdrawal(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Ask once more, then withdraw the report."""
    form = ReasonForm(_data(request))
    if form.is_bound and form.is_valid():
        withdraw(found, form.cleaned_data["text"], token=form.cleaned_data["token"])
        return _back("zurueckgezogen")
    return render(request, "reporting/mailbox_withdraw.html", {"form": form})


@require_http_methods(["GET", "POST"])
@with_mailbox
def deletion(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Ask once more, then ask the handling body to delete the case."""
    form = ReasonForm(_data(request))
    if form.is_bound and form.is_valid():
        ask_for_deletion(found, form.cleaned_data["text"], token=form.cleaned_data["token"])
        return _back("loeschen")
    return render(request, "reporting/mailbox_delete.html", {"form": form})


@require_GET
@with_mailbox
def attachment(request: HttpRequest, found: Mailbox, attachment_id: UUID) -> HttpResponseBase:
    """Hand out a file of the mailbox."""
    file = found.attachment(attachment_id)
    if file is None:
        raise Http404
    try:
        chunks = open_blob(file.blob, file.secret, file.context)
    except FileNotFoundError:
        raise Http404 from None
    return safe_download(chunks, name=file.name, size=file.size)


@require_GET
@with_mailbox
def mailbox_print(request: HttpRequest, found: Mailbox) -> HttpResponseBase:
    """Show everything on paper."""
    context = {"mailbox": found, "deadlines": of_case(found.case, found.entries)}
    return render(request, "reporting/mailbox_print.html", context)


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Close the mailbox on this device."""
    response = _back("zu")
    cookies.forget_mailbox(response)
    return response


def _data(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _back(news: str) -> HttpResponse:
    response: HttpResponse = redirect(f"{reverse('reporting:mailbox')}?{NEWS}={news}")
    return response
