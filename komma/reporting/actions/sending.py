"""Sending: the report becomes a case, and the receipt waits until it is noted."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import Error, connection, transaction
from django.utils import timezone

from komma.cases.actions.intake import IncomingFile, IncomingReport, receive_report
from komma.cases.deadlines import FACT_KEYS, place_of
from komma.core import rows
from komma.core.dates import today
from komma.core.vault.keys import new_key_pair
from komma.core.vault.receipts import Derived, derive, new_receipt, parse_receipt
from komma.core.vault.sealing import seal_json
from komma.core.vault.server import server_keys
from komma.municipalities.routing import Route, route
from komma.reporting.cookies import draft_keys
from komma.reporting.flood import watch
from komma.reporting.models import Draft, PendingReceipt
from komma.reporting.queries import OpenDraft, drafted_files, receipt_context
from komma.reporting.rules import RECEIPT_SHOWN

if TYPE_CHECKING:
    from uuid import UUID

    from komma.municipalities.chain import Body
    from komma.municipalities.models import Municipality

# The database refused: a member, a key or the chain changed between reading the route and sending.
REFUSED_KEY = ("KM002", "KM003", "KM008")


class NobodyLeft(Exception):  # noqa: N818 - reads as a finding
    """Nobody is left who could receive the report, not even a fallback body."""


@dataclass(frozen=True)
class Sending:
    """A report ready to be sent; see ``IncomingReport`` and ``routing.route``.

    ``mark`` recognises the same text; ``bodies``: the chain that this request has looked up.
    """

    municipality: Municipality
    pillar: str
    side: str
    facts: dict[str, Any] = field(repr=False)
    excluded: frozenset[UUID] = frozenset()
    excluded_roles: frozenset[str] = frozenset()
    body: UUID | None = None
    leaves_house: bool = False
    notify: str = field(default="", repr=False)
    acute: bool = False
    emergency_declined: bool = False
    mark: str = ""
    bodies: list[Body] | None = field(default=None, repr=False)

    def route(self, *, afresh: bool = False) -> Route | None:
        """Return where the report goes as things stand; ``afresh``: look everything up again."""
        return route(
            self.municipality,
            pillar=self.pillar,
            excluded=self.excluded,
            excluded_roles=self.excluded_roles,
            body=self.body,
            leaves_house=self.leaves_house,
            bodies=None if afresh else self.bodies,
        )


def lock_sending(entropy: bytes) -> None:
    """Let requests with the same cookie send one after the other, until the transaction ends.

    An advisory lock, because a short report has no row yet that could be locked.
    """
    lookup = draft_keys(entropy).lookup
    number = int.from_bytes(bytes.fromhex(lookup)[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def send(entropy: bytes, sending: Sending, draft: OpenDraft | None = None) -> None:
    """Make a case of the report and keep its receipt for the receipt page.

    To be called under ``lock_sending``, after no pending receipt was found. Raises
    ``NobodyLeft``; then nothing has changed.
    """
    derived = draft_keys(entropy)
    code = new_receipt()
    receipt = derive(parse_receipt(code), purpose="receipt", pepper=server_keys().pepper)
    case_id = draft.case_id if draft else uuid.uuid4()
    mailbox = draft.keys if draft else new_key_pair()
    files = drafted_files(draft) if draft else []
    incoming = [IncomingFile(file.id, file.blob, file.sealed_meta) for file in files]

    def report(chosen: Route) -> IncomingReport:
        return IncomingReport(
            case_id=case_id,
            mailbox=mailbox,
            concerns=sending.municipality.pk,
            place=place_of(sending.municipality),
            route=chosen,
            side=sending.side,
            facts=sending.facts,
            files=incoming,
            excluded=set(sending.excluded),
            receipt=receipt,
            notify=sending.notify,
            acute=sending.acute,
            answer_days=chosen.body.answer_days,
            emergency_declined=sending.emergency_declined,
            excluded_roles=sending.excluded_roles,
            held=held,
        )

    chosen = _route(sending)
    # By the body whose people read it: a flood spread over the towns it serves is one flood.
    narrative, body = str(sending.facts.get("description", "")), chosen.unit.organisation_id
    held = watch.judge(body, narrative)
    try:
        with transaction.atomic():
            number = receive_report(report(chosen))
    except Error as error:
        if getattr(error.__cause__, "sqlstate", "") not in REFUSED_KEY:
            raise
        chosen = _route(sending, afresh=True)
        number = receive_report(report(chosen))
    watch.note(body, narrative, held=held)
    _keep_receipt(derived, _shown(code, number, chosen, sending))
    if draft:
        Draft.objects.filter(lookup=draft.lookup).delete()


def confirm_receipt(entropy: bytes) -> None:
    """Forget the pending receipt: the reporter has noted it."""
    lookup = draft_keys(entropy).lookup
    rows.use_draft(lookup)
    PendingReceipt.objects.filter(lookup=lookup).delete()


def _route(sending: Sending, *, afresh: bool = False) -> Route:
    found = sending.route(afresh=afresh)
    if found is None:
        raise NobodyLeft
    return found


def _shown(code: str, number: str, chosen: Route, sending: Sending) -> dict[str, Any]:
    facts = {key: value for key, value in sending.facts.items() if key in FACT_KEYS}
    return {
        "code": code,
        "number": number,
        "unit": chosen.unit.name,
        "organisation": chosen.body.organisation.name,
        "seat": chosen.body.seat,
        "functions": [receiver.title for receiver in chosen.holders],
        "answer_on": (today() + dt.timedelta(days=chosen.body.answer_days)).isoformat(),
        "is_fallback": chosen.is_fallback,
        "acute": sending.acute,
        "side": sending.side,
        "emergency_hint": sending.municipality.emergency_hint,
        "facts": {"side": sending.side, "causer_names": "causer_names" in sending.facts} | facts,
        "land": sending.municipality.land,
        "ags": sending.municipality.ags,
        "mark": sending.mark,
    }


def _keep_receipt(derived: Derived, shown: dict[str, Any]) -> None:
    rows.use_draft(derived.lookup)
    now = timezone.now()
    # Ended, but not yet swept away. One that has not ended is never written over.
    PendingReceipt.objects.filter(lookup=derived.lookup, expires_at__lte=now).delete()
    PendingReceipt(
        lookup=derived.lookup,
        sealed=seal_json(shown, to=[derived.public], context=receipt_context(derived.lookup)),
        expires_at=now + RECEIPT_SHOWN,
    ).save(force_insert=True)
