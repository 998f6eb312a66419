"""Agreements between a municipality and the body that receives for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q, TextField, Value

from komma.municipalities.codes import RECEIVING_PILLARS
from komma.municipalities.models import Organisation, ServiceAgreement, Unit

if TYPE_CHECKING:
    import datetime as dt

MOST_FOUND = 20


def agreements_of(organisation_id: UUID) -> list[ServiceAgreement]:
    """Return the agreements and proposals of an organisation, served or serving, newest first.

    Proposals only for the account administration of either side.
    """
    return list(
        ServiceAgreement.objects.filter(Q(served_id=organisation_id) | Q(body_id=organisation_id))
        .select_related("served", "body")
        .order_by("-starts_on", "-id")
    )


def agreement_by_id(agreement_id: UUID, organisation_id: UUID) -> ServiceAgreement | None:
    """Return an agreement of the organisation, or None."""
    return next((a for a in agreements_of(organisation_id) if a.pk == agreement_id), None)


def agreements_ending_on(day: dt.date) -> list[ServiceAgreement]:
    """Return the agreements whose last day this is. For the worker."""
    agreed = ServiceAgreement.objects.exclude(served_agreed_on=None).exclude(body_agreed_on=None)
    return list(agreed.filter(ends_on=day))


def agreement_partners(text: str, *, organisation_id: UUID, municipal: bool) -> list[Organisation]:
    """Return organisations that can agree, since somebody administers them; found by name.

    ``municipal``: municipalities, since only those can be served; else bodies that can serve,
    having a unit that receives.
    """
    key = Func(Value(text.strip()[:100]), function="komma_sort_key", output_field=TextField())
    found = (
        Organisation.objects.filter(sort_key__contains=key)
        .filter(Func(F("id"), function="komma_has_administration", output_field=BooleanField()))
        .exclude(pk=organisation_id)
        .order_by("sort_key")
    )
    receiving = Unit.objects.filter(organisation=OuterRef("pk"), pillar__in=RECEIVING_PILLARS)
    found = found.exclude(municipality=None) if municipal else found.filter(Exists(receiving))
    return list(found[:MOST_FOUND])


def has_administration(organisation_id: UUID) -> bool:
    """Tell whether somebody administers the organisation."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT komma_has_administration(%s)", [organisation_id])
        return bool(cursor.fetchone()[0])
