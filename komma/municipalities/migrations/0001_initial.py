from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import komma.core.ids
import komma.core.rows.policy

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL((SQL / "0001_functions.sql").read_text(encoding="utf-8")),
        migrations.CreateModel(
            name="EmergencyKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("part", models.CharField(choices=[("A", "A"), ("B", "B")], max_length=1)),
                ("public", models.CharField(max_length=80)),
                ("mac", models.BinaryField()),
                (
                    "seen_by",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                ("verified_on", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("slug", models.SlugField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=200, verbose_name="Name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("municipality", "Kommune"),
                            ("counselling", "Beratungsstelle"),
                            ("police", "Polizei"),
                            ("institute", "Institut"),
                            ("funder", "Fördermittelgeber:in"),
                            ("board", "Beirat"),
                            ("fallback", "Überörtliche Anlaufstelle"),
                        ],
                        max_length=20,
                        verbose_name="Art",
                    ),
                ),
                (
                    "land",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("SH", "Schleswig-Holstein"),
                            ("HH", "Hamburg"),
                            ("NI", "Niedersachsen"),
                            ("HB", "Bremen"),
                            ("NW", "Nordrhein-Westfalen"),
                            ("HE", "Hessen"),
                            ("RP", "Rheinland-Pfalz"),
                            ("BW", "Baden-Württemberg"),
                            ("BY", "Bayern"),
                            ("SL", "Saarland"),
                            ("BE", "Berlin"),
                            ("BB", "Brandenburg"),
                            ("MV", "Mecklenburg-Vorpommern"),
                            ("SN", "Sachsen"),
                            ("ST", "Sachsen-Anhalt"),
                            ("TH", "Thüringen"),
                        ],
                        max_length=2,
                        verbose_name="Land",
                    ),
                ),
                (
                    "sort_key",
                    models.GeneratedField(
                        db_persist=True,
                        expression=models.Func(models.F("name"), function="komma_sort_key"),
                        output_field=models.TextField(),
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OrganisationModule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "module",
                    models.CharField(
                        choices=[
                            ("reporting", "Melden und Fallbearbeitung"),
                            ("alliance", "Allianz"),
                            ("strategy", "Strategiekonzept"),
                            ("training", "Trainings und Coachings"),
                            ("survey", "Befragungen"),
                        ],
                        max_length=20,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProgrammeRound",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=120, unique=True)),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="RoundPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("model", "Modellkommune"),
                            ("network", "Netzwerkkommune"),
                            ("carrier", "Projektträger"),
                            ("funder", "Fördermittelgeber:in"),
                            ("board", "Beirat"),
                        ],
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="Name")),
                (
                    "pillar",
                    models.CharField(
                        choices=[
                            ("support", "Ansprechstelle (Unterstützung)"),
                            ("complaint", "Beschwerdestelle"),
                            ("assault", "Übergriffsmanagement"),
                            ("coordination", "Koordination"),
                            ("leadership", "Leitung"),
                            ("administration", "Verwaltung der Konten"),
                            ("other", "Sonstige"),
                        ],
                        max_length=20,
                        verbose_name="Aufgabe",
                    ),
                ),
                (
                    "about",
                    models.TextField(
                        blank=True, max_length=1000, verbose_name="Worum sich die Stelle kümmert"
                    ),
                ),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="Telefon")),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="E-Mail-Adresse"),
                ),
                ("hours", models.CharField(blank=True, max_length=200, verbose_name="Erreichbar")),
            ],
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=komma.core.ids.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("contact", "Ansprechperson"),
                            ("complaints", "Beschwerdestelle"),
                            ("case_lead", "Fallführung"),
                            ("coordination", "Koordination"),
                            ("leadership", "Leitung"),
                            ("administration", "Verwaltung"),
                            ("staff", "Mitarbeitende"),
                            ("programme", "Programmteam"),
                        ],
                        max_length=20,
                        verbose_name="Rolle",
                    ),
                ),
                ("title", models.CharField(max_length=120, verbose_name="Funktion")),
                ("is_deputy", models.BooleanField(default=False, verbose_name="Vertretung")),
                ("mac", models.BinaryField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Municipality",
            fields=[
                (
                    "organisation_ptr",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        related_name="municipality",
                        serialize=False,
                        to="municipalities.organisation",
                    ),
                ),
                (
                    "ags",
                    models.CharField(
                        max_length=8, unique=True, verbose_name="Amtlicher Gemeindeschlüssel"
                    ),
                ),
                (
                    "municipality_kind",
                    models.CharField(
                        choices=[
                            ("city", "Kreisfreie Stadt"),
                            ("district", "Landkreis"),
                            ("town", "Kreisangehörige Stadt"),
                            ("commune", "Gemeinde"),
                            ("borough", "Bezirk"),
                        ],
                        max_length=10,
                        verbose_name="Art der Kommune",
                    ),
                ),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(
                        default=3, verbose_name="Antwort innerhalb von Tagen"
                    ),
                ),
                (
                    "names_shown",
                    models.BooleanField(
                        default=False, verbose_name="Namen der Empfänger:innen zeigen"
                    ),
                ),
                (
                    "emergency_hint",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="Weg im Notfall vor Ort"
                    ),
                ),
                (
                    "mail_domains",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        verbose_name="Eigene Mail-Domänen",
                    ),
                ),
            ],
            bases=("municipalities.organisation",),
        ),
        migrations.AddIndex(
            model_name="organisation",
            index=models.Index(fields=["sort_key"], name="municipalit_sort_ke_3e7e21_idx"),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="organisation_select", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=komma.core.rows.policy.RowPolicy(
                check="id IN (SELECT komma_administered_organisations())",
                command="UPDATE",
                name="organisation_update",
                using="id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="organisation_worker_select",
                role="komma_worker",
                using="true",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="municipalities.organisation",
            ),
        ),
        migrations.AddField(
            model_name="emergencykey",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="emergency_keys",
                to="municipalities.organisation",
            ),
        ),
        migrations.AddField(
            model_name="organisationmodule",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="modules",
                to="municipalities.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="programmeround",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gt", models.F("starts_on"))), name="round_term"
            ),
        ),
        migrations.AddField(
            model_name="roundpart",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="municipalities.organisation",
            ),
        ),
        migrations.AddField(
            model_name="roundpart",
            name="round",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="parts",
                to="municipalities.programmeround",
            ),
        ),
        migrations.AddField(
            model_name="unit",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="units",
                to="municipalities.organisation",
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="unit",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="memberships",
                to="municipalities.unit",
            ),
        ),
        migrations.AddField(
            model_name="municipality",
            name="fallback_unit",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="municipalities.unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencykey",
            constraint=models.UniqueConstraint(
                fields=("organisation", "part"), name="emergencykey_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencykey",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="emergencykey_select", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencykey",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="INSERT",
                name="emergencykey_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencykey",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="UPDATE",
                name="emergencykey_update",
                using="organisation_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="emergencykey",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE",
                name="emergencykey_delete",
                using="organisation_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationmodule",
            constraint=models.UniqueConstraint(
                fields=("organisation", "module"), name="module_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationmodule",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="module_select", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationmodule",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="INSERT",
                name="module_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisationmodule",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE",
                name="module_delete",
                using="organisation_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="roundpart",
            constraint=models.UniqueConstraint(
                fields=("round", "organisation", "role"), name="part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("pillar__in", ["support", "complaint", "assault"])),
                fields=("organisation", "pillar"),
                name="unit_one_per_receiving_pillar",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="unit_select", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="INSERT",
                name="unit_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="UPDATE",
                name="unit_update",
                using="organisation_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE",
                name="unit_delete",
                using="organisation_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="unit_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                fields=["person", "organisation"], name="municipalit_person__7bd21f_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["unit"], name="municipalit_unit_id_620f0c_idx"),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)),
                fields=("person", "unit", "role"),
                name="membership_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="membership_select",
                using="person_id = (SELECT komma_person()) OR organisation_id IN (SELECT komma_my_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="INSERT",
                name="membership_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_id IN (SELECT komma_administered_organisations())",
                command="UPDATE",
                name="membership_update",
                using="organisation_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="membership_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=models.CheckConstraint(
                condition=models.Q(("ags__regex", "^[0-9]{5}([0-9]{3})?$")), name="municipality_ags"
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer_days__gte", 1), ("answer_days__lte", 30)),
                name="municipality_answer_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="municipality_select", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=komma.core.rows.policy.RowPolicy(
                check="organisation_ptr_id IN (SELECT komma_administered_organisations())",
                command="UPDATE",
                name="municipality_update",
                using="organisation_ptr_id IN (SELECT komma_administered_organisations())",
            ),
        ),
        migrations.AddConstraint(
            model_name="municipality",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="municipality_worker_select",
                role="komma_worker",
                using="true",
            ),
        ),
    ]
