"""The keys of a case: making strands, opening their secrets over all generations, sealing places.

A case has three strands with a key pair each. A holder's row opens the newest secret of a strand,
and each generation's row the secret before it (docs/adr/0006-case-keys.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from komma.cases.codes import Strand
from komma.cases.models import CaseKey, CaseReceipt, CaseStrand
from komma.core.vault.keys import KeyPair, public_of
from komma.core.vault.sealing import (
    Context,
    VaultError,
    WrongKey,
    seal,
    seal_text,
    unseal,
    unseal_text,
)


@dataclass(frozen=True)
class StrandKeys:
    """One strand, opened: ``secrets`` by generation, and the newest one to seal to."""

    strand: str
    generation: int
    secrets: dict[int, str] = field(repr=False)
    known_public: str = ""

    @cached_property
    def public(self) -> str:
        """The public key, computed from the secret where the caller did not make the pair.

        Never read from the database, so that a key swapped there is never sealed to.
        """
        return self.known_public or public_of(self.secret)

    @property
    def secret(self) -> str:
        """The newest secret."""
        return self.secrets[self.generation]


def entry_context(case: UUID, entry: UUID) -> Context:
    """Return where an entry's body is sealed for."""
    return Context(case, "entry.body", entry)


def task_context(case: UUID, task: UUID) -> Context:
    """Return where a task's body is sealed for."""
    return Context(case, "task.body", task)


def meta_context(case: UUID, attachment: UUID) -> Context:
    """Return where an attachment's name, type, size and hash are sealed for."""
    return Context(case, "attachment.meta", attachment)


def file_context(case: UUID, attachment: UUID) -> Context:
    """Return where a file's bytes are sealed for; the id is the same from the draft on."""
    return Context(case, "attachment.file", attachment)


def key_context(case: UUID, strand: str) -> Context:
    """Return where a strand's secret is sealed for a holder."""
    return Context(case, f"key.{strand}", case)


def receipt_context(case: UUID) -> Context:
    """Return where the mailbox secret is sealed for the receipt."""
    return Context(case, "receipt.mailbox", case)


def previous_context(case: UUID, strand_row: UUID) -> Context:
    """Return where a strand's former secret is sealed for its successor."""
    return Context(case, "strand.previous", strand_row)


def brief_context(case: UUID, handover: UUID) -> Context:
    """Return where the words to a body that is asked to take a case are sealed for."""
    return Context(case, "handover.brief", handover)


def seal_for_holder(case: UUID, strand: str, secret: str, public: str) -> bytes:
    """Seal a strand's secret to a holder, whose public key the caller has found authentic."""
    return seal_text(secret, to=[public], context=key_context(case, strand))


def seal_for_receipt(case: UUID, secret: str, public: str) -> bytes:
    """Seal the mailbox secret to the public key of the receipt."""
    return seal_text(secret, to=[public], context=receipt_context(case))


def seal_for_emergency(
    case: UUID, strand: str, generation: int, secret: str, publics: tuple[str, str]
) -> bytes:
    """Seal a secret to emergency key A and the result to B: opening needs both."""
    inner, outer = _emergency_contexts(case, strand, generation)
    return seal(seal_text(secret, to=[publics[0]], context=inner), to=[publics[1]], context=outer)


def open_outer(case: UUID, strand: str, generation: int, sealed: bytes, key_b: str) -> bytes:
    """Open the outer of the two emergency layers; raises `VaultError` for another key."""
    _inner, outer = _emergency_contexts(case, strand, generation)
    return unseal(sealed, identity=key_b, context=outer)


def open_inner(case: UUID, strand: str, generation: int, layer: bytes, key_a: str) -> str:
    """Open the inner emergency layer: the strand's secret; raises `VaultError`."""
    inner, _outer = _emergency_contexts(case, strand, generation)
    return unseal_text(layer, identity=key_a, context=inner)


def _emergency_contexts(case: UUID, strand: str, generation: int) -> tuple[Context, Context]:
    place = f"emergency.{strand}.{generation}"
    return Context(case, f"{place}.a", case), Context(case, f"{place}.b", case)


def open_strands(case: UUID, person: UUID, secret: str) -> dict[str, StrandKeys]:
    """Open all strands of a case that the person holds; raises `VaultError` for a foreign key.

    To be called as that person: the row policies show one's own keys only.
    """
    keys = list(CaseKey.objects.filter(case_id=case, person_id=person))
    steps = _steps(CaseStrand.objects.filter(case_id=case))
    return {key.strand: _open_key(key, secret, steps) for key in keys}


def open_mailboxes(
    cases: Collection[UUID], person: UUID, secret: str
) -> dict[UUID, tuple[str, StrandKeys]]:
    """Open the mailbox strands of many cases, as `open_one_of_each` does."""
    return open_one_of_each(Strand.MAILBOX, cases, person, secret)


def open_one_of_each(
    strand: str, cases: Collection[UUID], person: UUID, secret: str
) -> dict[UUID, tuple[str, StrandKeys]]:
    """Open the same strand of many cases: by case the holder's function and the keys.

    Two queries. A case whose key does not open, since the person has a new one, is left out.
    """
    wanted = {"case_id__in": cases, "strand": strand}
    steps = _steps(CaseStrand.objects.filter(**wanted, generation__gt=1))
    opened = {}
    for key in CaseKey.objects.filter(person_id=person, **wanted):
        with suppress(VaultError):
            opened[key.case_id] = (key.function, _open_key(key, secret, steps))
    return opened


type Steps = dict[tuple[UUID, str, int], CaseStrand]


def _steps(rows: Iterable[CaseStrand]) -> Steps:
    return {(row.case_id, row.strand, row.generation): row for row in rows}


def _open_key(key: CaseKey, secret: str, steps: Steps) -> StrandKeys:
    newest = unseal_text(
        bytes(key.sealed), identity=secret, context=key_context(key.case_id, key.strand)
    )
    return _with_older(key.case_id, key.strand, key.generation, newest, steps)


def open_receipt(receipt: CaseReceipt, secret: str) -> StrandKeys:
    """Open the mailbox strand with the receipt's secret; raises `VaultError` for another one."""
    case = receipt.case_id
    newest = unseal_text(bytes(receipt.sealed), identity=secret, context=receipt_context(case))
    rows = list(CaseStrand.objects.filter(case_id=case, strand=Strand.MAILBOX))
    public = public_of(newest)
    generation = next((row.generation for row in rows if row.public == public), None)
    if generation is None:
        raise WrongKey("No generation of the mailbox has this key.")
    return _with_older(case, Strand.MAILBOX, generation, newest, _steps(rows))


def _with_older(
    case: UUID,
    strand: str,
    generation: int,
    newest: str,
    steps: Steps,
) -> StrandKeys:
    """Walk back from the newest secret to the first."""
    secrets = {generation: newest}
    for number in range(generation, 1, -1):
        row = steps[(case, strand, number)]
        assert row.previous_sealed is not None
        secrets[number - 1] = unseal_text(
            bytes(row.previous_sealed),
            identity=secrets[number],
            context=previous_context(case, row.pk),
        )
    return StrandKeys(str(strand), generation, secrets)


def successor(old: StrandKeys, pair: KeyPair) -> StrandKeys:
    """Return the strand after a rotation, with the former secrets kept."""
    generation = old.generation + 1
    secrets = old.secrets | {generation: pair.secret}
    return StrandKeys(old.strand, generation, secrets, pair.public)
