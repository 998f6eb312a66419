"""New keys when access ends: what is written from then on is closed to those who left."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from komma.cases import rules
from komma.cases.actions.database import call
from komma.cases.actions.entries import audited
from komma.cases.actions.errors import demand
from komma.cases.actions.offers import end_stale_offer
from komma.cases.codes import Strand
from komma.cases.models import Case, CaseEmergency, CaseReceipt, HandOver
from komma.cases.queries import CaseFile, Holder, holders_of
from komma.cases.strands import (
    StrandKeys,
    previous_context,
    seal_for_emergency,
    seal_for_holder,
    seal_for_receipt,
    successor,
)
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import seal_text
from komma.municipalities.emergency import emergency_publics

# The mailbox last: with its key the acting person may lose the right to rotate.
ORDER = (Strand.PROTECTION, Strand.INTERNAL, Strand.MAILBOX)


def rotate(case: Case, file: CaseFile, removed: Collection[UUID] = ()) -> CaseFile:
    """Make new keys for each strand that the removed people hold; for all if nobody is named.

    ``case`` is locked, and the file opened with its newest keys. Deputies in reserve get the new
    keys too. A holder whose key is not the proven one that access was given to (replaced by a new
    vault, or swapped in the database) is removed with them, and the log says so.
    Returns the file with the new keys. Raises `Refused` if nobody would be left to work on it.
    """
    holders = holders_of(case.pk)
    unproven = {holder.person for holder in holders if holder.public is None}
    if unproven - set(removed):
        audited("key.rejected", case, file)
    gone = set(removed) | unproven
    demand(
        any(
            not holder.is_reserve
            and Strand.PROTECTION in holder.strands
            and holder.person not in gone
            for holder in holders
        ),
        _("Dann könnte niemand mehr den Fall öffnen. Geben Sie zuerst jemand anderem Zugang."),
    )
    end_stale_offer(case, file)
    strands = dict(file.strands)
    for strand in ORDER:
        sharing = [holder for holder in holders if strand in holder.strands]
        if removed and not any(holder.person in gone for holder in sharing):
            continue
        if strand in strands:
            left = [holder for holder in sharing if holder.person not in gone]
            strands[strand] = _rotate_strand(case, strands[strand], gone, left)
    return replace(file, strands=strands)


def _rotate_strand(
    case: Case, old: StrandKeys, gone: Collection[UUID], left: list[Holder]
) -> StrandKeys:
    new, row = successor(old, new_key_pair()), uuid4()
    previous = seal_text(old.secret, to=[new.public], context=previous_context(case.pk, row))
    keys = [
        {
            "person": str(holder.person),
            "sealed": seal_for_holder(case.pk, new.strand, new.secret, holder.public).hex(),
        }
        for holder in left
        if holder.public is not None
    ]
    call(
        "SELECT komma_rotate(%s, %s, %s, %s, %s, %s, %s::uuid[], %s, %s, %s)",
        [
            case.pk,
            new.strand,
            old.generation,
            row,
            new.public,
            previous,
            list(gone),
            json.dumps(keys),
            _for_receipt(case, new) if new.strand == Strand.MAILBOX else None,
            _for_emergency(case, new),
        ],
    )
    return new


def _for_receipt(case: Case, new: StrandKeys) -> bytes:
    """Seal to the receipt; to a swapped one nothing new is sealed, and the old value stays."""
    receipt = CaseReceipt.objects.get(case=case)
    if rules.receipt_is_authentic(case.pk, receipt.lookup, receipt.public, bytes(receipt.mac)):
        return seal_for_receipt(case.pk, new.secret, receipt.public)
    return bytes(receipt.sealed)


def _for_emergency(case: Case, new: StrandKeys) -> bytes | None:
    """Seal to the emergency keys where the intake did: the reporter may have declined.

    After a hand-over the wrappings of the former body are gone; then it says whether there were.
    """
    if not (
        CaseEmergency.objects.filter(case=case, strand=new.strand).exists()
        or HandOver.objects.filter(case=case, with_emergency=True).exists()
    ):
        return None
    publics = emergency_publics(case.organisation_id)
    if publics is None:
        return None
    return seal_for_emergency(case.pk, new.strand, new.generation, new.secret, publics)
