"""Help right now, for somebody in danger or shock: one phone screen, no report asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from komma.municipalities import contacts
from komma.municipalities.queries import municipality_by_slug
from komma.portal import helplines
from komma.portal.acute import NEVER_KEEP, SITUATIONS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.municipalities.hours import Standing


class Row(NamedTuple):
    """One line of the list, on site or nationwide."""

    name: str
    number: str
    dial: str
    hours: str
    now: Standing

    @classmethod
    def of(cls, line: contacts.Contact | helplines.Helpline, number: str, now: Standing) -> Row:
        """Take what both kinds of lines have in common."""
        return cls(line.name, number, line.dial, line.hours, now)


@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Show whom to call at this moment and what to do, anywhere."""
    return _page(request, [], {})


@require_GET
def now_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The same with the telephones and the way in an emergency of one municipality."""
    municipality = municipality_by_slug(slug)
    if municipality is None:
        raise Http404
    own = [each for each in contacts.reachable(municipality) if each.contact.phone]
    return _page(request, own, {"municipality": municipality})


def _page(request: HttpRequest, own: list[contacts.Reach], more: dict[str, object]) -> HttpResponse:
    """Own lines come before nationwide ones, closed lines after all that may answer."""
    rows = [Row.of(each.contact, each.contact.phone, each.now) for each in own]
    rows += [
        Row.of(each.line, each.line.number, each.now)
        for each in helplines.reachable(timezone.localtime())
    ]
    context = {
        "open_lines": [row for row in rows if not row.now.is_closed],
        "closed_lines": [row for row in rows if row.now.is_closed],
        "situations": SITUATIONS,
        "never_keep": NEVER_KEEP,
    }
    return render(request, "portal/now.html", context | more)
