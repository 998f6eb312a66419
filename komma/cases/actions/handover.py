"""Another responsible body takes a case: asking, taking, declining, taking back.

Keys for the other side are sealed when it is asked and open nothing before it has taken the case
(docs/adr/0014-hand-over.md).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.entries import (
    append,
    audited,
    by_staff,
    locked,
    locked_at,
    locked_for,
    note_down,
    save,
)
from komma.cases.actions.errors import Refused, demand, demand_handling
from komma.cases.actions.offers import end_offer
from komma.cases.actions.opening import renew_keys
from komma.cases.actions.work import set_status
from komma.cases.codes import Consent, EntryKind, Status, Strand
from komma.cases.handovers import OpenOffer, brief_of, choices, place_of
from komma.cases.models import Case, CaseExclusion, CaseStrand
from komma.cases.queries import CaseFile, case_file, is_excluded, on_other_side
from komma.cases.strands import StrandKeys, brief_context, entry_context, seal_for_holder
from komma.core import audit
from komma.core.vault.sealing import seal_json
from komma.municipalities.queries import Receiver, functions_of, receivers
from komma.municipalities.routing import Route, route_within
from komma.people.actions import hint
from komma.people.hints import Hint

if TYPE_CHECKING:
    from komma.municipalities.models import Unit


@dataclass(frozen=True)
class Question:
    """What another body is asked, and on what ground.

    ``reason`` goes to the reporter, ``brief`` to those who decide. ``consent``: a code of
    `Consent`; ``given_on``: the day the affected person agreed; ``ground``: the legal one, where
    they did not. ``other_procedure``: they want the procedure of another pillar. ``excluded``:
    people over there who must never read the case.
    """

    unit: UUID
    reason: str = field(repr=False)
    brief: str = field(repr=False)
    consent: str
    given_on: dt.date | None = None
    ground: str = field(default="", repr=False)
    other_procedure: bool = False
    excluded: frozenset[UUID] = frozenset()


@transaction.atomic
def offer(file: CaseFile, question: Question, *, version: int) -> None:
    """Ask a unit of another body to take the case; the reporter reads whom and why.

    Raises `Refused` where nobody there could read it, the case is over or already offered, and
    where the procedure would change without the affected person's wish.
    """
    demand_handling(file)
    case = locked_at(file, version)
    choice = next((each for each in choices(file) if each.unit.pk == question.unit), None)
    if choice is None:
        raise Refused(_("Diese Stelle kann den Fall zurzeit nicht übernehmen."))
    _demand_consent(question, changes=choice.changes)
    unit = choice.unit
    excluded = _exclude(case, unit, question.excluded)
    found = _readers(case, unit)
    demand(found, _("Dort dürfte niemand den Fall öffnen. Bitte wählen Sie eine andere Stelle."))
    assert found is not None
    _store(case, file, unit, found, question.brief)
    text = _told(unit, found, question)
    append(case, file.mailbox, by_staff(file, EntryKind.HAND_OVER, text))
    note_down(case, file, EntryKind.HAND_OVER, _for_the_file(unit, question.brief, excluded))
    case.news_for_reporter = True
    case.version += 1
    save(case)
    for receiver in found.holders:
        hint(receiver.person, Hint.NEWS)
    audited("case.offered", case, file)


def _demand_consent(question: Question, *, changes: bool) -> None:
    agreed = question.consent == Consent.GIVEN and question.given_on is not None
    demand(
        agreed or (question.consent == Consent.LEGAL and question.ground),
        _("Bitte halten Sie fest, worauf sich die Weitergabe stützt."),
    )
    demand(
        not changes or (agreed and question.other_procedure),
        _("Das Verfahren wechselt nur, wenn die betroffene Person das wünscht."),
    )


def _exclude(case: Case, unit: Unit, people: frozenset[UUID]) -> list[str]:
    """Exclude people of the other unit for good; return their functions."""
    named = {each.person: each.title for each in receivers(unit.pk) if each.person in people}
    tags = [rules.exclusion_tag(case.pk, person) for person in named]
    CaseExclusion.objects.bulk_create(
        [CaseExclusion(case=case, tag=tag) for tag in tags], ignore_conflicts=True
    )
    return list(named.values())


def _readers(case: Case, unit: Unit) -> Route | None:
    """Return who would read the case there: as at an intake, and deputies where all are away.

    Who supports somebody does not examine the same case, nor the other way round.
    """
    possible = receivers(unit.pk)
    shut_out = on_other_side(case.pk, unit.pillar, [each.person for each in possible]) | {
        each.person for each in possible if is_excluded(case.pk, each.person, each.roles)
    }
    return route_within(unit, concerns=case.concerns_id, excluded=shut_out)


def _store(case: Case, file: CaseFile, unit: Unit, found: Route, brief: str) -> None:
    identifier = uuid4()
    publics = [receiver.public for receiver in found.holders]
    sealed = seal_json(
        brief_of(file, identifier, brief), to=publics, context=brief_context(case.pk, identifier)
    )
    content = {
        "id": str(identifier),
        "case": str(case.pk),
        "to_unit": str(unit.pk),
        "brief": sealed.hex(),
        "keys": [
            *_keys(case.pk, file, found.holders, reserve=False),
            *_keys(case.pk, file, found.reserve, reserve=True),
        ],
    }
    call("SELECT komma_offer_case(%s)", [json.dumps(content)])


def _keys(
    case: UUID, file: CaseFile, people: Iterable[Receiver], *, reserve: bool
) -> Iterable[dict[str, Any]]:
    for receiver in people:
        for keys in file.strands.values():
            yield {
                "id": str(uuid4()),
                "strand": keys.strand,
                "generation": keys.generation,
                "person": str(receiver.person),
                "public": receiver.public,
                "tags": [tag.hex() for tag in rules.tags_of(case, receiver.person, receiver.roles)],
                "function": receiver.title,
                "sealed": seal_for_holder(case, keys.strand, keys.secret, receiver.public).hex(),
                "reserve": reserve,
            }


def _told(unit: Unit, found: Route, question: Question) -> str:
    """Return what the reporter reads: to whom, why, on what ground, who would read it."""
    parts = [
        _("Wir haben eine andere Stelle gefragt, ob sie Ihren Fall übernimmt: %(place)s.")
        % {"place": place_of(unit)},
        _("Warum: %s") % question.reason,
        _("Dort würden lesen: %s.") % ", ".join(sorted({each.title for each in found.holders})),
        _ground(question),
    ]
    if question.other_procedure:
        parts.append(_("Das Verfahren wechselt damit, so wie Sie es wünschen."))
    parts.append(
        _(
            "Bis zur Entscheidung bleibt Ihr Fall bei uns; dort kann ihn noch niemand öffnen. Sind "
            "Sie nicht einverstanden oder darf dort jemand nichts davon erfahren? Schreiben Sie "
            "es uns hier."
        )
    )
    return "\n".join(parts)


def _ground(question: Question) -> str:
    if question.consent == Consent.GIVEN and question.given_on is not None:
        day = f"{question.given_on:%d.%m.%Y}"
        return _("Einverständnis der betroffenen Person: ja, am %s.") % day
    return _("Ohne Einverständnis der betroffenen Person, aus rechtlichem Grund: %s") % (
        question.ground
    )


def _for_the_file(unit: Unit, brief: str, excluded: list[str]) -> str:
    lines = [_("Angefragt: %s") % place_of(unit), brief]
    if excluded:
        lines.append(_("Dort ausgeschlossen: %s") % ", ".join(excluded))
    return "\n".join(lines)


@transaction.atomic
def take_back(file: CaseFile, reason: str = "") -> None:
    """End the open offer; the case stays, and the reporter reads that."""
    demand_handling(file)
    case = locked_for(file)
    text = _("Wir haben die Anfrage an die andere Stelle zurückgenommen. Ihr Fall bleibt bei uns.")
    end_offer(case, file, f"{text}\n{reason}".strip())
    case.version += 1
    save(case)
    audited("case.offer_taken_back", case, file)


@transaction.atomic
def take(found: OpenOffer, person: UUID, secret: str) -> CaseFile:
    """Take an offered case: keys move here, and new ones are made at once.

    From then on the former body reads nothing that is written. Raises `Refused` where somebody
    else has decided, or the offer is void.
    """
    row, unit = found.handover, found.handover.to_unit
    possible = receivers(unit.pk)
    apart = on_other_side(row.case_id, unit.pillar, [each.person for each in possible])
    tags = {
        str(each.person): [tag.hex() for tag in rules.tags_of(row.case_id, each.person, each.roles)]
        for each in possible
        if each.person not in apart
    }
    call("SELECT komma_take_case(%s, %s)", [row.pk, json.dumps(tags)])
    renew_keys(_opened(person, secret, row.case_id))
    file = _opened(person, secret, row.case_id)
    case = locked_for(file)
    text = _(
        "Ihr Fall liegt jetzt bei einer anderen Stelle: %(place)s. Antwort bis %(day)s. Die "
        "bisherige Stelle (%(former)s) kann nichts mehr lesen, was ab jetzt geschrieben wird. Wer "
        "dort Ihre Meldung geöffnet hat, steht weiter unten."
    ) % {
        "place": place_of(file.case.unit),
        "day": f"{case.answer_due_on:%d.%m.%Y}",
        "former": place_of(row.from_unit),
    }
    case.awaits_answer = True  # what the former body said does not keep this promise
    set_status(case, file, Status.RECEIVED)
    append(case, file.mailbox, by_staff(file, EntryKind.HAND_OVER, text))
    save(case)
    audited("case.taken", case, file)
    audit.record("case.handed_over", organisation=row.from_unit.organisation_id, case=case.pk)
    return file


def _opened(person: UUID, secret: str, case: UUID) -> CaseFile:
    file = case_file(person, secret, case)
    if file is None:
        raise Refused(_("Dafür fehlt Ihnen der Schlüssel zu diesem Fall."))
    return file


@transaction.atomic
def decline(found: OpenOffer, person: UUID, reason: str) -> None:
    """Decline an offered case; reporter and handlers read the reason, nothing has been opened."""
    row, unit = found.handover, found.handover.to_unit
    identifier = uuid4()
    text = _("Die angefragte Stelle übernimmt Ihren Fall nicht: %(place)s.") % {
        "place": place_of(unit)
    }
    function = functions_of(person, unit.organisation_id)
    body = {
        "kind": EntryKind.HAND_OVER,
        "person": str(person),
        "function": function,
        "text": "\n".join([text, _("Warum: %s") % reason, _("Ihr Fall bleibt, wo er war.")]),
    }
    sealed = seal_json(
        body, to=[found.mailbox.public], context=entry_context(row.case_id, identifier)
    )
    call(
        "SELECT komma_decline_case(%s, %s, %s, %s)",
        [row.pk, identifier, found.mailbox.generation, sealed],
    )
    audit.record(
        "case.offer_declined",
        organisation=unit.organisation_id,
        case=row.case_id,
        person=person,
        function=function,
    )


def lapse() -> int:
    """End offers that nobody decided in time and tell their reporters; return how many. Worker."""
    with transaction.atomic():
        ids = _call_worker("SELECT komma_lapse_offers()")
        for case in ids:
            _tell_of_lapse(case)
    return len(ids)


def _tell_of_lapse(case_id: UUID) -> None:
    case = locked(case_id)
    strand = CaseStrand.objects.filter(case=case, strand=Strand.MAILBOX).latest("generation")
    # Nothing but this sentence is sealed to a key that the worker cannot prove.
    keys = StrandKeys(Strand.MAILBOX, strand.generation, {}, strand.public)
    text = _(
        "Die angefragte Stelle hat sich 14 Tage lang nicht entschieden. Die Anfrage ist beendet, "
        "und Ihr Fall bleibt, wo er war."
    )
    append(case, keys, {"kind": EntryKind.HAND_OVER, "text": text})
    case.news_for_holders = case.news_for_reporter = True
    case.save(update_fields=["last_sequence", "news_for_holders", "news_for_reporter"])
    audit.record("case.offer_lapsed", organisation=case.organisation_id, case=case.pk)


def remind() -> int:
    """Hint to those for whom an offer waits; return to how many. Worker, once a day."""
    people = _call_worker("SELECT komma_waiting_for()")
    for person in people:
        hint(person, Hint.DUE)
    return len(people)


def _call_worker(statement: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [found for (found,) in cursor.fetchall()]
