"""Organisations, their units, who belongs to them with which role, and programme rounds."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, TextField

from komma.core.ids import uuid7
from komma.core.rows import policies
from komma.municipalities.codes import (
    Land,
    Module,
    MunicipalityKind,
    OrganisationKind,
    Pillar,
    Role,
    RoundRole,
)

_MINE = "organisation_id IN (SELECT komma_my_organisations())"
_ADMINISTERED = "organisation_id IN (SELECT komma_administered_organisations())"
_ADMINISTERED_SELF = "id IN (SELECT komma_administered_organisations())"


class Organisation(models.Model):
    """A municipality or another body whose people can have accounts."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField("Name", max_length=200)
    kind = models.CharField("Art", max_length=20, choices=OrganisationKind)
    land = models.CharField("Land", max_length=2, choices=Land, blank=True)
    sort_key = GeneratedField(
        expression=Func(F("name"), function="komma_sort_key"),
        output_field=TextField(),
        db_persist=True,
    )

    class Meta:
        indexes = [models.Index(fields=["sort_key"])]
        constraints = policies(
            "organisation",
            select="true",  # public: anybody may see which municipalities take part
            update=_ADMINISTERED_SELF,
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
            *policies("module", select="true", insert=_ADMINISTERED, delete=_ADMINISTERED),
        ]

    def __str__(self) -> str:
        return self.module


class ProgrammeRound(models.Model):
    """A term of the programme, so that nothing hangs on constants."""

    rows_open = "public fact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120, unique=True)
    starts_on = models.DateField()
    ends_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="round_term")
        ]

    def __str__(self) -> str:
        return self.name


class RoundPart(models.Model):
    """The part an organisation has in a programme round."""

    rows_open = "public fact"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    round = models.ForeignKey(ProgrammeRound, on_delete=models.CASCADE, related_name="parts")
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.CASCADE, related_name="parts"
    )
    role = models.CharField(max_length=10, choices=RoundRole)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation", "role"], name="part_once")
        ]

    def __str__(self) -> str:
        return self.role


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
                insert=_ADMINISTERED,
                update=_ADMINISTERED,
                delete=_ADMINISTERED,
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
                select=f"person_id = (SELECT komma_person()) OR {_MINE}",
                insert=_ADMINISTERED,
                update=_ADMINISTERED,
                worker=("SELECT",),
            ),
        ]

    def __str__(self) -> str:
        return self.title


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
    verified_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "part"], name="emergencykey_once"),
            *policies(
                "emergencykey",
                select="true",
                insert=_ADMINISTERED,
                update=_ADMINISTERED,
                delete=_ADMINISTERED,
            ),
        ]

    def __str__(self) -> str:
        return self.part
