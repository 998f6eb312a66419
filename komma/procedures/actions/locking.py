"""Private to the actions: who may write procedures, and the draft that a change is made on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from komma.core import audit
from komma.municipalities.queries import functions_of, roles_in
from komma.procedures.actions.errors import Refused, Stale
from komma.procedures.models import ProcedureVersion
from komma.procedures.rules import may_edit


def demand_coordination(organisation_id: UUID, by: UUID) -> None:
    """Raise PermissionDenied unless ``by`` writes the procedures of the organisation."""
    if not may_edit(roles_in(by, organisation_id)):
        raise PermissionDenied


def note(kind: str, *, organisation_id: UUID, by: UUID) -> None:
    """Write an audit entry with the function of whoever acted."""
    function = functions_of(by, organisation_id)
    audit.record(kind, organisation=organisation_id, person=by, function=function)


def locked_draft(organisation_id: UUID, slug: str, mark: str) -> ProcedureVersion:
    """Lock and read the draft that ``mark`` names; raises `Stale` where it is not so any more.

    Whoever publishes or discards meanwhile is waited for: then there is no such draft.
    """
    name, _dot, revision = mark.partition(".")
    row = (
        ProcedureVersion.objects.select_for_update()
        .filter(organisation_id=organisation_id, slug=slug, number__isnull=True)
        .first()
    )
    if row is None or str(row.pk) != name:
        raise Stale(
            _("Diesen Entwurf gibt es nicht mehr: Jemand hat ihn veröffentlicht oder verworfen.")
        )
    if str(row.revision) != revision:
        raise Stale(_("Inzwischen hat sich der Entwurf geändert."))
    return row


@contextmanager
def next_version(otherwise: Refused) -> Iterator[None]:
    """Raise ``otherwise`` where the database finds that this is not the next version (KM016).

    Somebody was faster, or it has just become midnight.
    """
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "KM016":
            raise
        raise otherwise from error
