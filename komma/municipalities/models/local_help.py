"""Other bodies on site that help: police, counselling, public prosecutor."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.municipalities.models.scopes import ADMINISTERED


class LocalHelp(models.Model):
    """A body outside the house that an organisation names to people who need help. Public."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="local_help"
    )
    name = models.CharField("Stelle", max_length=120)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    email = models.EmailField("E-Mail-Adresse", blank=True)
    hours = models.CharField("Erreichbar", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""), name="local_help_can_be_reached"
            ),
            *policies(
                "localhelp",
                select="true",  # public: it stands on the handout and on the page for emergencies
                insert=ADMINISTERED,
                update=ADMINISTERED,
                delete=ADMINISTERED,
            ),
        ]

    def __str__(self) -> str:
        return self.name
