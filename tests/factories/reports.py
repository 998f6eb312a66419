"""Reports that have arrived, made through the intake itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction

from komma.cases.actions.intake import IncomingFile, IncomingReport, receive_report
from komma.cases.deadlines import place_of
from komma.cases.queries import CaseFile, Mailbox, case_file, mailbox
from komma.core.rows import use_receipt
from komma.core.vault.keys import KeyPair, new_key_pair
from komma.core.vault.receipts import Derived, derive, new_receipt, parse_receipt
from komma.core.vault.server import server_keys
from komma.municipalities.codes import Pillar
from komma.municipalities.routing import route
from komma.procedures.codes import Side

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

TEXT = "Er rief laut: „Euch kriegen wir auch noch.“"


@dataclass(frozen=True)
class Reported:
    """A case as only its reporter knows it."""

    id: UUID
    number: str
    code: str
    receipt: Derived
    mailbox: KeyPair = field(repr=False)


def make_report(
    town: Town,
    *,
    pillar: str = Pillar.ASSAULT,
    facts: dict[str, Any] | None = None,
    excluded: set[UUID] | None = None,
    files: list[IncomingFile] | None = None,
    mailbox: KeyPair | None = None,
    case_id: UUID | None = None,
    **options: Any,
) -> Reported:
    """Hand in a report as the web role, with nobody signed in; afterwards nobody acts."""
    with transaction.atomic():
        found = options.pop("found", None) or route(
            town.municipality, pillar=pillar, excluded=excluded or set()
        )
        assert found is not None
        code = new_receipt()
        receipt = derive(parse_receipt(code), purpose="receipt", pepper=server_keys().pepper)
        pair = mailbox or new_key_pair()
        report = IncomingReport(
            case_id=case_id or uuid4(),
            mailbox=pair,
            concerns=options.pop("concerns", town.municipality.pk),
            place=options.pop("place", None) or place_of(town.municipality),
            route=found,
            side=options.pop("side", Side.OUTSIDE),
            facts=facts or {"description": TEXT},
            files=files or [],
            excluded=excluded or set(),
            receipt=receipt,
            **options,
        )
        number = receive_report(report)
        use_receipt("")
    return Reported(report.case_id, number, code, receipt, pair)


def case_of(account: Account, reported: Reported) -> CaseFile:
    """Open the case as this person, who must be acting."""
    found = case_file(account.id, account.secret, reported.id)
    assert found is not None
    return found


def box_of(reported: Reported) -> Mailbox:
    """Open the mailbox; inside a transaction, which from then on acts with the receipt."""
    use_receipt(reported.receipt.lookup)
    found = mailbox(reported.receipt.lookup, reported.receipt.secret)
    assert found is not None
    return found
