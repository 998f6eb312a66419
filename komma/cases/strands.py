"""The keys of a case: making strands, opening their secrets over all generations, sealing places.

A case has three strands with a key pair each. A holder's row opens the newest secret of a strand,
and each generation's row the secret before it (docs/adr/0006-case-keys.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from komma.cases.codes import Strand
from komma.cases.models import CaseKey, CaseReceipt, CaseStrand
from komma.core.vault.keys import KeyPair, public_of
from komma.core.vault.sealing import Context, WrongKey, seal, seal_text, unseal_text


@dataclass(frozen=True)
class StrandKeys:
    """One strand, opened: ``secrets`` by generation, and the newest one to seal to.

    ``public`` is computed from the secret and not read from the database, so that a key swapped
    there is never sealed to.
    """

    strand: str
    generation: int
    public: str
    secrets: dict[int, str] = field(repr=False)

    @property
    def secret(self) -> str:
        """The newest secret."""
        return self.secrets[self.generation]


def entry_context(case: UUID, entry: UUID) -> Context:
    """Return where an entry's body is sealed for."""
    return Context(case, "entry.body", entry)


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
    place = f"emergency.{strand}.{generation}"
    inner = seal_text(secret, to=[publics[0]], context=Context(case, f"{place}.a", case))
    return seal(inner, to=[publics[1]], context=Context(case, f"{place}.b", case))


def open_strands(case: UUID, person: UUID, secret: str) -> dict[str, StrandKeys]:
    """Open all strands of a case that the person holds; raises `VaultError` for a foreign key.

    To be called as that person: the row policies show one's own keys only.
    """
    return open_many([case], person, secret).get(case, {})


def open_many(
    cases: Iterable[UUID], person: UUID, secret: str, *, strand: str = ""
) -> dict[UUID, dict[str, StrandKeys]]:
    """Open the strands (or one of them) of several cases with two queries."""
    ids = list(cases)
    keys = CaseKey.objects.filter(case_id__in=ids, person_id=person)
    older = CaseStrand.objects.filter(case_id__in=ids, generation__gt=1)
    if strand:
        keys, older = keys.filter(strand=strand), older.filter(strand=strand)
    steps = {(row.case_id, row.strand, row.generation): row for row in older}
    opened: dict[UUID, dict[str, StrandKeys]] = {}
    for key in keys:
        newest = unseal_text(
            bytes(key.sealed), identity=secret, context=key_context(key.case_id, key.strand)
        )
        opened.setdefault(key.case_id, {})[key.strand] = _with_older(
            key.case_id, key.strand, key.generation, newest, steps
        )
    return opened


def open_receipt(receipt: CaseReceipt, secret: str) -> StrandKeys:
    """Open the mailbox strand with the receipt's secret; raises `VaultError` for another one."""
    case = receipt.case_id
    newest = unseal_text(bytes(receipt.sealed), identity=secret, context=receipt_context(case))
    rows = list(CaseStrand.objects.filter(case_id=case, strand=Strand.MAILBOX))
    public = public_of(newest)
    generation = next((row.generation for row in rows if row.public == public), None)
    if generation is None:
        raise WrongKey("No generation of the mailbox has this key.")
    steps = {(row.case_id, row.strand, row.generation): row for row in rows}
    return _with_older(case, Strand.MAILBOX, generation, newest, steps)


def _with_older(
    case: UUID,
    strand: str,
    generation: int,
    newest: str,
    steps: dict[tuple[UUID, str, int], CaseStrand],
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
    return StrandKeys(str(strand), generation, public_of(newest), secrets)


def successor(old: StrandKeys, pair: KeyPair) -> StrandKeys:
    """Return the strand after a rotation, with the former secrets kept."""
    generation = old.generation + 1
    return StrandKeys(old.strand, generation, pair.public, old.secrets | {generation: pair.secret})
