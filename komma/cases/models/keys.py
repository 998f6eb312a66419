"""Who can open a case: strands, keys, the receipt, exclusions."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from komma.cases.codes import Strand
from komma.cases.models.case import Case
from komma.cases.models.scopes import REPORTER, holder
from komma.core.rows import policies
from komma.municipalities.codes import Pillar


class CaseStrand(models.Model):
    """One generation of a strand's key: its public half, and the way to older secrets."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="strands")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField(default=1)
    public = models.CharField(max_length=80)
    previous_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "strand", "generation"], name="strand_generation"
            ),
            *policies(
                "strand",
                select=f"{REPORTER} OR {holder('cases_casestrand')}",
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strand} {self.generation}"


class CaseKey(models.Model):
    """A strand's secret, sealed to one holder. A reserve row opens nothing until activated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="keys")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField(default=1)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=120)
    # The person's key at the time of the grant. A later one gets nothing without a new grant.
    public = models.CharField(max_length=80)
    sealed = models.BinaryField()
    is_reserve = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["person", "case"],
                name="casekey_visible",
                condition=Q(strand="mailbox", is_reserve=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "strand", "person"], name="casekey_once"),
            *policies(
                "casekey",
                # One's own rows only, since the policies of all other tables ask this table.
                # Who else holds a key tells komma_case_holders(); reserve rows stay hidden.
                select="person_id = (SELECT komma_person()) AND NOT is_reserve",
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return self.function


class CaseReceipt(models.Model):
    """The reporter's door: look-up id and public key from the receipt, and the mailbox secret."""

    lookup = models.CharField(max_length=32, primary_key=True)
    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="receipt")
    public = models.CharField(max_length=80)
    # Proves the public key under the server key, since rotation seals to it again.
    mac = models.BinaryField()
    sealed = models.BinaryField()
    # The address for a hint without content, sealed to the server key.
    notify_sealed = models.BinaryField(null=True)
    # Attempts left to send that hint, 0 where none is due; so that no job names a case.
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = policies(
            "receipt",
            select=f"lookup = (SELECT komma_receipt()) OR {holder('cases_casereceipt')}",
            worker=("SELECT", "UPDATE"),
        )

    def __str__(self) -> str:
        return str(self.case_id)


class CaseExclusion(models.Model):
    """Somebody who must never open the case: HMAC(server key, case, person), no reference."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="exclusions")
    tag = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "tag"], name="exclusion_once"),
            *policies(
                "exclusion",
                select=holder("cases_caseexclusion"),
                insert=holder("cases_caseexclusion"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class PastHolder(models.Model):
    """Who could open a case on which of the two pillars: nobody works on both (KM015).

    Written and read by database functions only, and gone with the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    pillar = models.CharField(max_length=14, choices=Pillar)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person", "pillar"], name="pastholder_once"),
            *policies("pastholder", select="false"),
        ]

    def __str__(self) -> str:
        return self.pillar
