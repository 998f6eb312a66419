import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import komma.core.ids
import komma.core.rows.policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
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
                    "email",
                    models.EmailField(max_length=254, unique=True, verbose_name="E-Mail-Adresse"),
                ),
                ("name", models.CharField(max_length=120, verbose_name="Name")),
                ("is_active", models.BooleanField(default=True, verbose_name="aktiv")),
                ("is_demo", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "Person",
                "verbose_name_plural": "Personen",
            },
        ),
        migrations.CreateModel(
            name="PersonKey",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="key",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("public", models.CharField(max_length=80)),
                ("mac", models.BinaryField()),
                ("created_on", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="PersonSecret",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="secret",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("by_password", models.BinaryField()),
                ("by_recovery", models.BinaryField(null=True)),
            ],
            options={
                "constraints": [
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT",
                        name="personsecret_select",
                        using="person_id = (SELECT komma_person())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="person_id = (SELECT komma_person())",
                        command="INSERT",
                        name="personsecret_insert",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="person_id = (SELECT komma_person())",
                        command="UPDATE",
                        name="personsecret_update",
                        using="person_id = (SELECT komma_person())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="DELETE",
                        name="personsecret_delete",
                        using="person_id = (SELECT komma_person())",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
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
                ("organisation_id", models.UUIDField()),
                ("organisation_name", models.CharField(max_length=200)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("invited_by", models.UUIDField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT",
                        name="invitation_select",
                        using="token_hash = (SELECT komma_invitation()) OR organisation_id IN (SELECT komma_administered_organisations())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="organisation_id IN (SELECT komma_administered_organisations())",
                        command="INSERT",
                        name="invitation_insert",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="token_hash = (SELECT komma_invitation()) OR organisation_id IN (SELECT komma_administered_organisations())",
                        command="UPDATE",
                        name="invitation_update",
                        using="token_hash = (SELECT komma_invitation()) OR organisation_id IN (SELECT komma_administered_organisations())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="DELETE",
                        name="invitation_delete",
                        using="organisation_id IN (SELECT komma_administered_organisations())",
                    ),
                ],
            },
        ),
    ]
