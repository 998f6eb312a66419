"""What comes from the official register of municipalities (GV100AD, Destatis)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, GeneratedField, TextField

from komma.core.ids import uuid7


class FormerName(models.Model):
    """A name or an official key that a municipality had; found by the search for ever."""

    rows_open = "public fact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.CASCADE, related_name="former_names"
    )
    text = models.CharField(max_length=200)
    until = models.DateField(null=True)
    search_key = GeneratedField(
        expression=Func(F("text"), function="komma_search_key"),
        output_field=TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "text"], name="formername_once")
        ]

    def __str__(self) -> str:
        return self.text


class RegisterImport(models.Model):
    """One edition of the official register that was read in."""

    rows_open = "public fact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    edition = models.DateField("Gebietsstand")
    read_on = models.DateField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.edition:%Y-%m-%d}"
