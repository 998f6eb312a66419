"""The emergency keys of an organisation and their yearly drill."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from komma.core.dates import today
from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.municipalities.models.scopes import ADMINISTERED


class EmergencyKey(models.Model):
    """Public half of emergency key A or B of an organisation (secret halves lie on paper).

    ``seen_by``: ids of the people through whose hands the paper went, of earlier keys of this part
    too, since cases may still be sealed to those. Nobody of them may see the other part.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="emergency_keys"
    )
    part = models.CharField(max_length=1, choices=[("A", "A"), ("B", "B")])
    public = models.CharField(max_length=80)
    mac = models.BinaryField()
    seen_by = ArrayField(models.UUIDField(), default=list)
    made_on = models.DateField(default=today)
    verified_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "part"], name="emergencykey_once"),
            *policies(
                "emergencykey",
                select="true",
                insert=ADMINISTERED,
                update=ADMINISTERED,
                delete=ADMINISTERED,
                worker=("SELECT",),  # reminds of the drill, watches over the intake
            ),
        ]

    def __str__(self) -> str:
        return self.part


class EmergencyDrill(models.Model):
    """The yearly proof that both papers still open what is sealed to them; touches no case.

    A random word is sealed to A and the result to B. Whoever brings paper B opens the outer layer,
    which leaves ``half``; another person with paper A opens the rest. Empty once it is finished.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="drills"
    )
    started_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    half = models.BinaryField()
    # HMAC of the word, so that the second step proves something.
    proof = models.BinaryField()
    finished_by = models.ForeignKey(
        "people.Person", on_delete=models.PROTECT, null=True, related_name="+"
    )
    finished_on = models.DateField(null=True)

    class Meta:
        constraints = policies(
            "drill",
            select=ADMINISTERED,
            insert=ADMINISTERED,
            update=ADMINISTERED,
            delete=ADMINISTERED,
            worker=("SELECT", "DELETE"),
        )

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d}"
