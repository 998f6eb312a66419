"""Who may change an organisation; private to the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from komma.core.audit.log import record
from komma.municipalities.queries import administers, functions_of

if TYPE_CHECKING:
    from uuid import UUID


def demand_administration(organisation_id: UUID, by: UUID) -> None:
    """Raise PermissionDenied unless ``by`` has a proven role Verwaltung in the organisation.

    The row policies ask the same of the database. Here the proof is checked in addition: a row
    slipped into the database must not get the server to sign further ones.
    """
    if not administers(by, organisation_id):
        raise PermissionDenied


def note(kind: str, *, organisation_id: UUID, by: UUID | None) -> None:
    """Write an audit entry with the function of whoever acted; ``None``: the operator."""
    function = functions_of(by, organisation_id) if by else ""
    record(kind, organisation=organisation_id, person=by, function=function)
