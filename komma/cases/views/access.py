"""Who may enter a case page: whoever holds a key and has opened the vault. Others find nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from komma.cases.actions.errors import CaseGone, Refused
from komma.cases.actions.opening import renew_keys
from komma.cases.queries import CaseFile, case_file
from komma.core.vault.sealing import VaultError
from komma.core.vault.session import require_open_vault, vault_secret
from komma.municipalities.current import signed_in

logger = logging.getLogger("komma.cases")


def with_case[**P](
    view: Callable[Concatenate[HttpRequest, CaseFile, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Give the view the opened case; 404 for all who hold no key, as if there were no case."""

    @login_required
    @require_open_vault
    @wraps(view)
    def guarded(request: HttpRequest, /, case_id: UUID, **kwargs: Any) -> HttpResponseBase:
        try:
            file = opened(request, case_id)
        except VaultError:  # sealed to a former key of this person
            return render(request, "cases/former_key.html", status=409)
        try:
            return view(request, file, **kwargs)  # type: ignore[call-arg]
        except CaseGone:
            raise Http404 from None

    return guarded


def opened(request: HttpRequest, case_id: UUID) -> CaseFile:
    """Open a case as whoever is signed in; raises Http404, and `VaultError` for a former key."""
    person, secret = signed_in(request), vault_secret(request)
    if secret is None:
        raise Http404
    file = case_file(person, secret, case_id)
    if file is None:
        raise Http404
    if not (file.case.rotation_due and file.may_handle):
        return file
    try:
        renew_keys(file)
    except Refused:
        # Reading goes on; the keys stay due, or somebody else has just made them.
        logger.warning("keys of a case could not be renewed")
    file = case_file(person, secret, case_id)
    if file is None:
        raise Http404
    return file


def case_page(
    request: HttpRequest, template: str, file: CaseFile, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of one case."""
    return render(request, template, {"file": file, "case": file.case} | context, status=status)
