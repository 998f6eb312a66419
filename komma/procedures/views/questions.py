"""The flow of every form of a draft: one question a page, and nothing typed is ever lost.

Two things can happen while somebody types: the draft changes, or it is published or discarded. Both
show the form again with everything typed, and how to go on.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from komma.procedures.actions import OnDraft, Refused, Stale, begin_draft
from komma.procedures.forms import merging
from komma.procedures.model import Procedure, When
from komma.procedures.queries import Draft, draft, in_force
from komma.procedures.views.access import names_of
from komma.procedures.views.editing import to_draft

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from komma.procedures.compare import Change
    from komma.procedures.forms.fields import DraftForm
    from komma.procedures.views.access import Reader

_CONFLICT = 409
# What a form is made for where neither draft nor procedure is left; it shows what was typed.
_NOTHING = Procedure(
    id="",
    title="",
    about="",
    scene="",
    source="",
    last_checked=dt.date.min,
    pillars=frozenset(),
    when=When(),
    phases=(),
    steps=(),
)


@dataclass(frozen=True)
class Question[F: DraftForm]:
    """One form of a draft.

    ``form``: made of what was posted, or None, and the procedure; ``save``: the one action.
    ``theirs``: what the draft says now where the typed text says something else; empty where it
    says the same, None where it cannot be told. ``is_there``: whether the draft has what the form
    changes, so that there is something to keep of what others wrote.
    """

    slug: str
    title: str
    form: Callable[[Any, Procedure], F]
    save: Callable[[OnDraft, F], object]
    theirs: Callable[[F, Procedure], list[Change] | None]
    done: str
    is_there: Callable[[Procedure], bool] = lambda _procedure: True
    anchor: str = ""
    template: str = "procedures/edit/question.html"
    more: dict[str, Any] = field(default_factory=dict)


def ask[F: DraftForm](request: HttpRequest, reader: Reader, question: Question[F]) -> HttpResponse:
    """Show the form of a question, or take its answer."""
    found = draft(reader.organisation.pk, question.slug)
    if request.method != "POST":
        if found is None:
            return to_draft(question.slug)
        form = question.form(None, found.procedure)
        form.initial["mark"] = found.mark
        form.initial["base"] = merging.base_of(merging.values_of(form))
        return _page(request, question, form)
    if found is None:
        return _without_draft(request, reader, question)
    form = question.form(request.POST, found.procedure)
    if not form.is_valid():
        return _page(request, question, form)
    on = OnDraft(reader.organisation.pk, question.slug, form.cleaned_data["mark"], reader.by)
    try:
        question.save(on, form)
    except Stale as error:
        return _stale(request, reader, question, str(error))
    except Refused as error:
        form.add_error(None, str(error))
        return _page(request, question, form)
    return _saved(request, question)


def _stale[F: DraftForm](
    request: HttpRequest, reader: Reader, question: Question[F], text: str
) -> HttpResponse:
    """Show the typed text beside what the draft says now; saving again is then a decision.

    What the form left as it was keeps what somebody else wrote; only fields that both changed
    stand beside each other.
    """
    found = draft(reader.organisation.pk, question.slug)
    if found is None:
        return _without_draft(request, reader, question)
    form, by_both = _again(request, question, found)
    theirs = question.theirs(form, found.procedure) if form.is_valid() else None
    if theirs == []:  # the same form sent twice, or nothing typed
        return _saved(request, question)
    is_apart = theirs is not None and by_both is not None and by_both.is_valid()
    if is_apart and by_both is not None:
        theirs = question.theirs(by_both, found.procedure)
    more = {
        "stale": text,
        "theirs": theirs,
        "is_apart": is_apart,
        "by_me": found.edited_by == reader.by,
        "editor": names_of([found.edited_by]).get(found.edited_by, ""),
    }
    return _page(request, question, form, status=_CONFLICT, **more)


def _without_draft[F: DraftForm](
    request: HttpRequest, reader: Reader, question: Question[F]
) -> HttpResponse:
    """Show the typed text although there is no draft any more, and offer to begin a new one."""
    organisation, slug = reader.organisation.pk, question.slug
    if "begin" in request.POST:
        try:
            begin_draft(organisation_id=organisation, slug=slug, by=reader.by)
        except Refused as error:
            messages.info(request, str(error))
        if (begun := draft(organisation, slug)) is not None:
            form, _both = _again(request, question, begun)
            return _page(request, question, form, begun=True)
    held = in_force(organisation).get(slug)
    form = question.form(request.POST, held.procedure if held else _NOTHING)
    text = _("Diesen Entwurf gibt es nicht mehr: Jemand hat ihn veröffentlicht oder verworfen.")
    more = {"gone": text, "held": held}
    return _page(request, question, form, status=_CONFLICT, **more)


def _again[F: DraftForm](
    request: HttpRequest, question: Question[F], found: Draft
) -> tuple[F, F | None]:
    """Return the form as it was sent, for the present draft, with what others wrote meanwhile.

    The second one differs from the draft only in what both changed; None where that is not known.
    """
    data = request.POST.copy()
    both = None
    if question.is_there(found.procedure):
        fresh = question.form(None, found.procedure)
        now = merging.values_of(fresh)
        both = merging.merge(data, fresh, base=data.get("base", ""), now=now)
        data["base"] = merging.base_of(now)
    data["mark"] = found.mark
    form = question.form(data, found.procedure)
    return form, question.form(both, found.procedure) if both is not None else None


def _saved(request: HttpRequest, question: Question[Any]) -> HttpResponse:
    messages.success(request, question.done)
    back = to_draft(question.slug)
    return redirect(f"{back.url}#{question.anchor}" if question.anchor else back.url)


def _page(
    request: HttpRequest,
    question: Question[Any],
    form: DraftForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"form": form, "title": question.title, "slug": question.slug, **question.more}
    return render(request, question.template, context | more, status=status)
