"""Template tags and filters of the interface: `{% load komma_ui %}`."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any

from django import template
from django.core.paginator import Page
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from komma.core.files.names import name_warning as _name_warning
from komma.core.ui import leaving

register = template.Library()


def _local(moment: datetime) -> datetime:
    return timezone.localtime(moment) if timezone.is_aware(moment) else moment


def _formatted(value: date | None, pattern: str) -> str:
    if isinstance(value, datetime):
        value = _local(value)
    return formats.date_format(value, pattern) if value else ""


@register.filter
def day(value: date | None) -> str:
    """Return a day (or the local day of a moment) as 22.11.2026; "" for None."""
    return _formatted(value, "d.m.Y")


@register.filter
def long_day(value: date | None) -> str:
    """Return a day (or the local day of a moment) as "Montag, 2. März 2026"; "" for None."""
    return _formatted(value, "l, j. F Y")


@register.filter
def clock(value: time | datetime | None) -> str:
    """Return a local time of day as "14:00 Uhr"; "" for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value)
    return _("%(time)s Uhr") % {"time": formats.time_format(value, "H:i")}


@register.filter
def day_clock(value: datetime | None) -> str:
    """Return a moment as "22.11.2026, 14:00 Uhr"; "" for None."""
    return f"{day(value)}, {clock(value)}" if value else ""


@register.filter
def kind_word(kind: str) -> SafeString | str:
    """Return what an alert's colour and sign say, for those who see neither."""
    words = {"warning": _("Achtung"), "danger": _("Wichtig")}
    word = words.get(kind)
    return format_html('<span class="kern-sr-only">{}: </span>', word) if word else ""


@register.filter
def hint(label: object) -> object:
    """Return the explanation of a choice's label, "" for a plain one.

    A look-up in the template that fails costs more than the rest of the line.
    """
    return getattr(label, "hint", "")


@register.filter
def name_warning(name: str, kind: str) -> str:
    """Return a warning where a file of media type `kind` bears the name of something else."""
    return _name_warning(name, kind)


@register.simple_tag
def leave_target() -> str:
    """Return where "Seite verlassen" leads."""
    return leaving.leave_target()


@register.simple_tag
def elided_pages(page: Page[Any]) -> Iterable[int | str]:
    """Return the page numbers to show: both ends, the neighbours, gaps between."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)


@register.simple_tag
def page_query(query: Mapping[str, Any] | str | None, number: int) -> str:
    """Return "?…&page=number" with all of `query` but its own page kept, repeated keys included."""
    kept = QueryDict(mutable=True)
    if isinstance(query, QueryDict):
        kept = query.copy()
    elif isinstance(query, Mapping):
        for key, value in query.items():
            many = value if isinstance(value, list | tuple) else [value]
            kept.setlist(key, [str(each) for each in many])
    kept["page"] = str(number)
    return f"?{kept.urlencode()}"


@register.simple_block_tag
def alert(content: str, kind: str, title: str, heading: int | None = None) -> SafeString:
    """Show `content` (markup) in a notice of `kind` info, success, warning or danger."""
    values = {"kind": kind, "title": title, "heading": heading, "content": content}
    return render_to_string("components/alert.html", values)


@register.simple_block_tag
def blurred(content: str, summary: str = "") -> SafeString:
    """Cover `content` (markup), which holds hateful wording, until somebody opens it."""
    return render_to_string("components/blurred.html", {"content": content, "summary": summary})
