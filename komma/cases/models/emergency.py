"""Opening with the two emergency keys."""

from __future__ import annotations

import uuid

from django.db import models

from komma.cases.codes import Strand
from komma.cases.models.case import Case
from komma.cases.models.scopes import holder
from komma.core.rows import policies

_ADMINISTERED = "organisation_id IN (SELECT komma_administered_organisations())"


class CaseEmergency(models.Model):
    """A strand's secret sealed to emergency key A and the result to B, unless declined."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="emergency")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField(default=1)
    sealed = models.BinaryField()

    class Meta:
        constraints = policies("caseemergency", select=holder("cases_caseemergency"))

    def __str__(self) -> str:
        return self.strand


class EmergencyUse(models.Model):
    """Two people open cases with both emergency keys; this is the hour between them.

    ``half``: reason, recipient and, per case and strand, the inner layer. Paper B has opened the
    outer ones; nothing of a case opens without paper A. All of it is sealed to the server key, so
    that a stolen database and paper A open nothing in this hour either.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    started_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    half = models.BinaryField()

    class Meta:
        constraints = policies(
            "emergencyuse",
            select=_ADMINISTERED,
            insert=f"{_ADMINISTERED} AND started_by_id = (SELECT komma_person())",
            delete=_ADMINISTERED,
            worker=("SELECT", "DELETE"),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"
