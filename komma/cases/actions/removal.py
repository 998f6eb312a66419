"""Deleting a case: all of it at once, its sealed files too; the log keeps that it happened."""

from __future__ import annotations

import logging
from uuid import UUID

from django.db import Error, connection, transaction

from komma.cases.models import Case
from komma.core import audit
from komma.core.dates import today
from komma.core.files import delete_blobs

logger = logging.getLogger("komma.cases")


def delete_expired() -> int:
    """Delete the cases whose deletion date has come; return how many. For the worker.

    Each in a transaction of its own: one that fails must not keep the others.
    """
    expired = Case.objects.filter(delete_on__lte=today()).values_list("pk", "organisation_id")
    count = 0
    for case, organisation in list(expired):
        try:
            with transaction.atomic():
                remove(case)
                audit.record("case.expired", organisation=organisation, case=case)
            count += 1
        except Error as error:
            logger.error("an expired case was not deleted: %s", type(error).__name__)
    return count


def remove(case: UUID) -> None:
    """Delete all rows of a case and, on commit, its files.

    Raises django.db.Error (KM006) for somebody without a key.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_delete_case(%s)", [case])
        delete_blobs(name for (name,) in cursor.fetchall())
