"""What exists before a report is sent, and the short time until the receipt is noted."""

from __future__ import annotations

import uuid

from django.db import models

from komma.core.rows import policies

_MINE = "lookup = (SELECT komma_draft())"


class Draft(models.Model):
    """An unfinished report, sealed to the mailbox key of the case it may become.

    ``lookup`` and the key that opens ``secret`` derive from the draft cookie alone.
    """

    lookup = models.CharField(max_length=32, primary_key=True)
    case_id = models.UUIDField(default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    public = models.CharField(max_length=80)
    secret = models.BinaryField()
    answers = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]
        constraints = policies(
            "draft",
            select=_MINE,
            insert=_MINE,
            update=_MINE,
            delete=_MINE,
            worker=("SELECT", "DELETE"),
        )

    def __str__(self) -> str:
        return str(self.case_id)


class DraftFile(models.Model):
    """A file added to a draft, already sealed to the future case's mailbox key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    blob = models.CharField(max_length=64, unique=True)
    meta = models.BinaryField()

    class Meta:
        constraints = policies(
            "draftfile",
            select="draft_id = (SELECT komma_draft())",
            insert="draft_id = (SELECT komma_draft())",
            delete="draft_id = (SELECT komma_draft())",
            worker=("SELECT", "DELETE"),
        )

    def __str__(self) -> str:
        return self.blob


class PendingReceipt(models.Model):
    """The receipt, sealed to the draft cookie, until it is confirmed or 30 minutes are over."""

    lookup = models.CharField(max_length=32, primary_key=True)
    sealed = models.BinaryField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"])]
        constraints = policies(
            "pendingreceipt",
            select=_MINE,
            insert=_MINE,
            delete=_MINE,
            worker=("SELECT", "DELETE"),
        )

    def __str__(self) -> str:
        return self.lookup
