"""Who may open a page, for which organisation, and the path to it."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from komma.core.ui.nav import Crumb
from komma.municipalities.current import current_organisation, my_roles, signed_in
from komma.prevention.rules import may_edit

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation


class Office(NamedTuple):
    """The organisation for which somebody acts, and whether they may edit."""

    organisation: Organisation
    by: UUID
    edits: bool


def members[**P](
    view: Callable[Concatenate[HttpRequest, Office, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the office; for members. Without a membership the page does not exist (404)."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        organisation = current_organisation(request)
        if organisation is None:
            raise Http404
        edits = may_edit(my_roles(request, organisation.pk))
        office = Office(organisation, signed_in(request), edits)
        return view(request, office, **kwargs)  # type: ignore[call-arg]

    return guarded


def editors[**P](
    view: Callable[Concatenate[HttpRequest, Office, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the office, as `members` does; a member without the role is refused (403)."""

    @members
    def guarded(request: HttpRequest, office: Office, /, **kwargs: Any) -> HttpResponse:
        if not office.edits:
            raise PermissionDenied
        return view(request, office, **kwargs)  # type: ignore[call-arg]

    return wraps(view)(guarded)


def page(
    request: HttpRequest,
    template: str,
    office: Office,
    title: str,
    *path: tuple[str, str],
    **context: Any,
) -> HttpResponse:
    """Render a page of prevention; ``path``: (label, address) of what stands above it."""
    crumbs = [Crumb(_("Verfahren"), reverse("procedures:list"))]
    if template != "prevention/overview.html":
        crumbs.append(Crumb(_("Vorbeugen"), reverse("prevention:overview")))
    crumbs += [Crumb(label, url) for label, url in path]
    frame = {
        "organisation": office.organisation,
        "edits": office.edits,
        "title": title,
        "crumbs": [*crumbs, Crumb(title)],
    }
    return render(request, template, frame | context)


def question(
    request: HttpRequest,
    office: Office,
    title: str,
    text: str,
    label: str,
    cancel_url: str,
) -> HttpResponse:
    """Ask before something is gone."""
    return page(
        request,
        "prevention/question.html",
        office,
        title,
        text=text,
        label=label,
        cancel_url=cancel_url,
    )
