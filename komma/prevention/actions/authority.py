"""Who may change prevention; private to the actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from komma.core.audit.log import record
from komma.municipalities.queries import functions_of, roles_in
from komma.prevention.rules import may_edit

if TYPE_CHECKING:
    from uuid import UUID


def demand_editing(organisation_id: UUID, by: UUID) -> None:
    """Raise PermissionDenied unless a role of ``by`` keeps prevention in the organisation."""
    if not may_edit(roles_in(by, organisation_id)):
        raise PermissionDenied


def note(kind: str, *, organisation_id: UUID, by: UUID) -> str:
    """Write an audit entry; return the function of whoever acted, as change logs show it."""
    function = functions_of(by, organisation_id)
    record(f"prevention.{kind}", organisation=organisation_id, person=by, function=function)
    return function
