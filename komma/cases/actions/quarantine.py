"""Out of quarantine: letting through after one look, sorting out by two people.

Each takes many cases at once and leaves alone what has changed meanwhile, or what the person does
not work on; the database checks the same (migrations/sql/0003_quarantine.sql).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from komma.cases.actions.entries import append, written_by
from komma.cases.codes import STATUS_SENTENCES, EntryKind, Outcome, Status, Strand
from komma.cases.models import Case, CaseStrand
from komma.cases.quarantine import handled
from komma.cases.retention import delete_on
from komma.cases.strands import StrandKeys, open_mailboxes
from komma.core import audit
from komma.core.dates import today


@transaction.atomic
def let_through(person: UUID, cases: Collection[UUID]) -> int:
    """Put reports into the normal list, with the mail to their holders; return how many."""
    found = list(_locked(person, cases))
    for case, function in found:
        case.held, case.news_for_holders = "", True
        _save(case, "case.let_through", person, function, "held", "news_for_holders")
    return len(found)


@transaction.atomic
def mark(person: UUID, cases: Collection[UUID]) -> int:
    """Want to sort reports out as a flood, which somebody else decides; return how many."""
    found = [each for each in _locked(person, cases) if each[0].discard_by_id is None]
    for case, function in found:
        case.discard_by_id = person
        _save(case, "case.discard_wanted", person, function, "discard_by")
    return len(found)


@transaction.atomic
def unmark(person: UUID, cases: Collection[UUID]) -> int:
    """Let marked reports wait again; return how many."""
    found = [each for each in _locked(person, cases) if each[0].discard_by_id is not None]
    for case, function in found:
        case.discard_by_id = None
        _save(case, "case.discard_undone", person, function, "discard_by")
    return len(found)


@transaction.atomic
def sort_out(person: UUID, secret: str, cases: Collection[UUID]) -> int:
    """Close reports that somebody else has marked, with a sentence in the mailbox of each.

    Nothing is deleted before the day that holds for any closed case. Returns how many.
    """
    marked = [
        each
        for each in _locked(person, cases)
        if each[0].discard_by_id is not None and each[0].discard_by_id != person
    ]
    mailboxes = _mailboxes(person, secret, [case.pk for case, _function in marked])
    found = [each for each in marked if each[0].pk in mailboxes]
    for case, function in found:
        _close(case, person, function, mailboxes[case.pk])
    return len(found)


def _close(case: Case, person: UUID, function: str, keys: StrandKeys) -> None:
    text = _(
        "Ihre Meldung wurde als Teil einer Massensendung eingeordnet. War es ernst gemeint? "
        "Schreiben Sie hier, dann sehen wir wieder hin."
    )
    append(case, keys, written_by(person, function, EntryKind.TO_REPORTER, text))
    case.status, case.closed_on = Status.CLOSED, today()
    case.delete_on = delete_on(case.closed_on, pillar=case.unit.pillar, outcome=Outcome.FLOOD)
    case.news_for_reporter = True
    sentence, more = str(STATUS_SENTENCES[Status.CLOSED]), {"outcome": Outcome.FLOOD}
    body = written_by(person, function, EntryKind.STATUS, sentence, status=Status.CLOSED, **more)
    append(case, keys, body)
    changed = ("status", "closed_on", "delete_on", "last_sequence", "news_for_reporter")
    _save(case, "case.discarded", person, function, *changed)


def _locked(person: UUID, cases: Collection[UUID]) -> Iterator[tuple[Case, str]]:
    """Lock those that are in quarantine and that the person works on, in an order for all."""
    functions = handled(person, cases)
    rows = Case.objects.filter(pk__in=functions, status=Status.RECEIVED).exclude(held="")
    for case in rows.select_related("unit").select_for_update(of=("self",)).order_by("pk"):
        yield case, functions[case.pk]


def _mailboxes(person: UUID, secret: str, cases: Collection[UUID]) -> dict[UUID, StrandKeys]:
    """Open the mailbox strands of locked cases; one that is not the newest is left out."""
    strands = CaseStrand.objects.filter(case__in=cases, strand=Strand.MAILBOX)
    newest = dict(strands.values_list("case").annotate(Max("generation")).order_by())
    opened = open_mailboxes(cases, person, secret)
    return {
        case: keys
        for case, (_function, keys) in opened.items()
        if keys.generation == newest.get(case)
    }


def _save(case: Case, kind: str, person: UUID, function: str, *changed: str) -> None:
    case.version += 1
    case.save(update_fields=[*changed, "version"])
    audit.record(
        kind, organisation=case.organisation_id, case=case.pk, person=person, function=function
    )
