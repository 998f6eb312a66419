"""Which body receives for which municipality."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from komma.core.ids import uuid7
from komma.core.rows import policies

_EITHER_SIDE = (
    "(served_id IN (SELECT komma_administered_organisations())"
    " OR body_id IN (SELECT komma_administered_organisations()))"
)


class ServiceAgreement(models.Model):
    """Another body receives the reports of a municipality, as both agreed.

    It counts from ``starts_on`` through ``ends_on`` once both sides have agreed; each side gives
    and takes back its own word only (a trigger sees to that).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    served = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.CASCADE, related_name="agreements"
    )
    body = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="services"
    )
    reference = models.CharField("Aktenzeichen oder Beschluss", max_length=200, blank=True)
    served_agreed_on = models.DateField(null=True)
    served_agreed_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    body_agreed_on = models.DateField(null=True)
    body_agreed_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    starts_on = models.DateField("Gilt ab")
    ends_on = models.DateField("Gilt bis", null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["served", "starts_on"])]
        constraints = [
            models.CheckConstraint(condition=~Q(served=F("body")), name="agreement_apart"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="agreement_days",
            ),
            *policies(
                "agreement",
                # Once agreed it is public: a reporter sees who will read the report.
                select=(
                    "(served_agreed_on IS NOT NULL AND body_agreed_on IS NOT NULL)"
                    f" OR {_EITHER_SIDE}"
                ),
                insert=_EITHER_SIDE,
                update=_EITHER_SIDE,
                delete=f"{_EITHER_SIDE} AND (served_agreed_on IS NULL OR body_agreed_on IS NULL)",
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on:%Y-%m-%d}"
