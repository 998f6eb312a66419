"""Rounds of the programme and who takes part."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from komma.core.ids import uuid7
from komma.municipalities.codes import RoundRole


class ProgrammeRound(models.Model):
    """A term of the programme, so that nothing hangs on constants."""

    rows_open = "public fact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="round_term")
        ]

    def __str__(self) -> str:
        return self.name


class RoundPart(models.Model):
    """The part an organisation has in a programme round."""

    rows_open = "public fact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(ProgrammeRound, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="parts"
    )
    role = models.CharField(max_length=10, choices=RoundRole)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation", "role"], name="part_once")
        ]

    def __str__(self) -> str:
        return self.role
