"""The only door to cases: what a holder or the receipt of this transaction may see."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from komma.cases.codes import STATUS_SENTENCES, Status, Strand
from komma.cases.models import (
    Attachment,
    Case,
    CaseReceipt,
    Entry,
    ReporterView,
)
from komma.cases.strands import StrandKeys, open_receipt
from komma.cases.timeline import OpenAttachment, OpenEntry, open_entries
from komma.core.vault.sealing import VaultError


@dataclass(frozen=True)
class Mailbox:
    """A case as its reporter sees it, opened with the receipt.

    ``entries``: those of the mailbox strand, in order; ``openings``: which function opened the
    case on which day. New content is sealed to ``public`` (with ``generation`` beside it).
    """

    case: Case
    entries: list[OpenEntry]
    openings: list[ReporterView]
    keys: StrandKeys

    @property
    def case_id(self) -> UUID:
        return self.case.pk

    @property
    def number(self) -> str:
        return self.case.number

    @property
    def status(self) -> str:
        return self.case.status

    @property
    def status_label(self) -> str:
        return str(Status(self.case.status).label)

    @property
    def sentence(self) -> str:
        """One sentence on what happens now."""
        return str(STATUS_SENTENCES[Status(self.case.status)])

    @property
    def public(self) -> str:
        return self.keys.public

    @property
    def generation(self) -> int:
        return self.keys.generation

    @property
    def attachments(self) -> list[OpenAttachment]:
        return [attachment for entry in self.entries for attachment in entry.attachments]

    def attachment(self, attachment_id: UUID) -> OpenAttachment | None:
        """Return one attachment, or None if it is not in this mailbox."""
        return next((found for found in self.attachments if found.id == attachment_id), None)


def mailbox(lookup: str, secret: str) -> Mailbox | None:
    """Open the mailbox of a receipt (look-up id, secret key); None if there is none.

    To be called after ``rows.use_receipt(lookup)``, which lets the database show this case only.
    """
    receipt = CaseReceipt.objects.select_related("case__concerns").filter(lookup=lookup).first()
    if receipt is None:
        return None
    try:
        keys = open_receipt(receipt, secret)
    except VaultError:
        return None
    case = receipt.case
    entries = Entry.objects.filter(case=case, strand=Strand.MAILBOX)
    files = Attachment.objects.filter(case=case, strand=Strand.MAILBOX)
    openings = ReporterView.objects.filter(case=case).order_by("day", "function")
    return Mailbox(case, open_entries(entries, {Strand.MAILBOX: keys}, files), list(openings), keys)


def visible_cases(person: UUID, organisation_id: UUID) -> QuerySet[Case]:
    """Return the cases of an organisation that the person holds a key for.

    The organisation is named in the query itself, so that its index is used before the policy.
    """
    return Case.objects.filter(
        organisation_id=organisation_id,
        keys__person_id=person,
        keys__strand=Strand.MAILBOX,
        keys__is_reserve=False,
    )
