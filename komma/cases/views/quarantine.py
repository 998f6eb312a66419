"""The quarantine: what came in a flood, in groups of like wording, and what two people decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from komma.cases import quarantine
from komma.cases.actions import quarantine as actions
from komma.cases.actions.opening import record_found
from komma.cases.presentation import danger_title
from komma.cases.quarantine import Group, Stage
from komma.cases.search import Found
from komma.core.ui.nav import Crumb
from komma.core.vault.session import require_open_vault, vault_secret
from komma.municipalities.current import current_organisation, signed_in

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

PAGE_SIZE = 25  # groups
BATCH = 200  # reports decided on with one request: about two seconds


@dataclass(frozen=True)
class Decision:
    """What can be decided.

    ``sure``: what is said before, where many are easily hit by mistake; ``kind``: of the button.
    """

    run: Callable[[UUID, str, list[UUID]], int]
    label: Promise
    done: Callable[[int], str]
    back_to: Stage
    sure: Promise | None = None
    kind: str = "primary"


DECISIONS = {
    "durchlassen": Decision(
        lambda person, secret, cases: actions.let_through(person, cases),
        gettext_lazy("Durchlassen"),
        lambda number: (
            ngettext(
                "%d Meldung steht jetzt in der Liste der Fälle.",
                "%d Meldungen stehen jetzt in der Liste der Fälle.",
                number,
            )
            % number
        ),
        Stage.WAITING,
    ),
    "aussortieren": Decision(
        lambda person, secret, cases: actions.mark(person, cases),
        gettext_lazy("Als Flut aussortieren"),
        lambda number: (
            ngettext(
                "%d Meldung ist vorgemerkt. Jetzt entscheidet eine zweite Person.",
                "%d Meldungen sind vorgemerkt. Jetzt entscheidet eine zweite Person.",
                number,
            )
            % number
        ),
        Stage.WAITING,
        gettext_lazy(
            "Sie schlagen vor, diese Meldungen auszusortieren. Erst wenn eine zweite Person "
            "zustimmt, werden sie abgeschlossen. Gelöscht wird dabei nichts."
        ),
    ),
    "zurueck": Decision(
        lambda person, secret, cases: actions.unmark(person, cases),
        gettext_lazy("Zurück in die Quarantäne"),
        lambda number: (
            ngettext(
                "%d Meldung wartet wieder auf einen Blick.",
                "%d Meldungen warten wieder auf einen Blick.",
                number,
            )
            % number
        ),
        Stage.MARKED,
    ),
    "bestaetigen": Decision(
        actions.sort_out,
        gettext_lazy("Aussortieren bestätigen"),
        lambda number: (
            ngettext("%d Meldung ist aussortiert.", "%d Meldungen sind aussortiert.", number)
            % number
        ),
        Stage.MARKED,
        gettext_lazy(
            "Die Meldungen werden abgeschlossen. Wer sie geschickt hat, liest im Postfach, dass "
            "sie als Teil einer Massensendung gelten. Schreibt die Person zurück, wartet ihre "
            "Meldung wieder in der Quarantäne. Gelöscht wird nichts."
        ),
        kind="danger",
    ),
}
OFFERED = {
    Stage.WAITING: ("durchlassen", "aussortieren"),
    Stage.MARKED: ("bestaetigen", "zurueck", "durchlassen"),
    Stage.ENDED: (),
}


@require_GET
@login_required
@require_open_vault
def show(request: HttpRequest) -> HttpResponseBase:
    """Show a stage of the quarantine; the wording that the page holds counts as opened."""
    person, secret = signed_in(request), vault_secret(request)
    organisation, stage = current_organisation(request), _stage(request.GET.get("zeigen", ""))
    if organisation is None or secret is None:
        return render(request, "cases/quarantine.html", {"counts": None})
    counts = quarantine.counts(organisation.pk)
    groups = quarantine.opened(person, secret, organisation.pk, stage) if counts[stage] else []
    page = Paginator(groups, PAGE_SIZE).get_page(request.GET.get("page"))
    _record(person, list(page))
    ids = [item.case.pk for group in page for item in group.items]
    mine = quarantine.handled(person, ids)
    rows = [(group, _title(group), _offered(group, stage, mine, person)) for group in page]
    context = {
        "stage": stage,
        "tabs": [(each, label, counts[each]) for each, label in _tabs()],
        "counts": counts,
        "page": page,
        "query": request.GET,
        "rows": rows,
        "person": person,
        "beyond": max(counts[stage] - quarantine.MOST_OPENED, 0),
        "offers": [
            each for each in _buttons(OFFERED[stage]) if any(each in row[2] for row in rows)
        ],
    }
    return render(request, "cases/quarantine.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@require_open_vault
def decide(request: HttpRequest) -> HttpResponseBase:
    """Decide on the ticked reports, on one group, or ask first whether one is sure."""
    person, secret = signed_in(request), vault_secret(request)
    name = next((each for each in DECISIONS if each in request.POST), "")
    if not name or secret is None:
        return redirect("cases:quarantine")
    decision, chosen = DECISIONS[name], _chosen(request, name)
    if not chosen:
        messages.info(request, _("Bitte wählen Sie zuerst mindestens eine Meldung aus."))
        return _to(decision.back_to)
    if decision.sure and "sicher" not in request.POST:
        return _ask(request, name, decision, chosen)
    done = decision.run(person, secret, chosen[:BATCH])
    messages.success(request, _told(request, decision, done, len(chosen)))
    return _to(decision.back_to)


def _ask(request: HttpRequest, name: str, decision: Decision, chosen: list[UUID]) -> HttpResponse:
    label = str(decision.label)
    crumbs = [
        Crumb(_("Fälle"), reverse("cases:list")),
        Crumb(_("Quarantäne"), _address(decision.back_to)),
        Crumb(label),
    ]
    context = {
        "name": name,
        "decision": decision,
        "chosen": ",".join(map(str, chosen)),
        "number": min(len(chosen), BATCH),
        "rest": max(len(chosen) - BATCH, 0),
        "crumbs": crumbs,
        "back": _address(decision.back_to),
    }
    return render(request, "cases/quarantine_sure.html", context)


def _told(request: HttpRequest, decision: Decision, done: int, chosen: int) -> str:
    """Say what was done, what was left out, and how much is still there."""
    told = decision.done(done)
    skipped = min(chosen, BATCH) - done
    if skipped:
        told += (
            " "
            + ngettext(
                "%d Meldung blieb, wie sie war: Sie hat sich inzwischen geändert, oder Sie dürfen "
                "hier nicht entscheiden.",
                "%d Meldungen blieben, wie sie waren: Sie haben sich inzwischen geändert, oder Sie "
                "dürfen hier nicht entscheiden.",
                skipped,
            )
            % skipped
        )
    organisation = current_organisation(request)
    left = quarantine.counts(organisation.pk)[decision.back_to] if organisation else 0
    return f"{told} " + _("Hier warten noch %d.") % left


def _chosen(request: HttpRequest, name: str) -> list[UUID]:
    """Return the ids behind a button, or all that are ticked; each once, in order."""
    values = [request.POST.get(name, "")]
    if not values[0]:
        values = request.POST.getlist("meldung")
    found = (_uuid(part) for value in values for part in value.split(","))
    return list(dict.fromkeys(each for each in found if each))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _offered(
    group: Group, stage: Stage, mine: dict[UUID, str], person: UUID
) -> list[tuple[str, Promise]]:
    """Return the buttons of a group: none for readers, no confirming of one's own mark."""
    if group.first.case.pk not in mine:
        return []
    own = group.first.case.discard_by_id == person
    return _buttons(name for name in OFFERED[stage] if not (own and name == "bestaetigen"))


def _buttons(names: Iterable[str]) -> list[tuple[str, Promise]]:
    return [(name, DECISIONS[name].label) for name in names]


def _title(group: Group) -> str:
    return danger_title(group.danger) if group.danger else ""


def _record(person: UUID, groups: list[Group]) -> None:
    shown = [group.first for group in groups if group.first.readable]
    record_found(person, [Found(item.case, item.function, "") for item in shown])


def _tabs() -> list[tuple[Stage, str]]:
    return [
        (Stage.WAITING, _("Wartet auf einen Blick")),
        (Stage.MARKED, _("Zum Aussortieren vorgemerkt")),
        (Stage.ENDED, _("Abgeschlossen")),
    ]


def _stage(code: str) -> Stage:
    return Stage(code) if code in set(Stage) else Stage.WAITING


def _to(stage: Stage) -> HttpResponse:
    return redirect(_address(stage))


def _address(stage: Stage) -> str:
    return f"{reverse('cases:quarantine')}?zeigen={stage}"
