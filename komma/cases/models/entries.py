"""What is written in a case, and who has read it."""

from __future__ import annotations

import uuid

from django.db import models

from komma.cases.codes import Strand
from komma.cases.models.case import Case
from komma.cases.models.scopes import OWN, REPORTER, holder
from komma.core.rows import policies


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
                select=f"(strand = 'mailbox' AND {REPORTER}) OR {holder('cases_entry')}",
                insert=f"(strand = 'mailbox' AND {REPORTER}) OR {holder('cases_entry')}",
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
            select=f"(strand = 'mailbox' AND {REPORTER}) OR {holder('cases_attachment')}",
            insert=f"(strand = 'mailbox' AND {REPORTER}) OR {holder('cases_attachment')}",
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
                select=f"{OWN} AND {holder('cases_readmark')}",
                insert=f"{OWN} AND {holder('cases_readmark')}",
                update=f"{OWN} AND {holder('cases_readmark')}",
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
                select=f"{REPORTER} OR {holder('cases_reporterview')}",
                insert=holder("cases_reporterview"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.day:%Y-%m-%d}"
