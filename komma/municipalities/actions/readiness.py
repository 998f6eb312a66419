"""Opening the intake, and what else of its readiness people decide."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from komma.core.dates import today
from komma.municipalities import jobs
from komma.municipalities.actions.authority import demand_administration, note
from komma.municipalities.actions.errors import Refused
from komma.municipalities.codes import IntakeChange
from komma.municipalities.models import IntakeEvent, Organisation
from komma.municipalities.queries import functions_of, intake_is_open, readiness_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from komma.municipalities.readiness import Gap

# Before this day no such program existed; a year typed with two digits lands there.
_EARLIEST = dt.date(2000, 1, 1)


class WouldClose(Refused):
    """The change would close the intake, and nobody has confirmed that; nothing was changed."""

    def __init__(self, gaps: list[Gap]) -> None:
        self.gaps = gaps
        text = _("Danach nimmt Ihre Kommune keine Meldungen mehr an: %(gaps)s")
        super().__init__(text % {"gaps": " ".join(gap.text for gap in gaps)})


def attest(
    *,
    organisation_id: UUID,
    staff_council_on: dt.date | None,
    data_protection_on: dt.date | None,
    by: UUID,
    may_close: bool = True,
) -> None:
    """Note the days on which the staff council and data protection agreed.

    Raises Refused for a day in the future or before 2000.
    """
    demand_administration(organisation_id, by)
    for day in (staff_council_on, data_protection_on):
        if day is not None and not _EARLIEST <= day <= today():
            raise Refused(_("Bitte nennen Sie einen Tag, der schon war und nach 1999 liegt."))
    with closing_confirmed(organisation_id, may_close=may_close):
        Organisation.objects.filter(pk=organisation_id).update(
            staff_council_on=staff_council_on, data_protection_on=data_protection_on
        )
        note("readiness.attested", organisation_id=organisation_id, by=by)


def open_intake(*, organisation_id: UUID, by: UUID) -> None:
    """Open the intake; from then on it is open whenever every condition holds.

    Twice is once. Raises Refused while something is missing.
    """
    demand_administration(organisation_id, by)
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        if organisation.opened_on is not None:
            return
        readiness = readiness_of(organisation_id)
        if not readiness.is_complete:
            missing = " ".join(gap.text for gap in readiness.gaps)
            raise Refused(_("Noch fehlt etwas: %(missing)s") % {"missing": missing})
        Organisation.objects.filter(pk=organisation_id).update(opened_on=today())
        IntakeEvent(
            organisation_id=organisation_id,
            kind=IntakeChange.OPENED,
            on=today(),
            by=functions_of(by, organisation_id)[:160],
        ).save(force_insert=True)
        note("intake.opened", organisation_id=organisation_id, by=by)


@contextmanager
def closing_confirmed(organisation_id: UUID, *, may_close: bool) -> Iterator[None]:
    """Make a change in a transaction and undo it where it closes the intake.

    ``may_close``: whoever makes the change was told that it closes the intake, or nobody can be
    asked. Raises WouldClose otherwise. The watch over the intakes runs right afterwards.
    """
    with transaction.atomic():
        was_open = not may_close and intake_is_open(organisation_id)
        yield
        if was_open:
            readiness = readiness_of(organisation_id)
            if not readiness.is_open:
                raise WouldClose(readiness.gaps)
        watch_soon()


def watch_soon() -> None:
    """Let the worker compare the intakes with their last state now, not at the quarter hour."""
    try:
        with transaction.atomic():
            jobs.watch_now.defer()
    except AlreadyEnqueued:
        return
