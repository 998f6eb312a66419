"""The long way: one question a page, a summary, sending."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from komma.cases.facts import Danger
from komma.core.files import receive_files, sealed_files
from komma.reporting import actions
from komma.reporting.answers import (
    compile_answers,
    consider,
    shown_form,
    summary_lines,
    typed_answers,
)
from komma.reporting.forms.steps import StepForm
from komma.reporting.queries import OpenDraft, count_files, drafted_files
from komma.reporting.steps import (
    DANGER,
    EXCLUSION,
    FILES,
    STEPS,
    SUMMARY,
    Step,
    applicable,
    following,
    preceding,
    step_by_slug,
)
from komma.reporting.views.entry import closed
from komma.reporting.views.visit import OTHER_BODY, SHOWN, TOO_OFTEN, Visit

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

    from komma.municipalities.routing import Route
    from komma.reporting.answers import Compiled

BACK, ADD, REMOVE, NOTED = "zurueck", "hinzufuegen", "entfernen", "gesehen"
RETURN = "ziel"  # in the address: where to go after changing an answer


@csrf_exempt
@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show and take one question.

    Exempt only to let files be sealed before the body is read; the token is checked inside.
    """
    found = step_by_slug(name)
    if found is None:
        raise Http404
    visit = Visit(request, slug)
    if visit.is_post and found.slug == FILES and visit.own_draft:
        _receive_files(visit, visit.own_draft)
    response: HttpResponse = _protected(request, visit, found)
    return response


@csrf_protect
def _protected(request: HttpRequest, visit: Visit, step: Step) -> HttpResponse:
    if visit.pending and not visit.draft:
        return visit.go_to_receipt()
    if visit.is_elsewhere:
        return visit.go("entry")
    if visit.is_post:
        return _take(visit, step)
    if visit.draft is None:
        if step is not STEPS[0]:
            return visit.go("entry")
        if not visit.town.is_open:
            return closed(visit)
        visit.cookie()
    answers = visit.draft.answers if visit.draft else {}
    return _page(visit, step, shown_form(step, visit.town, answers))


def _receive_files(visit: Visit, draft: OpenDraft) -> None:
    receive_files(
        visit.request,
        public=draft.keys.public,
        context_factory=draft.file_place,
        most_files=max(settings.KOMMA_MAX_FILES - count_files(draft), 0),
    )


def _page(visit: Visit, step: Step, form: StepForm, route: Route | None = None) -> HttpResponse:
    answers = visit.draft.answers if visit.draft else {}
    if form.question:
        form.fields[form.question].label = step.question
    return visit.page(
        "step.html",
        form=form,
        step=step,
        # Every question has its number, also where one is left out: a total must not jump.
        current=STEPS.index(step) + 1,
        total=len(STEPS),
        has_previous=preceding(step.slug, answers) is not None,
        files=drafted_files(visit.draft) if step.slug == FILES and visit.draft else [],
        fallback_route=route,
        expires_at=visit.draft.expires_at if visit.draft else None,
        returns=_returns(visit),
    )


def _take(visit: Visit, step: Step) -> HttpResponse:
    """Keep what was typed in any case; go back, stay or go on."""
    post = visit.request.POST
    typed = typed_answers(step.form, post)
    if visit.draft is None:
        visit.draft = actions.start_draft(
            visit.cookie(), visit.municipality.pk, typed, last_step=step.slug
        )
    else:
        visit.draft = actions.save_answers(visit.draft, typed, last_step=step.slug)
    consider(visit.town, visit.draft.answers)
    form = step.form(data=post, files=visit.request.FILES, town=visit.town)
    is_valid = form.is_valid()
    if step.slug == FILES:
        actions.add_files(visit.draft, sealed_files(visit.request, "uploads"))
        if (removed := _uuid(post.get(REMOVE, ""))) is not None:
            actions.remove_file(visit.draft, removed)
        if is_valid and (ADD in post or REMOVE in post):
            return visit.go("step", step.slug)
    if BACK in post:
        before = preceding(step.slug, visit.draft.answers)
        return visit.go("step", before) if before else visit.go("entry")
    if not is_valid:
        return _page(visit, step, form)
    if step.slug == EXCLUSION and (answer := _fallback_notice(visit, step, form)) is not None:
        return answer
    if step.slug == DANGER and _must_stop(visit, form):
        return visit.page(
            "danger.html", form=form, step=step, noted=DANGER, returns=_returns(visit)
        )
    if _returns(visit):
        return visit.go("summary")
    name = following(step, visit.draft.answers)
    return visit.go("summary") if name == SUMMARY else visit.go("step", name)


def _must_stop(visit: Visit, form: StepForm) -> bool:
    """Tell whether to say first what to do now: there is danger, and that was not yet shown."""
    is_danger = form.cleaned_data.get("danger") == Danger.YES
    return is_danger and visit.request.POST.get(NOTED) != DANGER


def _returns(visit: Visit) -> bool:
    """Tell whether an answer is being changed from the summary."""
    return visit.request.GET.get(RETURN) == SUMMARY


def _fallback_notice(visit: Visit, step: Step, form: StepForm) -> HttpResponse | None:
    """Say once which other body gets the report when nobody is left of the one it is meant for."""
    assert visit.draft is not None
    route = compile_answers(visit.town, visit.draft.answers).sending.route()
    if route is None:
        form.add_error(
            None,
            _(
                "Mit dieser Auswahl bliebe niemand, der Ihre Meldung lesen kann. Bitte lassen Sie"
                " mindestens eine Person zu, oder wenden Sie sich an eine Stelle unter „Hilfe"
                " finden“."
            ),
        )
        return _page(visit, step, form)
    if not route.is_meant and visit.request.POST.get(NOTED) != str(route.unit.pk):
        return _page(visit, step, form, route)
    return None


@require_http_methods(["GET", "POST"])
def summary(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all answers, and send them."""
    visit = Visit(request, slug)
    if visit.is_post and visit.entropy is not None:
        actions.lock_sending(visit.entropy)
    if visit.pending and not visit.draft:
        return visit.go_to_receipt()
    if visit.is_elsewhere:
        return visit.go("entry")
    if visit.draft is None:
        return visit.page("ended.html")
    if BACK in request.POST:
        return visit.go("step", preceding(SUMMARY, visit.draft.answers))
    compiled = compile_answers(visit.town, visit.draft.answers)
    route = compiled.sending.route()
    notice = _hindrance(visit, compiled, route) if visit.is_post else ""
    if visit.is_post and not compiled.problems and not notice:
        try:
            actions.send(visit.cookie(), compiled.sending, visit.draft)
        except actions.NobodyLeft:
            return visit.page("nobody.html", expires_at=visit.draft.expires_at)
        return visit.go_to_receipt()
    return visit.page(
        "summary.html",
        items=_items(visit, visit.draft, compiled.cleaned),
        problems=[(each.title, _change_url(visit, each)) for each in compiled.problems],
        route=route,
        total=len(STEPS),
        is_closed=not visit.town.is_open,
        expires_at=visit.draft.expires_at,
        acute=compiled.sending.acute,
        notice=notice,
    )


def _hindrance(visit: Visit, compiled: Compiled, route: Route | None) -> StrOrPromise:
    """Return why the report is not sent now, or an empty text.

    Nobody but the body on the page gets it: where the chain has changed, the page is shown again.
    """
    shown = visit.request.POST.get(SHOWN)
    if route is not None and shown and shown != str(route.unit.pk):
        return OTHER_BODY
    if not compiled.problems and visit.sends_too_often():
        return TOO_OFTEN
    return ""


def _items(
    visit: Visit, draft: OpenDraft, cleaned: dict[str, dict[str, object]]
) -> list[tuple[object, str, str]]:
    found: list[tuple[object, str, str]] = []
    for each in applicable(draft.answers):
        if each.slug == FILES:
            value = "\n".join(file.name for file in drafted_files(draft))
        else:
            lines = summary_lines(each, visit.town, dict(cleaned[each.slug]))
            alone = len(lines) == 1
            value = "\n".join(text if alone else f"{label}: {text}" for label, text in lines)
        found.append((each.title, value or _("keine Angabe"), _change_url(visit, each)))
    return found


def _change_url(visit: Visit, step: Step) -> str:
    address = reverse("reporting:step", args=[visit.municipality.slug, step.slug])
    return f"{address}?{RETURN}={SUMMARY}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
