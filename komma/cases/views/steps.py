"""The page of each step in the table of `cases.steps`, and the page for answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from komma.cases.actions.entries import IncomingFile, seal_meta
from komma.cases.actions.errors import Refused, Stale
from komma.cases.actions.linking import reply_together
from komma.cases.codes import Status
from komma.cases.forms import ReplyForm
from komma.cases.linking import answerable
from komma.cases.presentation import last_changer
from komma.cases.queries import CaseFile
from komma.cases.steps import BY_SLUG, Step
from komma.cases.strands import file_context
from komma.cases.views.access import case_page, opened, with_case
from komma.core.files import keep_files, receive_files
from komma.core.ui.nav import Crumb
from komma.core.vault.session import take_parked_post, vault_secret


@require_http_methods(["GET", "POST"])
@with_case
def take_step(request: HttpRequest, file: CaseFile, slug: str) -> HttpResponseBase:
    """Show a step's form, or take the step."""
    step = BY_SLUG.get(slug)
    if step is None:
        raise Http404
    if request.method == "POST":
        form = step.form(request.POST, **step.options(file))
        if not form.is_valid():
            return _page(request, file, step, form)
        try:
            step.run(file, form.cleaned_data)
        except Refused as error:
            return _refused(request, file, step, error)
        messages.success(request, str(step.done))
        return redirect("cases:list") if step.leaves else _to_case(file)
    if not step.allowed(file):
        messages.info(request, _("Dieser Schritt ist jetzt nicht möglich."))
        return _to_case(file)
    parked = take_parked_post(request, request.path)
    form = step.form(parked, initial={"version": file.case.version}, **step.options(file))
    return _page(request, file, step, form, restored=parked is not None)


def _refused(request: HttpRequest, file: CaseFile, step: Step, error: Refused) -> HttpResponse:
    """Show the form again with everything typed, and who changed the case meanwhile."""
    file = opened(request, file.case_id)
    data = request.POST.copy()
    if isinstance(error, Stale):
        data["version"] = str(file.case.version)
    form = step.form(data, **step.options(file))
    form.is_valid()
    changer = last_changer(file) if isinstance(error, Stale) else ""
    if not changer:  # else a notice of its own says it, with the way to the case
        form.add_error(None, str(error))
    return _page(request, file, step, form, changer=changer, status=409)


def _page(
    request: HttpRequest, file: CaseFile, step: Step, form: Form, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"step": step, "form": form, "title": step.title, "points": step.points(file)}
    return case_page(
        request,
        "cases/step.html",
        file,
        context | {"crumbs": _crumbs(file, step.title)} | more,
        status,
    )


@require_http_methods(["GET", "POST"])
@csrf_exempt
@with_case
def reply(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    """Answer the reporter. Files are sealed on their way in, before anything reads the POST."""
    if request.method == "POST":
        receive_files(
            request,
            public=file.mailbox.public,
            context_factory=lambda upload: file_context(file.case_id, upload),
        )
    return _reply(request, file)


@csrf_protect
def _reply(request: HttpRequest, file: CaseFile) -> HttpResponseBase:
    others = [case.pk for case in answerable(file)]
    if request.method == "POST":
        form = ReplyForm(request.POST, request.FILES, others=len(others))
        if form.is_valid():
            try:
                _send(request, file, form.cleaned_data, others)
            except Refused as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Ihre Antwort liegt im Postfach."))
                return _to_case(file)
        return _reply_page(request, file, form, files_lost=bool(request.FILES))
    if not file.may_handle or file.case.status == Status.RECEIVED:
        messages.info(
            request, _("Bitte übernehmen Sie den Fall zuerst. Danach können Sie antworten.")
        )
        return _to_case(file)
    parked = take_parked_post(request, request.path)
    return _reply_page(
        request, file, ReplyForm(parked, others=len(others)), restored=parked is not None
    )


def _send(request: HttpRequest, file: CaseFile, data: dict[str, Any], others: list[UUID]) -> None:
    uploads, keys = data["attached"], file.mailbox
    incoming = [
        IncomingFile(
            upload.id,
            upload.blob,
            seal_meta(file.case_id, upload.id, keys.public, upload.meta()),
            keys.generation,
        )
        for upload in uploads
    ]
    together, secret = data.get("together"), vault_secret(request)
    new = reply_together(
        file,
        secret or "",
        others if together else [],
        data["text"],
        files=incoming,
        token=data["token"],
    )
    if new:
        keep_files(uploads)


def _reply_page(request: HttpRequest, file: CaseFile, form: Form, **more: Any) -> HttpResponse:
    title = _("Antworten")
    context = {"form": form, "title": title, "crumbs": _crumbs(file, title)}
    return case_page(request, "cases/reply.html", file, context | more)


def _crumbs(file: CaseFile, title: Any) -> list[Crumb]:
    return [
        Crumb(_("Fälle"), reverse("cases:list")),
        Crumb(file.case.number, reverse("cases:case", args=[file.case_id])),
        Crumb(title),
    ]


def _to_case(file: CaseFile) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("cases:case", args=[file.case_id]))
