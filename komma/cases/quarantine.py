"""Reports that came in a flood and wait for a look: groups of like wording, opened in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from komma.cases.codes import Held, Status, Strand
from komma.cases.facts import Danger
from komma.cases.models import Case, CaseKey
from komma.cases.queries import danger_in, opened_reports, visible_cases
from komma.cases.wording import groups_of, words_of

MOST_OPENED = 2000  # about a second


class Stage(StrEnum):
    """Where a report in quarantine stands; the values stand in addresses."""

    WAITING = "offen"
    MARKED = "vorgemerkt"
    ENDED = "abgeschlossen"


_CONDITIONS = {
    Stage.WAITING: Q(status=Status.RECEIVED, discard_by=None),
    Stage.MARKED: Q(status=Status.RECEIVED, discard_by__isnull=False),
    Stage.ENDED: Q(status__in=(Status.CLOSED, Status.WITHDRAWN)),
}


@dataclass(frozen=True)
class Item:
    """One report. ``danger``: code of `facts.Danger`; ``function``: the reader's in this case.

    ``readable`` is False where the reader's present key does not open it.
    """

    case: Case
    function: str = ""
    text: str = ""
    danger: str = ""
    readable: bool = True

    @property
    def words(self) -> int:
        """How many words the report has."""
        return len(words_of(self.text))


@dataclass(frozen=True)
class Group:
    """Reports of like wording among those that the page has opened; the first stands for all."""

    items: list[Item]

    @property
    def first(self) -> Item:
        return self.items[0]

    @property
    def others(self) -> int:
        return len(self.items) - 1

    @property
    def danger(self) -> str:
        """The most pressing answer about danger within the group."""
        codes = {item.danger for item in self.items}
        return next((code for code in (Danger.YES, Danger.UNSURE) if code in codes), "")

    @property
    def ids(self) -> str:
        """The ids of all its cases, as a form sends them."""
        return ",".join(str(item.case.pk) for item in self.items)


def held(organisation_id: UUID, stage: Stage) -> QuerySet[Case]:
    """Return the visible cases at a stage of the quarantine."""
    return visible_cases(organisation_id).exclude(held="").filter(_CONDITIONS[stage])


def counts(organisation_id: UUID) -> dict[Stage, int]:
    """Count all stages with one query."""
    found = (
        visible_cases(organisation_id)
        .exclude(held="")
        .aggregate(
            **{
                stage.name: Count("pk", filter=condition)
                for stage, condition in _CONDITIONS.items()
            }
        )
    )
    return {stage: found[stage.name] for stage in Stage}


def opened(person: UUID, secret: str, organisation_id: UUID, stage: Stage) -> list[Group]:
    """Open at most 2,000 reports of a stage and put those of like wording together.

    What belongs to no crowd of like ones comes first: in danger, small groups, then the oldest.
    Nothing is recorded as opened: that is for whoever shows the words (``actions.opening``).
    """
    # "crowd" before "similar": nobody knows of these where they belong.
    rows = held(organisation_id, stage).order_by("held", "received_on", "number")
    cases = list(rows.select_related("unit")[:MOST_OPENED])
    items = _items(person, secret, cases)
    groups: list[Group] = []
    for is_own in (False, True):  # what the reader has marked waits for somebody else
        own = [item for item in items if (item.case.discard_by_id == person) is is_own]
        by_id = {item.case.pk: item for item in own}
        alike = groups_of({key: item.text for key, item in by_id.items()})
        groups += [Group([by_id[key] for key in keys]) for keys in alike]
    return sorted(groups, key=_urgency)


def in_danger(person: UUID, secret: str, organisation_id: UUID) -> int:
    """Count the waiting reports that tell of danger, among the first 200."""
    rows = held(organisation_id, Stage.WAITING).order_by("held", "received_on", "number")
    reports = opened_reports(person, secret, list(rows.values_list("pk", flat=True)[:200]))
    return sum(bool(danger_in(report.body)) for _function, report in reports.values())


def handled(person: UUID, cases: Collection[UUID]) -> dict[UUID, str]:
    """Return those cases that the person may work on, with the person's function."""
    keys = CaseKey.objects.filter(person_id=person, case_id__in=cases, strand=Strand.PROTECTION)
    return dict(keys.values_list("case_id", "function"))


def _items(person: UUID, secret: str, cases: Collection[Case]) -> list[Item]:
    reports = opened_reports(person, secret, [case.pk for case in cases])
    items = []
    for case in cases:
        if case.pk not in reports:
            items.append(Item(case, readable=False))
            continue
        function, report = reports[case.pk]
        text = str((report.body.get("facts") or {}).get("description") or "")
        items.append(Item(case, function, text, danger_in(report.body), report.readable))
    return items


def _urgency(group: Group) -> tuple[bool, bool, int]:
    is_crowd = any(item.case.held == Held.CROWD for item in group.items)
    return (not group.danger, not is_crowd, len(group.items))
