"""When the intake of an organisation opened and closed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.municipalities.codes import IntakeChange
from komma.municipalities.models.scopes import ADMINISTERED, MINE


class IntakeEvent(models.Model):
    """The intake of an organisation opened or closed; together the protocol of its readiness.

    ``missing``: codes of the conditions that were not met. ``by``: the function of whoever opened
    it, empty where the program closed or opened it again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="intake_events"
    )
    kind = models.CharField(max_length=8, choices=IntakeChange)
    on = models.DateField()
    missing = ArrayField(models.CharField(max_length=30), default=list)
    by = models.CharField(max_length=160, blank=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "-id"])]
        constraints = policies(
            "intakeevent",
            select=MINE,
            insert=ADMINISTERED,
            worker=("SELECT", "INSERT", "DELETE"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.on:%Y-%m-%d}"
