"""Who may open pages of procedures: members read, the coordination writes."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse

from komma.municipalities.codes import Role
from komma.municipalities.current import current_organisation, my_roles, signed_in
from komma.people.queries import people_by_id
from komma.procedures.rules import may_edit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.models import Organisation


class Reader(NamedTuple):
    """Somebody of an organisation; ``may_edit``: writes its procedures."""

    organisation: Organisation
    by: UUID
    may_edit: bool


def members[**P](
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the reader; without any membership these pages do not exist (404)."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, /, **kwargs: Any) -> HttpResponse:
        person, organisation = signed_in(request), current_organisation(request)
        if organisation is None:
            raise Http404
        reader = Reader(organisation, person, may_edit(my_roles(request, organisation.pk)))
        return view(request, reader, **kwargs)  # type: ignore[call-arg]

    return guarded


def coordination[**P](
    view: Callable[Concatenate[HttpRequest, Reader, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the reader, who writes procedures; other members are refused (403)."""

    @members
    def guarded(request: HttpRequest, reader: Reader, /, **kwargs: Any) -> HttpResponse:
        if not reader.may_edit:
            raise PermissionDenied
        return view(request, reader, **kwargs)  # type: ignore[call-arg]

    return wraps(view)(guarded)


def names_of(people: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of people; who has no account any more is left out."""
    ids = {person for person in people if person}
    return {pk: person.name for pk, person in people_by_id(ids).items()} if ids else {}


def names_of_accounts(people: Mapping[str, AbstractSet[UUID]]) -> list[str]:
    """Return the names of those who take people in, of ``people`` by role."""
    return sorted(names_of(people.get(Role.ADMINISTRATION, ())).values())


def members_page(reader: Reader, people: Mapping[str, AbstractSet[UUID]]) -> str:
    """Return the address where the reader takes people in, empty for who does not."""
    if reader.by not in people.get(Role.ADMINISTRATION, ()):
        return ""
    return reverse("municipalities:members", args=[reader.organisation.slug])
