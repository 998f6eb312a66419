"""What somebody holds who is about to leave: open cases, who leads them, who else is there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from komma.cases.codes import OPEN_STATUSES, EntryKind, Strand
from komma.cases.listing import listed
from komma.cases.models import Case, Entry
from komma.cases.queries import Holder, holders_of_each
from komma.cases.strands import open_one_of_each
from komma.cases.timeline import open_entries


@dataclass(frozen=True)
class OwnCase:
    """An open case of a person. ``named``: who was last chosen to lead it, access or not."""

    case: Case
    person: UUID
    named: UUID | None
    holders: list[Holder]

    @cached_property
    def handlers(self) -> list[Holder]:
        """Everybody else who can open the case and work on it."""
        return [h for h in self._able if not h.is_reserve and h.person != self.person]

    @property
    def reserve(self) -> list[Holder]:
        """Deputies who step in where nobody else is left."""
        return [holder for holder in self._able if holder.is_reserve]

    @property
    def lead(self) -> Holder | None:
        """Who leads the case, if they still have access."""
        active = (holder for holder in self.holders if not holder.is_reserve)
        return next((holder for holder in active if holder.person == self.named), None)

    @property
    def is_mine(self) -> bool:
        """Tell whether the person leads it."""
        return self.named == self.person

    @property
    def only_i_can(self) -> bool:
        """Tell whether nobody could work on it if the person went, not even a deputy."""
        works_on_it = any(holder.person == self.person for holder in self._able)
        return works_on_it and not self.handlers and not self.reserve

    @property
    def _able(self) -> list[Holder]:
        """Those who have every key, and one that is proven."""
        return [h for h in self.holders if Strand.PROTECTION in h.strands and h.public is not None]


def own_open_cases(person: UUID, secret: str, organisation_id: UUID) -> list[OwnCase]:
    """Return the open cases of an organisation that the person holds, those due first.

    A constant number of queries. Nothing is recorded as opened, since no word of a case is shown.
    """
    found = listed(organisation_id).filter(status__in=OPEN_STATUSES)
    cases = list(found.select_related("unit").order_by("answer_due_on", "number"))
    ids = [case.pk for case in cases]
    named = _named_to_lead(person, secret, ids)
    holders = holders_of_each(ids)
    return [
        OwnCase(case, person, named.get(case.pk), holders.get(case.pk, []))
        for case in cases
        if any(each.person == person for each in holders.get(case.pk, []))
    ]


def _named_to_lead(person: UUID, secret: str, cases: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Return whom the newest choice of each case names; that is sealed among the holders."""
    opened = open_one_of_each(Strand.INTERNAL, cases, person, secret)
    named: dict[UUID, UUID | None] = {}
    entries = Entry.objects.filter(case__in=opened, strand=Strand.INTERNAL)
    for entry in entries.order_by("case_id", "-sequence"):
        if entry.case_id in named:
            continue
        _function, keys = opened[entry.case_id]
        (each,) = open_entries([entry], {keys.strand: keys})
        if each.kind == EntryKind.ASSIGN:
            to = each.body.get("to")
            named[entry.case_id] = UUID(to) if to else None
    return named
