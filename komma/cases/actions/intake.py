"""A report becomes a case: keys for those who may read it, and for nobody else."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from komma.cases.actions.entries import IncomingFile, append, locked, seal_meta
from komma.cases.actions.reminders import begin_watch
from komma.cases.codes import EntryKind, Strand
from komma.cases.deadlines import count
from komma.cases.jobs import announce_held_danger, announce_now
from komma.cases.rules import exclusion_tag, receipt_mac, role_exclusion_tag, tags_of
from komma.cases.strands import (
    StrandKeys,
    seal_for_emergency,
    seal_for_holder,
    seal_for_receipt,
)
from komma.core import audit, rows
from komma.core.dates import today
from komma.core.vault.keys import KeyPair, new_key_pair
from komma.core.vault.receipts import Derived
from komma.core.vault.server import seal_for_server
from komma.municipalities.emergency import emergency_publics
from komma.municipalities.queries import Receiver
from komma.municipalities.routing import Route
from komma.procedures.deadlines import Place

__all__ = ["IncomingFile", "IncomingReport", "receive_report", "seal_meta"]

NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 8
NUMBER_TRIES = 3


@dataclass(frozen=True)
class IncomingReport:
    """A report on its way in.

    ``mailbox``: the key pair that draft and files were sealed to; ``concerns``: the municipality
    it happened in, ``place`` for counting deadlines there; ``facts``: keys as in
    ``cases.facts.FACTS``; ``excluded``: ids of people who
    must never read it; ``excluded_roles``: codes of roles that must not; ``receipt``: derived
    with purpose "receipt"; ``notify``: an address for hints without content; ``answer_days``:
    calendar days; ``held``: code of `codes.Held` where it waits in quarantine first.
    """

    case_id: UUID
    mailbox: KeyPair
    concerns: UUID
    place: Place | None
    route: Route
    side: str
    facts: dict[str, Any] = field(repr=False)
    files: list[IncomingFile]
    excluded: set[UUID]
    receipt: Derived
    notify: str = field(default="", repr=False)
    acute: bool = False
    answer_days: int = 3
    emergency_declined: bool = False
    excluded_roles: frozenset[str] = frozenset()
    held: str = ""


def receive_report(report: IncomingReport) -> str:
    """Make a case of a report and return its number; inside the caller's transaction.

    Afterwards the transaction acts with the report's receipt. Raises django.db.Error (SQLSTATE
    KM001 to KM005 and KM008, see migrations/sql/0002_keys.sql) if the database refuses a key or
    the body: the caller then asks for the route again, since something has changed in between.
    """
    pairs = {
        Strand.MAILBOX: report.mailbox,
        Strand.INTERNAL: new_key_pair(),
        Strand.PROTECTION: new_key_pair(),
    }
    number = _create(report, pairs)
    rows.use_receipt(report.receipt.lookup)
    case = locked(report.case_id)
    keys = StrandKeys(Strand.MAILBOX, 1, {1: report.mailbox.secret}, report.mailbox.public)
    append(case, keys, {"kind": EntryKind.REPORT, "facts": report.facts}, files=report.files)
    case.save(update_fields=["last_sequence"])
    facts = {"side": report.side} | report.facts
    found = count(facts, place=report.place, received_on=case.received_on)
    begin_watch(case.pk, found)
    audit.record("case.received", organisation=case.organisation_id, case=case.pk)
    if report.acute:
        _announce_danger(held=bool(report.held))
    return number


def _announce_danger(*, held: bool) -> None:
    """Tell at once; of reports in quarantine one job is enough, whatever their number."""
    with suppress(AlreadyEnqueued), transaction.atomic():
        (announce_held_danger if held else announce_now).defer()


def new_number() -> str:
    """Return a random case number such as K7M4-9QRT: no gap shows a case that one may not see."""
    drawn = "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(NUMBER_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


def _create(report: IncomingReport, pairs: dict[Strand, KeyPair]) -> str:
    """Call the database function; draw another number in the rare case that it is taken."""
    content = {
        "strands": [
            {"id": str(uuid4()), "strand": strand, "public": pair.public}
            for strand, pair in pairs.items()
        ],
        "keys": list(_keys(report, pairs)),
        "exclusions": [tag.hex() for tag in _exclusions(report)],
        "receipt": _receipt(report),
        "emergency": list(_emergency(report, pairs)),
    }
    for attempt in range(1, NUMBER_TRIES + 1):
        number = new_number()
        case = _case(report, number)
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT komma_intake(%s)", [json.dumps(content | {"case": case})])
        except IntegrityError as error:
            if "number" not in str(error) or attempt == NUMBER_TRIES:
                raise
        else:
            return number
    raise AssertionError("unreachable")


def _case(report: IncomingReport, number: str) -> dict[str, str]:
    unit = report.route.unit
    return {
        "id": str(report.case_id),
        "number": number,
        "organisation": str(unit.organisation_id),
        "concerns": str(report.concerns),
        "unit": str(unit.pk),
        "side": report.side,
        "received_on": today().isoformat(),
        "answer_due_on": (today() + dt.timedelta(days=report.answer_days)).isoformat(),
        "held": report.held,
    }


def _exclusions(report: IncomingReport) -> Iterable[bytes]:
    yield from (exclusion_tag(report.case_id, person) for person in report.excluded)
    if report.route.is_meant:  # roles of another house were not meant (routing.route)
        yield from (role_exclusion_tag(report.case_id, role) for role in report.excluded_roles)


def _keys(report: IncomingReport, pairs: dict[Strand, KeyPair]) -> Iterable[dict[str, Any]]:
    """Seal every strand to every holder and, in reserve, to every deputy; each person once."""
    seen: set[UUID] = set()
    for reserve, receivers in ((False, report.route.holders), (True, report.route.reserve)):
        for receiver in receivers:
            if receiver.person not in seen:
                seen.add(receiver.person)
                yield from _keys_of(report.case_id, receiver, pairs, reserve=reserve)


def _keys_of(
    case: UUID, receiver: Receiver, pairs: dict[Strand, KeyPair], *, reserve: bool
) -> Iterable[dict[str, Any]]:
    for strand, pair in pairs.items():
        yield {
            "id": str(uuid4()),
            "strand": strand,
            "person": str(receiver.person),
            "public": receiver.public,
            "tags": [tag.hex() for tag in tags_of(case, receiver.person, receiver.roles)],
            "function": receiver.title,
            "sealed": seal_for_holder(case, strand, pair.secret, receiver.public).hex(),
            "reserve": reserve,
        }


def _receipt(report: IncomingReport) -> dict[str, Any]:
    case, receipt = report.case_id, report.receipt
    notify = report.notify.strip()
    return {
        "lookup": receipt.lookup,
        "public": receipt.public,
        "mac": receipt_mac(case, receipt.lookup, receipt.public).hex(),
        "sealed": seal_for_receipt(case, report.mailbox.secret, receipt.public).hex(),
        "notify": seal_for_server(notify.encode(), f"notify/{case}").hex() if notify else None,
    }


def _emergency(report: IncomingReport, pairs: dict[Strand, KeyPair]) -> Iterable[dict[str, Any]]:
    if report.emergency_declined:
        return
    publics = emergency_publics(report.route.unit.organisation_id)
    if publics is None:
        return
    for strand, pair in pairs.items():
        sealed = seal_for_emergency(report.case_id, strand, 1, pair.secret, publics)
        yield {"strand": strand, "sealed": sealed.hex()}
