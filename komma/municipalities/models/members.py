"""Who belongs to an organisation, and when they are away."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.municipalities.codes import Role
from komma.municipalities.models.scopes import ADMINISTERED, MINE


class Membership(models.Model):
    """One role of one person in one unit.

    ``mac`` binds person, unit and role under the server key: a row slipped into the database
    never receives a case key. ``title`` is the function that reporters see.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(
        "people.Person", on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="memberships"
    )
    unit = models.ForeignKey(
        "municipalities.Unit", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField("Rolle", max_length=20, choices=Role)
    title = models.CharField("Funktion", max_length=120)
    is_deputy = models.BooleanField("Vertretung", default=False)
    mac = models.BinaryField()
    ended_on = models.DateField(null=True, blank=True)
    # What the person has told the account administration; nothing follows from it by itself.
    leaves_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "organisation"]),
            models.Index(fields=["unit"]),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "unit", "role"],
                condition=Q(ended_on__isnull=True),
                name="membership_once",
            ),
            *policies(
                "membership",
                select=f"person_id = (SELECT komma_person()) OR {MINE}",
                insert=ADMINISTERED,
                update=ADMINISTERED,
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Absence(models.Model):
    """Days on which a person is away; both ends count. No reason is asked for.

    Rows arise in the database function ``komma_record_absence`` only.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="absences")
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="absences"
    )
    starts_on = models.DateField("Erster Tag")
    ends_on = models.DateField("Letzter Tag")

    class Meta:
        indexes = [models.Index(fields=["organisation", "person", "ends_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="absence_days"),
            *policies(
                "absence",
                select=MINE,
                delete=f"(person_id = (SELECT komma_person()) AND {MINE}) OR {ADMINISTERED}",
                worker=("SELECT", "DELETE"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"
