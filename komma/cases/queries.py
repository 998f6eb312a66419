"""The only door to cases: what a holder or the receipt of this transaction may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from komma.cases import rules
from komma.cases.codes import STATUS_SENTENCES, EntryKind, HandOverState, Status, Strand
from komma.cases.facts import Danger
from komma.cases.handovers import whereabouts
from komma.cases.models import (
    Attachment,
    Case,
    CaseExclusion,
    CaseReceipt,
    Entry,
    HandOver,
    ReporterView,
)
from komma.cases.strands import StrandKeys, open_mailboxes, open_receipt, open_strands
from komma.cases.timeline import OpenAttachment, OpenEntry, open_entries
from komma.core.vault.sealing import VaultError
from komma.municipalities.queries import Receiver, grantable, roles_in
from komma.people.queries import people_by_id
from komma.people.rules import key_is_authentic


@dataclass(frozen=True)
class Mailbox:
    """A case as its reporter sees it, opened with the receipt.

    ``entries``: those of the mailbox strand, in order; ``openings``: which function opened the
    case on which day. New content is sealed to ``public`` (with ``generation`` beside it).
    ``secret``: that of the receipt, to open keys that were made since. ``handover``: the latest
    time another body was asked to take it.
    """

    case: Case
    entries: list[OpenEntry]
    openings: list[ReporterView]
    keys: StrandKeys
    secret: str = field(repr=False)
    handover: HandOver | None = None

    @property
    def case_id(self) -> UUID:
        return self.case.pk

    @property
    def number(self) -> str:
        return self.case.number

    @property
    def status(self) -> str:
        return self.case.status

    @property
    def status_label(self) -> str:
        return str(Status(self.case.status).label)

    @property
    def sentence(self) -> str:
        """One sentence on what happens now."""
        return str(STATUS_SENTENCES[Status(self.case.status)])

    @property
    def whereabouts(self) -> str:
        """Which other body has been asked, or has the case now; else empty."""
        return whereabouts(self.handover, self.case)

    @property
    def public(self) -> str:
        return self.keys.public

    @property
    def generation(self) -> int:
        return self.keys.generation

    @property
    def attachments(self) -> list[OpenAttachment]:
        return [attachment for entry in self.entries for attachment in entry.attachments]

    def attachment(self, attachment_id: UUID) -> OpenAttachment | None:
        """Return one attachment, or None if it is not in this mailbox."""
        return next((found for found in self.attachments if found.id == attachment_id), None)


def mailbox(lookup: str, secret: str) -> Mailbox | None:
    """Open the mailbox of a receipt (look-up id, secret key); None if there is none.

    To be called after ``rows.use_receipt(lookup)``, which lets the database show this case only.
    """
    # With the place, since its Land decides the deadlines.
    wanted = CaseReceipt.objects.select_related("case__concerns__municipality", "case__unit")
    receipt = wanted.filter(lookup=lookup).first()
    if receipt is None:
        return None
    try:
        keys = open_receipt(receipt, secret)
    except VaultError:
        return None
    case = receipt.case
    entries = Entry.objects.filter(case=case, strand=Strand.MAILBOX)
    files = Attachment.objects.filter(case=case, strand=Strand.MAILBOX)
    openings = ReporterView.objects.filter(case=case).order_by("day", "function")
    opened = open_entries(entries, {Strand.MAILBOX: keys}, files)
    return Mailbox(case, opened, list(openings), keys, secret, latest_handover(case.pk))


def latest_handover(case: UUID) -> HandOver | None:
    """Return the latest time another body was asked to take a case, or None."""
    found = HandOver.objects.filter(case_id=case).defer("brief")
    found = found.select_related("from_unit__organisation", "to_unit__organisation")
    # Days do not order what happened on one day: then an open one counts, and one that was taken.
    states = [HandOverState.TAKEN_BACK, HandOverState.DECLINED, HandOverState.TAKEN]
    return max(
        found,
        key=lambda each: (
            each.state == HandOverState.OFFERED,
            each.offered_on,
            each.decided_on,
            states.index(HandOverState(each.state)) if each.state in states else 0,
        ),
        default=None,
    )


# --- For those who hold a key


@dataclass(frozen=True)
class Holder:
    """Somebody with a key.

    ``public`` is None where the person's key cannot be proven, or is not the one any more to
    which access was given: then a holder gives access anew, after comparing fingerprints.
    """

    person: UUID
    name: str
    function: str
    is_reserve: bool
    strands: frozenset[str]
    public: str | None


@dataclass(frozen=True)
class CaseFile:
    """A case, opened by one of its holders with their person key."""

    case: Case
    person: UUID
    roles: frozenset[str]
    strands: dict[str, StrandKeys]
    entries: list[OpenEntry]
    holders: list[Holder]
    handover: HandOver | None = None

    @property
    def case_id(self) -> UUID:
        return self.case.pk

    @property
    def function(self) -> str:
        """The reader's function, as the reporter sees it."""
        mine = (holder.function for holder in self.holders if holder.person == self.person)
        return next(mine, "")

    @property
    def may_handle(self) -> bool:
        """Tell whether the reader works on the case, or may only read and note."""
        return rules.may_handle(self.roles, self.case.unit.pillar)

    @property
    def mailbox(self) -> StrandKeys:
        return self.strands[Strand.MAILBOX]

    @property
    def active(self) -> list[Holder]:
        """Those who can open the case today."""
        return [holder for holder in self.holders if not holder.is_reserve]

    @property
    def reserve(self) -> list[Holder]:
        """Deputies whose keys are not active."""
        return [holder for holder in self.holders if holder.is_reserve]

    @property
    def report(self) -> OpenEntry | None:
        """What was reported, if it can be opened."""
        return next((entry for entry in self.entries if entry.kind == EntryKind.REPORT), None)

    @property
    def assignee(self) -> UUID | None:
        """Who leads the case: whom the newest such entry names, if they still have access."""
        named = (e.body.get("to") for e in reversed(self.entries) if e.kind == EntryKind.ASSIGN)
        found = next(named, None)
        active = {holder.person for holder in self.active}
        return UUID(found) if found and UUID(found) in active else None

    @property
    def lead_has_left(self) -> bool:
        """Tell whether the newest choice of a lead names somebody who has no access any more."""
        named = (e.body.get("to") for e in reversed(self.entries) if e.kind == EntryKind.ASSIGN)
        return bool(next(named, None)) and self.assignee is None

    @property
    def awaits_declaration(self) -> bool:
        """Tell whether somebody was named to lead who has not declared to be unbiased."""
        return self.assignee is not None and not self.has_declared(self.assignee)

    @property
    def can_be_taken_over(self) -> bool:
        """Tell whether the reader can declare to be unbiased and work on the case now."""
        return (
            self.may_handle
            and rules.can_take_over(self.case.status)
            and (self.assignee is None or not self.has_declared(self.person))
        )

    @property
    def offer(self) -> HandOver | None:
        """The open question to another body whether it takes the case."""
        return self.handover if self.handover and self.handover.is_open else None

    @property
    def can_be_offered(self) -> bool:
        """Tell whether the reader can ask another body to take the case."""
        allowed = rules.can_be_offered(self.case.status, held=self.case.held)
        return self.may_handle and self.offer is None and allowed

    @property
    def handlers(self) -> list[Holder]:
        """Those who can open the case and work on it; readers have no key of this strand."""
        return [holder for holder in self.active if Strand.PROTECTION in holder.strands]

    @property
    def danger(self) -> str:
        """What the report answers to "Is there danger now?", where that was not "no"."""
        return danger_in(self.report.body) if self.report else ""

    @property
    def danger_note(self) -> str:
        """What the reporter wrote about the danger."""
        facts = self.report.body.get("facts") if self.report else None
        return str((facts or {}).get("danger_note") or "")

    @property
    def deletion_asked(self) -> bool:
        """Tell whether the reporter asked for deletion."""
        return any(entry.kind == EntryKind.DELETION_REQUEST for entry in self.entries)

    def has_declared(self, person: UUID) -> bool:
        """Tell whether this person has declared to have no conflict of interest."""
        return any(e.kind == EntryKind.DECLARATION and e.person == person for e in self.entries)

    def attachment(self, attachment_id: UUID) -> OpenAttachment | None:
        """Return one attachment, or None if it is not in this case."""
        files = (found for entry in self.entries for found in entry.attachments)
        return next((found for found in files if found.id == attachment_id), None)


def danger_in(body: dict[str, Any]) -> str:
    """Return the code of `facts.Danger` in a report, or an empty string for none or "no"."""
    code = str((body.get("facts") or {}).get("danger") or "")
    return code if code in (Danger.YES, Danger.UNSURE) else ""


def opened_reports(
    person: UUID, secret: str, cases: Collection[UUID]
) -> dict[UUID, tuple[str, OpenEntry]]:
    """Open the reports of many cases: by case the holder's function and the report.

    Three queries. Cases whose keys do not open are left out. Nothing is recorded as opened: that
    is for whoever shows anything of it.
    """
    opened = open_mailboxes(cases, person, secret)
    reports = Entry.objects.filter(case__in=opened, sequence=1)
    return {
        entry.case_id: (function, open_entries([entry], {keys.strand: keys})[0])
        for entry in reports
        for function, keys in [opened[entry.case_id]]
    }


def in_danger(person: UUID, secret: str, cases: Collection[Case]) -> dict[UUID, str]:
    """Return those cases that nobody has taken over and whose report tells of danger, with code."""
    fresh = [case.pk for case in cases if case.status == Status.RECEIVED]
    reports = opened_reports(person, secret, fresh) if fresh else {}
    found = {case: danger_in(report.body) for case, (_function, report) in reports.items()}
    return {case: code for case, code in found.items() if code}


def visible_cases(organisation_id: UUID) -> QuerySet[Case]:
    """Return the cases of an organisation that the acting person holds a key for.

    Which ones decides the row policy: repeating its condition here would double the work. The
    organisation is named in the query, so that its index is used before the policy.
    """
    return Case.objects.filter(organisation_id=organisation_id)


def may_see(case_id: UUID) -> bool:
    """Tell whether the acting person holds a key of the case."""
    return Case.objects.filter(pk=case_id).exists()


def case_file(person: UUID, secret: str, case_id: UUID) -> CaseFile | None:
    """Open a case with a person's secret key; None where the person holds no key.

    A constant number of queries. Raises `VaultError` if the secret is not this person's.
    """
    wanted = Case.objects.select_related("unit", "organisation", "concerns__municipality")
    case = wanted.filter(pk=case_id).first()
    strands = open_strands(case_id, person, secret) if case is not None else {}
    if case is None or Strand.MAILBOX not in strands:
        return None
    entries = Entry.objects.filter(case=case)
    files = Attachment.objects.filter(case=case)
    roles = roles_in(person, case.organisation_id)
    opened = open_entries(entries, strands, files)
    holders = holders_of(case_id)
    return CaseFile(case, person, roles, strands, opened, holders, latest_handover(case_id))


def holders_of(case_id: UUID) -> list[Holder]:
    """Return everybody with a key, deputies in reserve last; empty for those without one."""
    return holders_of_each([case_id]).get(case_id, [])


def holders_of_each(cases: Collection[UUID]) -> dict[UUID, list[Holder]]:
    """Return the same for many cases, with two queries; those without a key see none of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, h.* FROM unnest(%s::uuid[]) AS c(id), komma_case_holders(c.id) AS h",
            [list(cases)],
        )
        rows = cursor.fetchall()
    people = people_by_id({person for _case, person, *_more in rows})
    names = {pk: person.name for pk, person in people.items()}
    found: dict[UUID, list[tuple[Any, ...]]] = {}
    for case, *row in rows:
        found.setdefault(case, []).append(tuple(row))
    return {case: _holders(each, names) for case, each in found.items()}


def _holders(rows: list[tuple[Any, ...]], names: Mapping[UUID, str]) -> list[Holder]:
    strands: dict[UUID, set[str]] = {}
    replaced: set[UUID] = set()
    for person, _function, strand, _is_reserve, granted, public, _mac in rows:
        strands.setdefault(person, set()).add(strand)
        if public != granted:
            replaced.add(person)
    found: dict[UUID, Holder] = {}
    for person, function, _strand, is_reserve, _granted, public, mac in rows:
        proven = person not in replaced and key_is_authentic(person, public, mac)
        found[person] = Holder(
            person=person,
            name=names.get(person, ""),
            function=function,
            is_reserve=is_reserve,
            strands=frozenset(strands[person]),
            public=public if proven else None,
        )
    return list(found.values())


def on_other_side(case_id: UUID, pillar: str, people: Iterable[UUID]) -> set[UUID]:
    """Return who works or has worked on a case in the pillar that must stay apart from this one.

    For holders, and for those who are asked to take it; others learn nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_other_side(%s, %s, %s)", [case_id, pillar, list(people)])
        return {person for (person,) in cursor.fetchall()}


def is_excluded(case_id: UUID, person: UUID, roles: Iterable[str]) -> bool:
    """Tell whether a person, or one of their roles, is excluded; for holders only."""
    tags = rules.tags_of(case_id, person, roles)
    return CaseExclusion.objects.filter(case_id=case_id, tag__in=tags).exists()


def colleagues(file: CaseFile) -> list[Receiver]:
    """Return those of the handling organisation who may ever be given a key of this case."""
    pillar = file.case.unit.pillar
    return [
        receiver
        for receiver in grantable(file.case.organisation_id)
        if rules.may_receive_key(receiver.role, pillar)
    ]
