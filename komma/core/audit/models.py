"""The audit log: append-only entries and, out of reach of the runtime roles, their hash chain."""

import uuid

from django.db import models

from komma.core.rows.policy import RowPolicy, policies

# Both functions live in the database and are filled in by the apps that own the facts.
_VISIBLE = (
    "person_id = (SELECT komma_person())"
    " OR (case_id IS NULL AND organisation_id IN (SELECT komma_administered_organisations()))"
    " OR case_id IN (SELECT komma_visible_cases())"
)


class AuditEntry(models.Model):
    """Who did what kind of thing when; never content, never an address.

    No foreign keys: deleting live data must not touch the log. What a reporter causes has a
    day and no time (``at`` is null), so that it cannot be matched with network logs.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.UUIDField()
    case_id = models.UUIDField(null=True)
    person_id = models.UUIDField(null=True)
    function = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(null=True)
    day = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "day"]),
            models.Index(fields=["organisation_id", "day"]),
            models.Index(fields=["person_id", "day"]),
        ]
        constraints = policies(
            "auditentry",
            select=_VISIBLE,
            insert="true",
            worker=("SELECT", "INSERT"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.day:%Y-%m-%d}"


class AuditLink(models.Model):
    """The place of an entry in the chain of its organisation and month.

    Written by a trigger only. The runtime roles cannot read it: positions would show a person
    who may not see an entry that there is one.
    """

    entry_id = models.UUIDField(primary_key=True)
    organisation_id = models.UUIDField()
    month = models.CharField(max_length=7)
    position = models.PositiveIntegerField()
    previous = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "month", "position"], name="auditlink_position"
            ),
            RowPolicy(name="auditlink_select", command="SELECT", using="false"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.position}"


class AuditHead(models.Model):
    """What stays of a chain whose entries have expired: their number and the last hash.

    A later entry of the same month continues the chain from here, and ``komma audit verify``
    begins here. Written by the owner only; nobody else can read it, as with `AuditLink`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation_id = models.UUIDField()
    month = models.CharField(max_length=7)
    entries = models.PositiveIntegerField()
    hash = models.BinaryField()
    dropped_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation_id", "month"], name="audithead_once"),
            RowPolicy(name="audithead_select", command="SELECT", using="false"),
        ]

    def __str__(self) -> str:
        return f"{self.month} {self.entries}"
