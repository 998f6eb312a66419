"""Absences: recorded by the person or by the account administration; never for the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils.translation import gettext_lazy

from komma.core.ids import uuid7
from komma.municipalities.actions.authority import note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.actions.readiness import watch_soon
from komma.municipalities.models import Absence
from komma.municipalities.queries import administers, roles_in
from komma.people.actions import hint
from komma.people.hints import Hint

if TYPE_CHECKING:
    import datetime as dt
    from uuid import UUID

_NOBODY_LEFT = "KM009"
_NO_MEMBER = "KM002"
_OVERLAP = "23P01"  # exclusion_violation

OWN_LAST = gettext_lazy(
    "In dieser Zeit wäre in Ihrer Stelle oder für einen Ihrer offenen Fälle niemand da. Geben Sie "
    "zuerst jemandem Zugang, oder bitten Sie die Verwaltung, eine Vertretung aufzunehmen."
)
# The same with and without cases: the administration does not learn from it whether there are any.
OTHERS_LAST = gettext_lazy(
    "In dieser Zeit wäre niemand da, der die Aufgaben dieser Person übernehmen kann. Bitte nehmen "
    "Sie zuerst jemanden in die Stelle auf und warten Sie, bis die Einladung angenommen ist. Fällt "
    "die Person plötzlich aus und geht es nicht anders, helfen die beiden Notfallschlüssel."
)


@dataclass(frozen=True)
class Days:
    """First and last day of an absence; both count."""

    first: dt.date
    last: dt.date


def record_absence(*, person_id: UUID, organisation_id: UUID, days: Days, by: UUID) -> None:
    """Record that somebody is away; from the first day on deputies step in where nobody else is.

    Raises Refused where the days overlap another absence, and where on one of them nobody would
    be left in a unit or for an open case; PermissionDenied for anybody but the person and the
    account administration. Whoever did not record it is told by mail that there is something new.
    """
    _demand_right(person_id, organisation_id, by)
    texts = {
        _NOBODY_LEFT: OWN_LAST if by == person_id else OTHERS_LAST,
        _OVERLAP: gettext_lazy(
            "Für einige dieser Tage ist schon eine Abwesenheit eingetragen. Bitte entfernen Sie "
            "diese zuerst, oder wählen Sie andere Tage."
        ),
        _NO_MEMBER: gettext_lazy("Diese Person gehört nicht mehr dazu. Bitte laden Sie neu."),
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT komma_record_absence(%s, %s, %s, %s, %s)",
                [uuid7(), person_id, organisation_id, days.first, days.last],
            )
            _told("absence.recorded", person_id, organisation_id, by)
            watch_soon()
    except DatabaseError as error:
        text = texts.get(getattr(error.__cause__, "sqlstate", ""))
        if text is None:
            raise
        raise Refused(str(text)) from error


@transaction.atomic
def remove_absence(*, absence: Absence, by: UUID) -> None:
    """Take an absence back, or end it early. Access that deputies got in the meantime stays."""
    _demand_right(absence.person_id, absence.organisation_id, by)
    Absence.objects.filter(pk=absence.pk).delete()
    _told("absence.removed", absence.person_id, absence.organisation_id, by)
    watch_soon()


def _demand_right(person_id: UUID, organisation_id: UUID, by: UUID) -> None:
    own = by == person_id and roles_in(by, organisation_id)
    if not (own or administers(by, organisation_id)):
        raise PermissionDenied


def _told(kind: str, person_id: UUID, organisation_id: UUID, by: UUID) -> None:
    note(kind, organisation_id=organisation_id, by=by)
    if by != person_id:
        hint(person_id, Hint.NEWS)


def forget_past(before: dt.date) -> int:
    """Delete the absences that ended before a day; return how many. For the worker."""
    deleted, _details = Absence.objects.filter(ends_on__lt=before).delete()
    return deleted
