"""Who can open a case: granting, calling in deputies, excluding, recusing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.entries import audited, locked_for, note_down, save
from komma.cases.actions.errors import demand, demand_handling
from komma.cases.actions.keys import rotate
from komma.cases.actions.reserve import keys_for, refill_reserve
from komma.cases.actions.work import set_status
from komma.cases.codes import EntryKind, Status, Strand
from komma.cases.models import Case, CaseExclusion
from komma.cases.queries import CaseFile, colleagues, holders_of, is_excluded
from komma.municipalities.queries import Receiver, away_until
from komma.people.actions import hint
from komma.people.hints import Hint


@transaction.atomic
def grant(file: CaseFile, target: UUID, reason: str = "") -> Receiver:
    """Give a colleague of the handling body access, to what was written before as well.

    Coordination and leadership get mailbox and internal strand, those who work on the case the
    protection strand too. Raises `Refused` for excluded people and those with a foreign role.
    """
    demand_handling(file)
    case = locked_for(file)
    receiver = next((found for found in colleagues(file) if found.person == target), None)
    if receiver is None:
        demand(False, _("Diese Person kann keinen Zugang zu diesem Fall bekommen."))
        raise AssertionError
    demand(
        not is_excluded(case.pk, target, receiver.roles),
        _("%(name)s ist für diesen Fall ausgeschlossen.") % {"name": receiver.name},
    )
    _hand_on(case, file, receiver)
    who = f"{receiver.name} ({receiver.title})"
    note_down(case, file, EntryKind.GRANT, f"{who}\n{reason}".strip(), to=str(target))
    case.save(update_fields=["last_sequence"])
    hint(target, Hint.NEWS)
    audited("case.granted", case, file)
    refill_reserve(replace(file, holders=holders_of(case.pk)))
    return receiver


def _hand_on(case: Case, file: CaseFile, receiver: Receiver) -> None:
    strands = [file.strands[Strand.MAILBOX], file.strands[Strand.INTERNAL]]
    if rules.may_handle([receiver.role], file.case.unit.pillar):
        strands += [keys for name, keys in file.strands.items() if name == Strand.PROTECTION]
    keys = keys_for(case, strands, receiver)
    tags = rules.tags_of(case.pk, receiver.person, receiver.roles)
    call(
        "SELECT komma_grant(%s, %s, %s, %s::bytea[], %s, %s)",
        [case.pk, receiver.person, receiver.public, tags, receiver.title, keys],
    )


@transaction.atomic
def call_in_deputies(file: CaseFile, reason: str = "") -> int:
    """Make the deputies' reserve active; return how many there were."""
    demand_handling(file)
    case = locked_for(file)
    people = _activate_reserve(case)
    demand(people, _("Für diesen Fall ist keine Vertretung hinterlegt."))
    text = _("Vertretung eingeschaltet.")
    note_down(case, file, EntryKind.GRANT, f"{text}\n{reason}".strip())
    case.save(update_fields=["last_sequence"])
    for person in people:
        hint(person, Hint.NEWS)
    audited("case.deputies_called", case, file)
    return len(people)


@transaction.atomic
def exclude(file: CaseFile, target: UUID, reason: str = "") -> None:
    """Exclude a colleague for good; keys that they hold end with a rotation.

    What they opened before stays visible to the reporter.
    """
    demand_handling(file)
    demand(
        target != file.person,
        _("Sich selbst schließen Sie mit „Befangenheit anzeigen“ aus."),
    )
    case, file = _locked_with_holders(file)
    names = {r.person: r.name for r in colleagues(file)} | {
        holder.person: holder.name for holder in file.holders
    }
    demand(target in names, _("Diese Person gehört nicht zu denen, die den Fall öffnen könnten."))
    led = file.assignee == target
    file = _shut_out(case, file, target)
    if led:
        hand_back(case, file)
    note_down(case, file, EntryKind.EXCLUSION, f"{names[target]}\n{reason}".strip(), to=str(target))
    save(case)
    audited("case.excluded", case, file)


@transaction.atomic
def recuse(file: CaseFile, text: str) -> None:
    """Give up a case because of a conflict of interest; nothing of it shows afterwards.

    ``text``: the grounds. Deputies step in for whoever led the case, and where nobody who can
    work on it is left. Raises `Refused` if nobody could open it any more. For every holder, also
    those who only read.
    """
    case, file = _locked_with_holders(file)
    led = file.assignee == file.person
    # Somebody who replaced a lost key opens nothing before a new grant, hence cannot go on.
    away = away_until(case.organisation_id)
    others = [
        holder
        for holder in file.handlers
        if holder.person not in {file.person, *away} and holder.public is not None
    ]
    called = _activate_reserve(case) if led or not others else []
    note_down(case, file, EntryKind.DECLARATION, text, recused=True)
    if led:
        hand_back(case, file)
    case.news_for_holders = True
    audited("case.recused", case, file)
    save(case)
    _shut_out(case, file, file.person)
    for person in called:
        hint(person, Hint.NEWS)


def hand_back(case: Case, file: CaseFile) -> None:
    """Nobody leads any more: an open case waits to be taken over again, and is counted so."""
    note_down(case, file, EntryKind.ASSIGN, "", to=None)
    case.version += 1
    if rules.is_open(case.status) and case.status != Status.RECEIVED:
        text = _("Ihr Fall wird neu zugeteilt. Als Nächstes übernimmt ihn jemand anderes.")
        set_status(case, file, Status.RECEIVED, text)


def _locked_with_holders(file: CaseFile) -> tuple[Case, CaseFile]:
    """Lock the case; access that was given since the file was opened counts too."""
    case = locked_for(file)
    return case, replace(file, holders=holders_of(case.pk))


def _shut_out(case: Case, file: CaseFile, target: UUID) -> CaseFile:
    """Store the exclusion, then end the keys, if any: in this order the person stays a holder."""
    tag = rules.exclusion_tag(case.pk, target)
    CaseExclusion.objects.bulk_create([CaseExclusion(case=case, tag=tag)], ignore_conflicts=True)
    if not any(holder.person == target for holder in file.holders):
        return file
    return rotate(case, file, {target})


def _activate_reserve(case: Case) -> list[UUID]:
    return list(set(call("SELECT komma_activate_reserve(%s)", [case.pk])))
