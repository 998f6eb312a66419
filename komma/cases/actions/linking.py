"""Linking cases of one incident or series, letting go again, and answering them together.

Nothing but the mark of the group is written, so that no case tells the number of another to those
who hold only one of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from komma.cases.actions import writing
from komma.cases.actions.entries import IncomingFile, audited
from komma.cases.actions.errors import Stale, demand, demand_handling
from komma.cases.codes import GroupKind
from komma.cases.linking import mixes_procedures
from komma.cases.models import Case
from komma.cases.queries import CaseFile, case_file, visible_cases
from komma.core import audit


@transaction.atomic
def link(file: CaseFile, others: Collection[UUID], kind: str) -> None:
    """Put other cases that the reader holds into the group of this one.

    Where they were in a group already, its cases that the reader holds come along. Those that the
    reader does not hold are never touched: they stay in their group, as if nothing had happened.
    Raises `Refused` for readers only, for nothing chosen, and where support and complaint mix.
    """
    demand_handling(file)
    visible = visible_cases(file.case.organisation_id)
    chosen = set(visible.filter(pk__in=others).values_list("pk", "group"))
    demand(bool(chosen), _("Bitte wählen Sie mindestens einen Fall."))
    groups = {group for _case, group in chosen if group} | {file.case.group} - {None}
    members = {case for case, _group in chosen} | {file.case_id}
    members |= set(visible.filter(group__in=groups).values_list("pk", flat=True))
    cases = _locked(members)
    demand(
        not mixes_procedures(cases),
        _(
            "Vertrauliche Unterstützung und förmliche Beschwerde bleiben getrennt. Nur die "
            "betroffene Person kann sie verbinden."
        ),
    )
    group = file.case.group or next(iter(groups), None) or uuid4()
    for case in cases:
        case.group, case.group_kind = group, GroupKind(kind)
        case.save(update_fields=["group", "group_kind"])
        audit.record(
            "case.linked",
            organisation=case.organisation_id,
            case=case.pk,
            person=file.person,
            function=file.function,
        )


@transaction.atomic
def unlink(file: CaseFile) -> None:
    """Take this case out of its group; the others stay together."""
    demand_handling(file)
    (case,) = _locked({file.case_id})
    case.group, case.group_kind = None, ""
    case.save(update_fields=["group", "group_kind"])
    audited("case.unlinked", case, file)


@transaction.atomic
def reply_together(
    file: CaseFile,
    secret: str,
    others: Collection[UUID],
    text: str,
    *,
    files: Sequence[IncomingFile] = (),
    token: str = "",
) -> bool:
    """Answer this case and others with the same words, each sealed to its own mailbox.

    All or nothing. Files go to this case only; no reporter learns of the others. Raises `Refused`
    (or `Stale`) as soon as one of them cannot be answered.
    """
    _locked({file.case_id, *others})  # in one order, so that two such answers never wait in a ring
    for other in sorted(others):
        opened = case_file(file.person, secret, other)
        if opened is None:
            raise Stale(_("Einen der verbundenen Fälle dürfen Sie nicht mehr öffnen."))
        writing.reply(opened, text, token=token)
    return writing.reply(file, text, files=files, token=token)


def _locked(cases: Collection[UUID]) -> list[Case]:
    rows = Case.objects.select_related("unit").filter(pk__in=cases).order_by("pk")
    return list(rows.select_for_update(of=("self",)))
