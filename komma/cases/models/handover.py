"""Handing a case over to another responsible body."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from komma.cases.codes import HandOverState, Strand
from komma.cases.models.case import Case
from komma.cases.models.scopes import OWN, REPORTER, holder
from komma.core.rows import policies


class HandOver(models.Model):
    """A case is offered to the unit of another responsible body, which takes it or declines.

    ``brief``: what the other side reads before it decides, sealed to its receivers. Until it is
    taken, their keys (``HandOverKey``) open nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="handovers")
    from_unit = models.ForeignKey("municipalities.Unit", on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey("municipalities.Unit", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=HandOverState, default=HandOverState.OFFERED)
    offered_on = models.DateField()
    decided_on = models.DateField(null=True)
    brief = models.BinaryField()
    # Whether the former body's emergency keys could open it: the reporter had not declined then.
    with_emergency = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(state="offered"), name="handover_one_open"
            ),
            *policies(
                "handover",
                select=(
                    f"{REPORTER} OR {holder('cases_handover')}"
                    " OR id IN (SELECT komma_offered_handovers())"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.state

    @property
    def is_open(self) -> bool:
        """Whether the other body has yet to decide."""
        return self.state == HandOverState.OFFERED


class HandOverKey(models.Model):
    """A strand's secret sealed to somebody of the receiving unit; of use once the case is taken."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handover = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="keys")
    strand = models.CharField(max_length=10, choices=Strand)
    generation = models.PositiveSmallIntegerField()
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=120)
    public = models.CharField(max_length=80)
    sealed = models.BinaryField()
    is_reserve = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "strand", "person"], name="handoverkey_once"
            ),
            # Nobody reads them; accepting moves them into ``CaseKey`` inside the database.
            *policies("handoverkey", select="false"),
        ]

    def __str__(self) -> str:
        return self.function


class FormerHolder(models.Model):
    """Somebody who could open a case until it was taken: may know which one went where."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    handover = models.ForeignKey(HandOver, on_delete=models.CASCADE, related_name="former_holders")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "person"], name="formerholder_once"),
            *policies("formerholder", select=OWN),
        ]

    def __str__(self) -> str:
        return str(self.handover_id)
