"""A case and what hangs on it. In the clear only what ``sealed`` and the tests allow.

Whoever holds a key row (``CaseKey``, not in reserve) sees the case; the reporter sees it by the
look-up id of the receipt. Cases, strands, key rows and receipts arise, change hands and end only
in the database functions of ``migrations/sql``; the runtime roles cannot insert them.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from komma.cases.codes import Side, Status, Strand
from komma.core.rows import policies


def _holder(table: str, column: str = "case_id") -> str:
    """Return SQL that is true where the acting person holds an active mailbox key of the case.

    EXISTS lets PostgreSQL choose between one index probe (a case page) and one hash of all keys
    of the person (a list).
    """
    return (
        f"EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = {table}.{column}"
        " AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox'"
        " AND NOT k.is_reserve)"
    )


_OWN = "person_id = (SELECT komma_person())"
_REPORTER = "case_id = (SELECT komma_receipt_case())"


class Case(models.Model):
    """One report and its handling."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.PROTECT, related_name="cases"
    )
    # The municipality it happened in; another one than the handling body's where a fallback acts.
    concerns = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey("municipalities.Unit", on_delete=models.PROTECT, related_name="cases")
    side = models.CharField(max_length=8, choices=Side)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    level = models.PositiveSmallIntegerField(null=True)
    received_on = models.DateField()
    answer_due_on = models.DateField()
    closed_on = models.DateField(null=True)
    delete_on = models.DateField(null=True)
    last_sequence = models.PositiveIntegerField(default=0)
    # Told by mail at the next quarter hour; no job and no moment ties them to a request.
    news_for_holders = models.BooleanField(default=True)
    news_for_reporter = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    # Somebody lost access without a holder at hand: the next holder's opening makes new keys.
    rotation_due = models.BooleanField(default=False)
    # Deputies have stepped in; the worker's next run tells the reporter.
    deputies_untold = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-received_on", "number"], name="case_newest"),
            models.Index(
                fields=["id"],
                name="case_news",
                condition=Q(news_for_holders=True)
                | Q(news_for_reporter=True)
                | Q(deputies_untold=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__lte=3), name="case_level"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, status__in=["received", "checking", "working"])
                | Q(closed_on__isnull=False, status__in=["closed", "withdrawn"]),
                name="case_closed_on",
            ),
            *policies(
                "case",
                select=f"id = (SELECT komma_receipt_case()) OR {_holder('cases_case', 'id')}",
                update=f"id = (SELECT komma_receipt_case()) OR {_holder('cases_case', 'id')}",
                worker=("SELECT", "UPDATE"),
            ),
        ]

    def __str__(self) -> str:
        return self.number


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
                select=f"{_REPORTER} OR {_holder('cases_casestrand')}",
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
            select=f"lookup = (SELECT komma_receipt()) OR {_holder('cases_casereceipt')}",
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
                select=_holder("cases_caseexclusion"),
                insert=_holder("cases_caseexclusion"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class CaseEmergency(models.Model):
    """A strand's secret sealed to emergency key A and the result to B, unless declined."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="emergency")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = policies("caseemergency", select=_holder("cases_caseemergency"))

    def __str__(self) -> str:
        return self.strand


class Entry(models.Model):
    """One entry of the timeline. Kind, author and words are in the sealed body (JSON)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField(default=1)
    sequence = models.PositiveIntegerField()
    day = models.DateField()
    body = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="entry_sequence"),
            *policies(
                "entry",
                select=f"(strand = 'mailbox' AND {_REPORTER}) OR {_holder('cases_entry')}",
                insert=f"(strand = 'mailbox' AND {_REPORTER}) OR {_holder('cases_entry')}",
                worker=("INSERT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.sequence}"


class Attachment(models.Model):
    """A sealed file of an entry; name, type, size and hash are in ``meta`` (sealed JSON)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="attachments")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField(default=1)
    blob = models.CharField(max_length=64, unique=True)
    meta = models.BinaryField()

    class Meta:
        constraints = policies(
            "attachment",
            select=f"(strand = 'mailbox' AND {_REPORTER}) OR {_holder('cases_attachment')}",
            insert=f"(strand = 'mailbox' AND {_REPORTER}) OR {_holder('cases_attachment')}",
        )

    def __str__(self) -> str:
        return self.blob


class ReadMark(models.Model):
    """Up to which entry a holder has read, and on which day they last opened the case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="read_marks")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField(default=0)
    opened_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="readmark_once"),
            *policies(
                "readmark",
                select=f"{_OWN} AND {_holder('cases_readmark')}",
                insert=f"{_OWN} AND {_holder('cases_readmark')}",
                update=f"{_OWN} AND {_holder('cases_readmark')}",
            ),
        ]

    def __str__(self) -> str:
        return str(self.sequence)


class ReporterView(models.Model):
    """What the mailbox tells of openings: which function opened the case on which day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="openings")
    function = models.CharField(max_length=120)
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "function", "day"], name="opening_once"),
            *policies(
                "opening",
                select=f"{_REPORTER} OR {_holder('cases_reporterview')}",
                insert=_holder("cases_reporterview"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.day:%Y-%m-%d}"
