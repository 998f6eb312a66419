"""Which cases belong together: as those who hold them know it, and as their words suggest.

A group is a random mark on its cases and nothing else; there is no register of people or groups.
Whoever does not hold a case learns nothing of it, neither from a list nor from a number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from komma.cases.codes import Status
from komma.cases.facts import free_texts
from komma.cases.models import Case, ReadMark
from komma.cases.queries import CaseFile, opened_reports, visible_cases
from komma.cases.rules import is_open, may_handle
from komma.cases.search import Found, folded
from komma.core.dates import read_when
from komma.municipalities.rules import blurs_procedures

MOST_COMPARED = 200  # the newest cases that the reader has opened before
MOST_SUGGESTED = 5
# Points from which a case is suggested. Its own sender is enough; the same day alone never is.
LEAST_POINTS = 0.3
SENDER_POINTS = 0.5
DAY_POINTS = 0.2
LEAST_WORDING = 0.15  # a share of wording below that is chance, and counts nothing
LEAST_LETTERS = 4  # shorter words stand in every report

_WORD = re.compile(r"\w+")
_NO_NUMBER = re.compile(r"[^0-9A-Z]")


@dataclass(frozen=True)
class Suggestion:
    """A case that may belong to another; ``reasons`` in words."""

    found: Found
    reasons: list[str]


def linked(case: Case) -> list[Case]:
    """Return the other cases of the group that the acting person holds, oldest first."""
    if case.group is None:
        return []
    others = visible_cases(case.organisation_id).filter(group=case.group).exclude(pk=case.pk)
    return list(others.select_related("unit").order_by("received_on", "number"))


def group_sizes(organisation_id: UUID, cases: Collection[Case]) -> dict[UUID, int]:
    """Return by group how many of its cases the acting person holds; groups of one are left out."""
    groups = {case.group for case in cases if case.group}
    if not groups:
        return {}
    found = visible_cases(organisation_id).filter(group__in=groups).order_by()
    sizes = found.values_list("group").annotate(size=Count("pk"))
    return {group: size for group, size in sizes if group and size > 1}


def answerable(file: CaseFile) -> list[Case]:
    """Return the linked cases that the reader may answer as they do this one."""
    return [
        case
        for case in linked(file.case)
        if is_open(case.status)
        and case.status != Status.RECEIVED
        and may_handle(file.roles, case.unit.pillar)
    ]


def mixes_procedures(cases: Collection[Case]) -> bool:
    """Tell whether a confidential support would be linked with a formal complaint.

    That is for the affected person alone to decide.
    """
    return blurs_procedures({case.unit.pillar for case in cases})


def by_number(file: CaseFile, text: str) -> list[Case]:
    """Return the visible case of the organisation with this number, however it is typed."""
    plain = _NO_NUMBER.sub("", text.upper())
    if len(plain) != 8:
        return []
    cases = visible_cases(file.case.organisation_id).exclude(pk=file.case_id)
    return list(cases.filter(number=f"{plain[:4]}-{plain[4:]}").select_related("unit"))


def suggestions(file: CaseFile, secret: str) -> list[Suggestion]:
    """Return at most five cases that may belong to this one, the likeliest first.

    Compared are only reports that the reader has opened before and still holds, in memory; nothing
    is kept. Whoever shows the result records it as opened (``actions.opening.record_found``).
    """
    if file.report is None:
        return []
    cases = {case.pk: case for case in _opened_before(file)}
    reports = opened_reports(file.person, secret, list(cases))
    known = {case: report.body.get("facts") or {} for case, (_f, report) in reports.items()}
    scored = _scored(file.report.body.get("facts") or {}, known)
    found = [
        Suggestion(Found(cases[case], reports[case][0], ""), reasons)
        for case, (points, reasons) in scored.items()
        if points >= LEAST_POINTS and not mixes_procedures([file.case, cases[case]])
    ]
    found.sort(key=lambda each: -scored[each.found.case.pk][0])
    return found[:MOST_SUGGESTED]


def _opened_before(file: CaseFile) -> list[Case]:
    opened = ReadMark.objects.filter(person_id=file.person).values("case_id")
    cases = visible_cases(file.case.organisation_id).filter(pk__in=opened).exclude(pk=file.case_id)
    if file.case.group:
        cases = cases.exclude(group=file.case.group)
    return list(cases.select_related("unit").order_by("-received_on", "number")[:MOST_COMPARED])


def _scored(
    own: dict[str, Any], others: Mapping[UUID, dict[str, Any]]
) -> dict[UUID, tuple[float, list[str]]]:
    mine, grams = _grams(own), {case: _grams(facts) for case, facts in others.items()}
    spread = Counter(gram for each in (mine, *grams.values()) for gram in each)
    scored = {}
    for case, facts in others.items():
        points, reasons = 0.0, []
        wording = _shared(mine, grams[case], spread)
        if wording >= LEAST_WORDING:
            points += wording
            reasons.append(_("gleiche Formulierungen"))
        if _sender(own) and _sender(own) == _sender(facts):
            points += SENDER_POINTS
            reasons.append(_("gleicher Absender"))
        if _days(own) & _days(facts):
            points += DAY_POINTS
            reasons.append(_("gleicher Tag"))
        scored[case] = (points, reasons)
    return scored


def _grams(facts: dict[str, Any]) -> set[str]:
    """Return the longer words of a report and its pairs of neighbouring words."""
    told = {key: value for key, value in facts.items() if key != "mail_sender"}
    words = _WORD.findall(folded(" ".join(free_texts(told))))
    return {word for word in words if len(word) >= LEAST_LETTERS} | {
        f"{first} {second}" for first, second in pairwise(words)
    }


def _shared(mine: set[str], other: set[str], spread: Mapping[str, int]) -> float:
    """Return the share (0 to 1) of the smaller text that both have; common words weigh less."""

    def weight(grams: set[str]) -> float:
        return sum(1 / spread[gram] for gram in grams)

    smaller = min(weight(mine), weight(other))
    return weight(mine & other) / smaller if smaller else 0.0


def _sender(facts: dict[str, Any]) -> str:
    """Return the address alone: names beside it are changed easily."""
    return parseaddr(str(facts.get("mail_sender") or ""))[1].casefold()


def _days(facts: dict[str, Any]) -> set[dt.date]:
    """Return the days that are told; a month is none."""
    found = (read_when(facts.get(key)) for key in ("day_from", "mail_day"))
    return {day for day in found if isinstance(day, dt.date)}
