"""Other bodies on site that help: adding, changing, removing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.models import LocalHelp
from komma.municipalities.queries import local_help_of

if TYPE_CHECKING:
    from uuid import UUID

# Whoever is in fear reads a few lines; the handout has one page.
MOST = 6


def add_local_help(
    *, organisation_id: UUID, name: str, phone: str, email: str, hours: str, by: UUID
) -> LocalHelp:
    """Name a body that helps. Raises `Refused` beyond `MOST`."""
    demand_administration(organisation_id, by)
    if len(local_help_of([organisation_id])) >= MOST:
        raise Refused(
            _(
                "Mehr als %d Stellen passen nicht auf ein Blatt, und niemand in Not liest sie. "
                "Bitte ersetzen Sie eine."
            )
            % MOST
        )
    found = LocalHelp(
        organisation_id=organisation_id, name=name, phone=phone, email=email, hours=hours
    )
    with transaction.atomic():
        found.save(force_insert=True)
        note("local_help.added", organisation_id=organisation_id, by=by)
    return found


def change_local_help(
    *, local_help: LocalHelp, name: str, phone: str, email: str, hours: str, by: UUID
) -> None:
    """Change what is told of a body that helps."""
    demand_administration(local_help.organisation_id, by)
    with transaction.atomic():
        LocalHelp.objects.filter(pk=local_help.pk).update(
            name=name, phone=phone, email=email, hours=hours
        )
        note("local_help.changed", organisation_id=local_help.organisation_id, by=by)


def remove_local_help(*, local_help: LocalHelp, by: UUID) -> None:
    """Name a body no longer."""
    demand_administration(local_help.organisation_id, by)
    with transaction.atomic():
        LocalHelp.objects.filter(pk=local_help.pk).delete()
        note("local_help.removed", organisation_id=local_help.organisation_id, by=by)
