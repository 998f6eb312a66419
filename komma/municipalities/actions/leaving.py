"""Telling the account administration when one goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from komma.municipalities.actions.authority import note
from komma.municipalities.queries import administrators, roles_in
from komma.people.actions import hint
from komma.people.hints import Hint

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID


@transaction.atomic
def announce_leaving(*, person_id: UUID, organisation_id: UUID, day: dt.date | None) -> None:
    """Tell on which day one goes, or (None) that one stays; the roles end by hand, see `members`.

    The account administration is told by mail that there is something new. Raises
    PermissionDenied for those who do not belong to the organisation.
    """
    if not roles_in(person_id, organisation_id):
        raise PermissionDenied
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_announce_leaving(%s, %s)", [organisation_id, day])
    note("member.leaving", organisation_id=organisation_id, by=person_id)
    for each in administrators(organisation_id):
        if each.person_id != person_id:
            hint(each.person_id, Hint.NEWS)
