"""The short report: one page, sent directly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from komma.reporting import actions
from komma.reporting.answers import (
    Compiled,
    compile_answers,
    consider,
    initial_of,
    typed_answers,
)
from komma.reporting.forms.short import ShortForm, with_notify
from komma.reporting.steps import STEPS, SUMMARY
from komma.reporting.views.entry import closed, readers
from komma.reporting.views.visit import OTHER_BODY, SHOWN, TOO_OFTEN, Visit

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from komma.reporting.queries import Answers


@require_http_methods(["GET", "POST"])
def short(request: HttpRequest, slug: str) -> HttpResponse:
    """Show and take the short report; "Mehr angeben" leads into the long way."""
    visit = Visit(request, slug)
    if visit.is_post:
        return _take(visit)
    if visit.pending and not visit.draft:
        return visit.go_to_receipt()
    if visit.is_elsewhere:
        return visit.go("entry")
    if not visit.town.is_open:
        return closed(visit)
    answers = visit.own_draft.answers if visit.own_draft else {}
    consider(visit.town, answers)
    return _page(visit, ShortForm(initial=initial_of(ShortForm, answers), town=visit.town))


def _page(visit: Visit, form: ShortForm) -> HttpResponse:
    visit.cookie()
    form.name_outside()
    named = [body for body in (visit.town.body, visit.town.outside) if body is not None]
    shown = " ".join(str(body.organisation.pk) for body in named)
    return visit.page("short.html", form=form, readers=readers(visit), shown=shown)


def _take(visit: Visit) -> HttpResponse:
    consider(visit.town, visit.own_draft.answers if visit.own_draft else {})
    form = ShortForm(data=visit.request.POST, town=visit.town)
    if visit.entropy is None:
        # Without the cookie a second click could not be told from a second report.
        form.add_error(None, _("Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal ab."))
        return _page(visit, form)
    actions.lock_sending(visit.entropy)
    before = visit.own_draft.answers if visit.own_draft else {}
    typed = with_notify(typed_answers(ShortForm, visit.request.POST), before)
    if visit.pending:
        return _already_sent(visit, form, typed)
    if visit.is_elsewhere:
        form.add_error(
            None,
            format_html(
                '{} <a class="kern-link" href="{}">{}</a>',
                _("Auf diesem Gerät ist noch eine Meldung an eine andere Kommune angefangen."),
                f"/melden/{visit.municipality.slug}/",
                _("Bitte entscheiden Sie zuerst, was mit ihr geschieht. Ihr Text bleibt hier."),
            ),
        )
        return _page(visit, form)
    if "mehr" in visit.request.POST:
        _keep(visit, typed, STEPS[0].slug)
        return visit.go("step", STEPS[0].slug)
    if not form.is_valid():
        return _page(visit, form)
    return _send(visit, form, typed)


def _already_sent(visit: Visit, form: ShortForm, typed: Answers) -> HttpResponse:
    """Show the receipt after a second click; keep the words if they are those of another report."""
    assert visit.pending is not None
    mark = compile_answers(visit.town, typed).sending.mark
    if mark == visit.pending["mark"]:
        return visit.go_to_receipt()
    form.add_error(
        None,
        format_html(
            '{} <a class="kern-link" href="/melden/quittung/">{}</a>',
            _("Sie haben eben schon eine Meldung abgesendet."),
            _("Bitte notieren Sie zuerst deren Code. Ihr neuer Text bleibt so lange hier."),
        ),
    )
    return _page(visit, form)


def _send(visit: Visit, form: ShortForm, typed: Answers) -> HttpResponse:
    draft = visit.own_draft
    compiled: Compiled = compile_answers(visit.town, (draft.answers if draft else {}) | typed)
    if compiled.problems:
        _keep(visit, typed, SUMMARY)
        return visit.go("summary")
    route = compiled.sending.route()
    shown = visit.request.POST.get(SHOWN)
    if route is not None and shown and str(route.body.organisation.pk) not in shown.split():
        form.add_error(None, OTHER_BODY)
        return _page(visit, form)
    if visit.sends_too_often():
        form.add_error(None, TOO_OFTEN)
        return _page(visit, form)
    try:
        actions.send(visit.cookie(), compiled.sending, draft)
    except actions.NobodyLeft:
        form.add_error(
            None,
            _(
                "Zurzeit ist niemand da, der Ihre Meldung lesen kann. Ihr Text steht noch hier."
                " Hilfe finden Sie unter „Hilfe finden“."
            ),
        )
        return _page(visit, form)
    return visit.go_to_receipt()


def _keep(visit: Visit, typed: Answers, step: str) -> None:
    if visit.own_draft:
        actions.save_answers(visit.own_draft, typed, last_step=step)
    else:
        actions.start_draft(visit.cookie(), visit.municipality.pk, typed, last_step=step)
