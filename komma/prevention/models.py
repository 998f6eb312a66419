"""Tables of prevention. What somebody writes is sealed to the server key; days and codes are not.

Plans, code words and dangers would help whoever wants to harm, but everybody of the organisation
must be able to read them at once, without a key of their own: hence the server's.
"""

from __future__ import annotations

import json
import uuid
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import F, Q

from komma.core.ids import uuid7
from komma.core.rows import RowPolicy, policies
from komma.core.vault.server import open_for_server, seal_for_server
from komma.prevention.codes import Frequency, MeasureKind, RecordKind

MINE = "organisation_id IN (SELECT komma_my_organisations())"
EDITED = "organisation_id IN (SELECT komma_prevention_organisations())"
DRAFTED = f"{EDITED} AND in_force_on IS NULL"


class Sealed(models.Model):
    """A row of an organisation with sealed words; each seal is bound to its row."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    sealed = models.BinaryField()

    class Meta:
        abstract = True

    def write(self, **content: Any) -> None:
        """Seal what is named anew; the rest stays. Does not save."""
        merged = {**(self.content if self.sealed else {}), **content}
        plain = json.dumps(merged, ensure_ascii=False).encode()
        self.sealed = seal_for_server(plain, self._purpose)
        self.content = merged

    @cached_property
    def content(self) -> dict[str, Any]:
        """What is sealed; raises ``VaultError`` for what this server did not seal for this row."""
        opened: dict[str, Any] = json.loads(open_for_server(bytes(self.sealed), self._purpose))
        return opened

    @property
    def _purpose(self) -> str:
        return f"prevention/{self._meta.model_name}/{self.pk}"


class Building(Sealed):
    """A building with an emergency folder. Sealed: name, address."""

    checked_on = models.DateField(null=True)
    check_by = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["organisation"])]
        constraints = policies("building", select=MINE, insert=EDITED, update=EDITED, delete=EDITED)

    def __str__(self) -> str:
        return str(self.pk)


class Text(Sealed):
    """One version of a section of a folder or of a paper. Sealed: text, function, signed_by.

    ``building`` is empty for what holds for the whole organisation. Without ``in_force_on`` it is
    a draft, of which there is one for each paper.
    """

    building = models.ForeignKey(Building, on_delete=models.CASCADE, null=True, related_name="+")
    slug = models.SlugField(max_length=40)
    written_on = models.DateField()
    in_force_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "slug"])]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "slug"],
                condition=Q(in_force_on__isnull=True),
                name="prevention_one_draft",
            ),
            *policies(
                "preventiontext",
                select=MINE,
                insert=EDITED,
                delete=DRAFTED,
                worker=("SELECT", "DELETE"),
            ),
            # What is in force is frozen: only a draft changes, and comes into force that way.
            RowPolicy(name="preventiontext_update", command="UPDATE", using=DRAFTED, check=EDITED),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.written_on:%Y-%m-%d}"

    @property
    def is_draft(self) -> bool:
        return self.in_force_on is None


class Assessment(Sealed):
    """The assessment of one area or activity (§§ 5, 6 ArbSchG).

    Sealed: area, hazard, and reviews, newest first, each with day, level, effect and function.
    """

    level = models.PositiveSmallIntegerField()
    frequency = models.CharField(max_length=10, choices=Frequency)
    assessed_on = models.DateField()
    next_review_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "next_review_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(level__lte=3), name="assessment_level"),
            models.CheckConstraint(
                condition=Q(next_review_on__gt=F("assessed_on")), name="assessment_days"
            ),
            *policies("assessment", select=MINE, insert=EDITED, update=EDITED, delete=EDITED),
        ]

    def __str__(self) -> str:
        return f"{self.assessed_on:%Y-%m-%d}"


class Measure(Sealed):
    """What is done against a danger. Sealed: text, responsible (a function)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="measures")
    kind = models.CharField(max_length=1, choices=MeasureKind)
    due_on = models.DateField()
    done_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "due_on"])]
        constraints = policies("measure", select=MINE, insert=EDITED, update=EDITED, delete=EDITED)

    def __str__(self) -> str:
        return f"{self.kind} {self.due_on:%Y-%m-%d}"


class ReviewRequest(models.Model):
    """The assessments of an organisation are to be reviewed, six weeks from ``week`` (a Monday).

    One at a time, without who asked and why: neither the row nor its key leads to an incident.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    week = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation"], name="reviewrequest_once"),
            *policies(
                "reviewrequest",
                select=MINE,
                insert=EDITED,
                delete=EDITED,
                worker=("INSERT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week:%Y-%m-%d}"


class Record(Sealed):
    """An instruction or exercise that was held. Sealed: where, topic, people, led_by, findings.

    ``place``: the building or unit, empty for the whole organisation; no foreign key, so that the
    record outlasts the place.
    """

    kind = models.CharField(max_length=12, choices=RecordKind)
    place = models.UUIDField(null=True)
    held_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["organisation", "kind", "held_on"])]
        constraints = policies(
            "preventionrecord",
            select=MINE,
            insert=EDITED,
            update=EDITED,
            delete=EDITED,
            worker=("SELECT", "DELETE"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.held_on:%Y-%m-%d}"
