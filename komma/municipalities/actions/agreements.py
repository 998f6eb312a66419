"""Agreements: each side gives its own word, either side ends what was agreed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from komma.core.dates import today
from komma.core.ids import uuid7
from komma.municipalities import jobs
from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.models import ServiceAgreement
from komma.municipalities.queries import (
    administrators,
    agreements_ending_on,
    agreements_of,
    has_administration,
    municipality_by_id,
)
from komma.people.actions import hint
from komma.people.hints import Hint

if TYPE_CHECKING:
    from uuid import UUID

REMINDED = dt.timedelta(days=30)


def propose_agreement(
    *,
    served_id: UUID,
    body_id: UUID,
    own_id: UUID,
    starts_on: dt.date,
    ends_on: dt.date | None,
    reference: str,
    by: UUID,
) -> ServiceAgreement:
    """Propose that one body receives the reports of a municipality; gives the word of one side.

    ``own_id``: the side that ``by`` speaks for. Raises Refused where the other side cannot agree.
    """
    demand_administration(own_id, by)
    other = body_id if own_id == served_id else served_id
    if municipality_by_id(served_id) is None or not has_administration(other):
        raise Refused(
            _(
                "Diese Seite kann hier nicht zustimmen, weil sie noch keine Verwaltung auf der "
                "Plattform hat. Für Gemeinden ohne eigene Verwaltung nimmt der Landkreis an."
            )
        )
    if _overlaps(served_id, body_id, starts_on, ends_on):
        raise Refused(_("Für diese Zeit gibt es schon eine Vereinbarung oder einen Vorschlag."))
    agreement = ServiceAgreement(
        id=uuid7(),
        served_id=served_id,
        body_id=body_id,
        reference=reference,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _give_word(agreement, own_id, by)
    with transaction.atomic():
        agreement.save(force_insert=True)
        _told("agreement.proposed", agreement, own_id, by)
    return agreement


@transaction.atomic
def confirm_agreement(*, agreement: ServiceAgreement, own_id: UUID, by: UUID) -> None:
    """Give the word of one's own side; with both it counts from its first day on."""
    demand_administration(own_id, by)
    _give_word(agreement, own_id, by)
    agreement.save()
    _told("agreement.confirmed", agreement, own_id, by)


@transaction.atomic
def decline_agreement(*, agreement: ServiceAgreement, own_id: UUID, by: UUID) -> None:
    """Decline a proposal, or take one's own back. Raises Refused for what both have agreed."""
    demand_administration(own_id, by)
    deleted, _details = ServiceAgreement.objects.filter(pk=agreement.pk).delete()
    if not deleted:
        raise Refused(
            _("Beide Seiten haben schon zugestimmt. Sie können die Vereinbarung beenden.")
        )
    _told("agreement.declined", agreement, own_id, by)


@transaction.atomic
def end_agreement(
    *, agreement: ServiceAgreement, own_id: UUID, last_day: dt.date, by: UUID
) -> None:
    """End an agreement with a last day, which either side may; open cases stay where they are.

    Raises Refused for a day that is over, lies before the beginning or after the agreed end.
    """
    demand_administration(own_id, by)
    if last_day < max(today(), agreement.starts_on):
        raise Refused(_("Der letzte Tag kann heute sein oder später, nicht vor dem Beginn."))
    if agreement.ends_on is not None and last_day > agreement.ends_on:
        raise Refused(_("Vereinbart ist ein früheres Ende. Länger geht es mit einer neuen."))
    agreement.ends_on = last_day
    agreement.save(update_fields=["ends_on"])
    _told("agreement.ended", agreement, own_id, by)


def remind_of_ends() -> int:
    """Hint to both administrations 30 days before an agreement ends; return how many end.

    For the worker, once a day.
    """
    ending = agreements_ending_on(today() + REMINDED)
    people = {
        each.person_id
        for agreement in ending
        for side in (agreement.served_id, agreement.body_id)
        for each in administrators(side)
    }
    for person in people:
        hint(person, Hint.DUE)
    return len(ending)


def hint_administrations(organisations: list[UUID]) -> None:
    """Hint to the administrations that there is something new. For the worker."""
    for person in {each.person_id for side in organisations for each in administrators(side)}:
        hint(person, Hint.NEWS)


def _give_word(agreement: ServiceAgreement, own_id: UUID, by: UUID) -> None:
    if own_id == agreement.served_id:
        agreement.served_agreed_on, agreement.served_agreed_by_id = today(), by
    else:
        agreement.body_agreed_on, agreement.body_agreed_by_id = today(), by


def _overlaps(served: UUID, body: UUID, first: dt.date, last: dt.date | None) -> bool:
    return any(
        each.body_id == body
        and each.starts_on <= (last or dt.date.max)
        and first <= (each.ends_on or dt.date.max)
        for each in agreements_of(served)
    )


def _told(kind: str, agreement: ServiceAgreement, own_id: UUID, by: UUID) -> None:
    """Note it, and let the worker tell both sides: the other one's people are not ours to see."""
    note(kind, organisation_id=own_id, by=by)
    jobs.tell_administrations.defer(
        organisations=[str(agreement.served_id), str(agreement.body_id)]
    )
