"""A municipality's own procedures and levels: versions that are frozen once they are in force."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from komma.core.ids import uuid7
from komma.core.rows import RowPolicy, policies

MINE = "organisation_id IN (SELECT komma_my_organisations())"
COORDINATED = "organisation_id IN (SELECT komma_coordinated_organisations())"


class ProcedureVersion(models.Model):
    """One version of a procedure: a draft without a number, or published and never changed again.

    ``slug``: as the shipped procedure has, or one of the municipality's own. ``body``: as
    ``data.to_data`` writes it. ``base``: the number that the draft was begun from, 0 for the
    shipped one. ``revision`` counts the changes of a draft, so that no editor overwrites another.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    slug = models.SlugField(max_length=60)
    number = models.PositiveIntegerField(null=True)
    base = models.PositiveIntegerField(default=0)
    revision = models.PositiveIntegerField(default=0)
    body = models.JSONField()
    change_note = models.CharField(max_length=300, blank=True, default="")
    edited_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    published_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "slug", "number"], name="procedure_number"
            ),
            models.UniqueConstraint(
                fields=["organisation", "slug"],
                condition=Q(number__isnull=True),
                name="procedure_one_draft",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=True, published_on__isnull=True)
                | Q(number__gte=1, published_on__isnull=False),
                name="procedure_published",
            ),
            *policies(
                "procedureversion",
                select=f"({MINE} AND number IS NOT NULL) OR {COORDINATED}",
                insert=f"{COORDINATED} AND number IS NULL",
                delete=f"{COORDINATED} AND number IS NULL",
            ),
            # A published version is frozen: only drafts change, and become published that way.
            RowPolicy(
                name="procedureversion_update",
                command="UPDATE",
                using=f"{COORDINATED} AND number IS NULL",
                check=COORDINATED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} {self.number or '-'}"


class LevelTable(models.Model):
    """What the levels of danger mean in a municipality; each change is a version of its own.

    ``rows``: list of {level, title, criteria, acts}, one for each level.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="+"
    )
    number = models.PositiveIntegerField()
    rows = models.JSONField()
    reason = models.CharField(max_length=300)
    set_on = models.DateField()
    set_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="level_table_number"),
            *policies("leveltable", select=MINE, insert=COORDINATED),
        ]

    def __str__(self) -> str:
        return f"{self.set_on:%Y-%m-%d}"
