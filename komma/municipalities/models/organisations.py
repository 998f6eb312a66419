"""Organisations, municipalities, their units and Bausteine."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, TextField

from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.municipalities.codes import Land, Module, MunicipalityKind, OrganisationKind, Pillar
from komma.municipalities.models.scopes import ADMINISTERED, ADMINISTERED_SELF


class Organisation(models.Model):
    """A municipality or another body whose people can have accounts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=OrganisationKind)
    land = models.CharField("Land", max_length=2, choices=Land, blank=True)
    # Public: who they are and how to reach them.
    about = models.TextField("Über uns", max_length=1000, blank=True)
    address = models.TextField("Anschrift", max_length=300, blank=True)
    phone = models.CharField("Telefon", max_length=40, blank=True)
    email = models.EmailField("E-Mail-Adresse", blank=True)
    website = models.URLField("Internetseite", blank=True)
    hours = models.CharField("Erreichbar", max_length=200, blank=True)
    # Readiness of the intake: what only people can attest, and the day it was opened.
    staff_council_on = models.DateField("Personalrat beteiligt am", null=True, blank=True)
    data_protection_on = models.DateField("Datenschutz freigegeben am", null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    sort_key = GeneratedField(
        expression=Func(F("name"), function="komma_sort_key"),
        output_field=TextField(),
        db_persist=True,
    )
    search_key = GeneratedField(
        expression=Func(F("name"), function="komma_search_key"),
        output_field=TextField(),
        db_persist=True,
    )

    class Meta:
        indexes = [models.Index(fields=["sort_key"])]
        constraints = policies(
            "organisation",
            select="true",  # public: anybody may see which municipalities take part
            update=ADMINISTERED_SELF,
            worker=("SELECT",),
        )

    def __str__(self) -> str:
        return self.name


class Municipality(Organisation):
    """A municipality by its official key, with what its intake needs to say."""

    organisation_ptr = models.OneToOneField(
        "municipalities.Organisation",
        on_delete=models.CASCADE,
        parent_link=True,
        primary_key=True,
        related_name="municipality",
    )
    ags = models.CharField("Amtlicher Gemeindeschlüssel", max_length=8, unique=True)
    municipality_kind = models.CharField("Art der Kommune", max_length=10, choices=MunicipalityKind)
    answer_days = models.PositiveSmallIntegerField("Antwort innerhalb von Tagen", default=3)
    names_shown = models.BooleanField("Namen der Empfänger:innen zeigen", default=False)
    emergency_hint = models.CharField("Weg im Notfall vor Ort", max_length=200, blank=True)
    mail_domains = ArrayField(
        models.CharField(max_length=100),
        verbose_name="Eigene Mail-Domänen",
        default=list,
        blank=True,
    )
    # From the official register; empty for a municipality entered by hand.
    official_name = models.CharField("Name im Gemeindeverzeichnis", max_length=200, blank=True)
    seat_postcode = models.CharField("Postleitzahl", max_length=5, blank=True, db_index=True)
    population = models.PositiveIntegerField("Einwohner:innen", null=True, blank=True)
    area_ha = models.PositiveIntegerField("Fläche in Hektar", null=True, blank=True)
    district = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="towns"
    )
    valid_from = models.DateField(null=True, blank=True)
    # The last day of the key; afterwards ``successor`` answers for the place, if there is one.
    valid_until = models.DateField(null=True, blank=True)
    successor = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="predecessors"
    )
    # A Landkreis receives for its towns without an intake of their own.
    serves_towns = models.BooleanField("Nimmt für Gemeinden des Kreises an", default=True)
    fallback_unit = models.ForeignKey(
        "municipalities.Unit", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ags__regex=r"^[0-9]{5}([0-9]{3})?$"), name="municipality_ags"
            ),
            models.CheckConstraint(
                condition=Q(answer_days__gte=1, answer_days__lte=30),
                name="municipality_answer_days",
            ),
            *policies(
                "municipality",
                select="true",
                update="organisation_ptr_id IN (SELECT komma_administered_organisations())",
                worker=("SELECT",),
            ),
        ]


class OrganisationModule(models.Model):
    """A Baustein that is switched on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="modules"
    )
    module = models.CharField(max_length=20, choices=Module)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "module"], name="module_once"),
            *policies(
                "module",
                select="true",
                insert=ADMINISTERED,
                delete=ADMINISTERED,
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return self.module


class Unit(models.Model):
    """A body inside an organisation; those of the receiving pillars take reports."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="units"
    )
    name = models.CharField("Name", max_length=160)
    pillar = models.CharField("Aufgabe", max_length=20, choices=Pillar)
    about = models.TextField("Worum sich die Stelle kümmert", max_length=1000, blank=True)
    # Public, for people who would rather call or write than report here.
    phone = models.CharField("Telefon", max_length=40, blank=True)
    email = models.EmailField("E-Mail-Adresse", blank=True)
    hours = models.CharField("Erreichbar", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "pillar"],
                condition=Q(pillar__in=["support", "complaint", "assault"]),
                name="unit_one_per_receiving_pillar",
            ),
            *policies(
                "unit",
                select="true",  # public: a reporter sees who will read the report
                insert=ADMINISTERED,
                update=ADMINISTERED,
                delete=ADMINISTERED,
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return self.name
