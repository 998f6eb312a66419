"""Somebody on duty takes a report in for another person: a call, a letter, a mail.

It becomes a case of their own unit by the same way as any report: the same keys for the same
people and for nobody else. Only the receipt goes another way: it is shown to be handed over.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import Error, IntegrityError, transaction
from django.utils.translation import gettext as _

from komma.cases.actions import writing
from komma.cases.actions.errors import Refused, demand
from komma.cases.actions.intake import IncomingFile, IncomingReport, receive_report
from komma.cases.deadlines import place_of
from komma.cases.facts import Danger
from komma.cases.queries import case_file
from komma.core import audit, rows
from komma.core.dates import today
from komma.core.vault.keys import KeyPair
from komma.core.vault.receipts import derive, new_receipt, parse_receipt
from komma.core.vault.server import server_keys
from komma.municipalities.queries import (
    case_units_of,
    municipality_by_id,
    receivers_of_units,
    roles_in,
)
from komma.municipalities.routing import Route, route_within

ANSWER_DAYS = 3  # calendar days, where the body is no municipality with a promise of its own


@dataclass(frozen=True)
class Desk:
    """A unit for which somebody can take reports in; ``function``: as whom they do."""

    unit: UUID
    name: str
    organisation: UUID
    person: UUID
    function: str


@dataclass(frozen=True)
class StaffReport:
    """What was taken in; see `IncomingReport`."""

    desk: Desk
    case_id: UUID
    mailbox: KeyPair
    concerns: UUID
    side: str
    facts: dict[str, Any] = field(repr=False)
    files: list[IncomingFile]
    excluded: frozenset[UUID] = frozenset()
    excluded_roles: frozenset[str] = frozenset()
    emergency_declined: bool = False


@dataclass(frozen=True)
class Taken:
    """A report that was taken in, with the receipt to hand over; ``functions`` can open it."""

    number: str
    code: str = field(repr=False)
    functions: list[str]
    answer_on: dt.date
    acute: bool


class AlreadyTaken(Exception):  # noqa: N818 - reads as a finding
    """The same form was sent before: its case stands already."""


def desks_of(person: UUID, organisation: UUID) -> list[Desk]:
    """Return the units of an organisation whose proven receiver the person is."""
    units = {u.pk: u for u in case_units_of(person) if u.organisation_id == organisation}
    return [
        Desk(unit, units[unit].name, organisation, person, receiver.title)
        for unit, found in receivers_of_units(units).items()
        for receiver in found
        if receiver.person == person
    ]


def take_in_report(report: StaffReport) -> Taken:
    """Make a case of the report; the receipt is returned once and kept nowhere.

    Raises `Refused` where the answers exclude whoever takes it in, or everybody of the unit, and
    `AlreadyTaken` for a second submit of the same form.
    """
    desk, code = report.desk, new_receipt()
    mine = roles_in(desk.person, desk.organisation)
    demand(
        desk.person not in report.excluded and not mine & report.excluded_roles,
        _(
            "Nach diesen Angaben dürfen Sie selbst nichts davon erfahren. Bitte nehmen Sie die "
            "Meldung nicht auf, und löschen Sie Ihre Notizen. Die betroffene Person kann selbst "
            "melden, oder jemand anderes nimmt die Meldung auf."
        ),
    )
    chosen = _route(report)
    incoming = _incoming(report, chosen, code)
    try:
        with transaction.atomic():
            number = receive_report(incoming)
            rows.use_receipt("")  # whoever takes it in goes on acting as themselves
            audit.record(
                "case.taken_in",
                organisation=desk.organisation,
                case=report.case_id,
                person=desk.person,
                function=desk.function,
            )
    except IntegrityError as error:
        raise AlreadyTaken from error
    except Error as error:
        if not str(getattr(error.__cause__, "sqlstate", "")).startswith("KM"):
            raise
        raise Refused(
            _("Die Zuständigkeiten haben sich gerade geändert. Bitte senden Sie noch einmal ab.")
        ) from error
    functions = [receiver.title for receiver in chosen.holders]
    answer_on = today() + dt.timedelta(days=incoming.answer_days)
    return Taken(number, code, functions, answer_on, incoming.acute)


@transaction.atomic
def note_without_receipt(person: UUID, secret: str, case_id: UUID) -> None:
    """Tell the holders that nobody reads the mailbox, since no receipt was handed over.

    Does nothing where the person cannot open the case: a deputy whose turn has not come.
    """
    file = case_file(person, secret, case_id)
    if file is not None:
        writing.note(
            file,
            _(
                "Die betroffene Person wollte keinen Beleg. Antworten im Postfach liest niemand. "
                "Steht in der Meldung ein Kontakt, antworten Sie bitte dort."
            ),
        )


def _route(report: StaffReport) -> Route:
    units = {u.pk: u for u in case_units_of(report.desk.person)}
    found = route_within(
        units[report.desk.unit],
        concerns=report.concerns,
        excluded=report.excluded,
        excluded_roles=report.excluded_roles,
    )
    if found is None:
        raise Refused(
            _(
                "In Ihrer Stelle bleibt nach diesen Angaben niemand, der die Meldung lesen darf. "
                "Die betroffene Person kann selbst melden: Dann geht die Meldung an eine Stelle "
                "außerhalb Ihres Hauses."
            )
        )
    return found


def _incoming(report: StaffReport, chosen: Route, code: str) -> IncomingReport:
    municipality = municipality_by_id(report.desk.organisation)
    is_here = municipality is not None and municipality.pk == report.concerns
    concerned = municipality if is_here else municipality_by_id(report.concerns)
    return IncomingReport(
        case_id=report.case_id,
        mailbox=report.mailbox,
        concerns=report.concerns,
        place=place_of(concerned) if concerned else None,
        route=chosen,
        side=report.side,
        facts=report.facts | {"taken_by": report.desk.function},
        files=report.files,
        excluded=set(report.excluded),
        receipt=derive(parse_receipt(code), purpose="receipt", pepper=server_keys().pepper),
        acute=report.facts.get("danger") == Danger.YES,
        answer_days=municipality.answer_days if municipality else ANSWER_DAYS,
        emergency_declined=report.emergency_declined,
        excluded_roles=report.excluded_roles,
    )
