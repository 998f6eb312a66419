"""Deleting a case: all of it at once, its sealed files too; the log keeps that it happened."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import Error, transaction
from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.entries import audited, locked_at
from komma.cases.actions.errors import Refused, demand, demand_handling
from komma.cases.models import Case
from komma.cases.queries import CaseFile
from komma.core import audit
from komma.core.dates import today
from komma.core.files import delete_blobs

logger = logging.getLogger("komma.cases")


@transaction.atomic
def delete_case(file: CaseFile, *, version: int) -> None:
    """Delete a case that is over, or whose reporter asked for it; nothing brings it back."""
    demand_handling(file)
    case = locked_at(file.case_id, version)
    demand(
        rules.can_delete(case.status, asked=file.deletion_asked),
        _("Löschen können Sie einen Fall, wenn er abgeschlossen ist oder darum gebeten wurde."),
    )
    audited("case.deleted", case, file)
    _remove(case.pk)


def delete_expired() -> int:
    """Delete the cases whose deletion date has come; return how many. For the worker.

    Each in a transaction of its own: one that fails must not keep the others.
    """
    expired = Case.objects.filter(delete_on__lte=today()).values_list("pk", "organisation_id")
    count = 0
    for case, organisation in list(expired):
        try:
            with transaction.atomic():
                _remove(case)
                audit.record("case.expired", organisation=organisation, case=case)
            count += 1
        except (Error, Refused) as error:
            logger.error("an expired case was not deleted: %s", type(error).__name__)
    return count


def _remove(case: UUID) -> None:
    """Delete all rows of a case and, on commit, its files.

    Raises `Refused` for somebody without a key.
    """
    delete_blobs(call("SELECT komma_delete_case(%s)", [case]))
