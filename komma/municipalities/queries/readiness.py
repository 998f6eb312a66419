"""Whether the intake of an organisation is open, and what it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import connection

from komma.municipalities.codes import RECEIVING_PILLARS, Module, OrganisationKind, Pillar
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.models import IntakeEvent, Municipality, Organisation, Unit
from komma.municipalities.queries.organisations import receiving_units
from komma.municipalities.queries.receivers import Receiver, receivers_of_units
from komma.municipalities.readiness import Facts, Readiness, Staffing, check
from komma.people.rules import second_factors_are_asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


# The chain of responsibility beyond the own house, in its order.
_OUTSIDE = """
SELECT u.id, o.name
  FROM komma_chain(%s) WITH ORDINALITY AS c (organisation, reason, only_unit, place)
  JOIN municipalities_organisation AS o ON o.id = c.organisation
  JOIN municipalities_unit AS u
    ON u.organisation_id = c.organisation AND u.id = coalesce(c.only_unit, u.id)
 WHERE c.reason <> 'own' AND u.pillar = ANY (%s)
 ORDER BY c.place
"""


def intake_is_open(organisation_id: UUID) -> bool:
    """Tell whether an organisation takes reports now; nobody is signed in.

    It was opened by its administration, and every condition holds at this moment.
    """
    organisation = _organisation(organisation_id)
    return organisation is not None and takes_reports_now(organisation)


def takes_reports_now(organisation: Organisation) -> bool:
    """The same for an organisation that was just loaded with its municipality; five queries."""
    return organisation.opened_on is not None and check(_facts(organisation)).is_open


def readiness_of(organisation_id: UUID) -> Readiness:
    """Return how far an organisation is; seven queries, however many units and people.

    Raises Organisation.DoesNotExist.
    """
    organisation = _organisation(organisation_id)
    if organisation is None:
        raise Organisation.DoesNotExist
    return check(_facts(organisation))


def takes_reports(organisation: Organisation) -> bool:
    """Tell whether an organisation is there to take reports at all, ready or not."""
    kinds = (OrganisationKind.MUNICIPALITY, OrganisationKind.FALLBACK)
    return organisation.kind in kinds or bool(receiving_units(organisation.pk))


def opened_organisations() -> list[UUID]:
    """Return the organisations whose intake was opened, whether or not it is open now."""
    return list(Organisation.objects.filter(opened_on__isnull=False).values_list("pk", flat=True))


def intake_events(organisation_id: UUID) -> list[IntakeEvent]:
    """Return openings and closings, newest first. For members of the organisation."""
    return list(IntakeEvent.objects.filter(organisation_id=organisation_id).order_by("-id"))


def last_intake_event(organisation_id: UUID) -> IntakeEvent | None:
    """Return the last opening or closing, or None."""
    return IntakeEvent.objects.filter(organisation_id=organisation_id).order_by("-id").first()


def _organisation(organisation_id: UUID) -> Organisation | None:
    return Organisation.objects.select_related("municipality").filter(pk=organisation_id).first()


def _facts(organisation: Organisation) -> Facts:
    municipality: Municipality | None = getattr(organisation, "municipality", None)
    units = receiving_units(organisation.pk)
    outside = _outside_units(municipality)
    found = receivers_of_units([*(unit.pk for unit in units), *outside])
    reporting_on, is_late = _state(organisation.pk)
    return Facts(
        organisation=organisation,
        is_municipality=municipality is not None,
        reporting_on=reporting_on,
        staffing=_staffing(units, found),
        has_emergency_keys=emergency_publics(organisation.pk) is not None,
        answer_days=municipality.answer_days if municipality is not None else None,
        outside=next((body for unit, body in outside.items() if found[unit]), ""),
        is_late=is_late,
    )


def _outside_units(municipality: Municipality | None) -> dict[UUID, str]:
    """Return the units outside of the own house to which a report can go, with their bodies."""
    if municipality is None:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OUTSIDE, [municipality.pk, list(RECEIVING_PILLARS)])
        return dict(cursor.fetchall())


def _staffing(units: Sequence[Unit], found: Mapping[UUID, list[Receiver]]) -> tuple[Staffing, ...]:
    supporting = {
        receiver.person
        for unit in units
        if unit.pillar == Pillar.SUPPORT
        for receiver in found[unit.pk]
    }
    return tuple(
        _row(unit, found[unit.pk], supporting if unit.pillar == Pillar.COMPLAINT else set())
        for unit in units
    )


def _row(unit: Unit, receivers: list[Receiver], apart_from: set[UUID]) -> Staffing:
    asked = second_factors_are_asked()
    able = [each for each in receivers if each.has_second_factor or not asked]
    counted = [each for each in able if each.person not in apart_from]
    deputies = sum(each.is_deputy for each in counted)
    return Staffing(
        unit=unit,
        regular=len(counted) - deputies,
        deputies=deputies,
        present=sum(not each.is_absent for each in counted),
        without_factor=len(receivers) - len(able),
        shared=len(able) - len(counted),
    )


def _state(organisation_id: UUID) -> tuple[bool, bool]:
    """Tell whether the Baustein is on, and whether a report was not opened in the stated time.

    The latter never in a demonstration: there nobody opens what visitors report, and every intake
    would close after some days.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM municipalities_organisationmodule"
            " WHERE organisation_id = %(of)s AND module = %(module)s),"
            " %(asked)s AND komma_unopened_late(%(of)s)",
            {"of": organisation_id, "module": Module.REPORTING, "asked": not settings.KOMMA_DEMO},
        )
        reporting_on, is_late = cursor.fetchone()
    return bool(reporting_on), bool(is_late)
