import uuid
from pathlib import Path

from django.db import migrations, models

import komma.core.rows.policy

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.RunSQL((SQL / "0001_core.sql").read_text(encoding="utf-8")),
        migrations.CreateModel(
            name="SealedSession",
            fields=[
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("person_id", models.UUIDField(db_index=True, null=True)),
                ("device", models.CharField(blank=True, max_length=60)),
                ("used_on", models.DateField(auto_now=True)),
                ("session_key", models.CharField(max_length=64, primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_id", models.UUIDField()),
                ("case_id", models.UUIDField(null=True)),
                ("person_id", models.UUIDField(null=True)),
                ("function", models.CharField(blank=True, max_length=120)),
                ("kind", models.CharField(max_length=40)),
                ("at", models.DateTimeField(null=True)),
                ("day", models.DateField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["case_id", "day"], name="core_audite_case_id_649c3e_idx"),
                    models.Index(
                        fields=["organisation_id", "day"], name="core_audite_organis_d41083_idx"
                    ),
                    models.Index(
                        fields=["person_id", "day"], name="core_audite_person__be215c_idx"
                    ),
                ],
                "constraints": [
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT",
                        name="auditentry_select",
                        using="person_id = (SELECT komma_person()) OR (case_id IS NULL AND organisation_id IN (SELECT komma_administered_organisations())) OR case_id IN (SELECT komma_visible_cases())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="true", command="INSERT", name="auditentry_insert"
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT",
                        name="auditentry_worker_select",
                        role="komma_worker",
                        using="true",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="true",
                        command="INSERT",
                        name="auditentry_worker_insert",
                        role="komma_worker",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("entry_id", models.UUIDField(primary_key=True, serialize=False)),
                ("organisation_id", models.UUIDField()),
                ("month", models.CharField(max_length=7)),
                ("position", models.PositiveIntegerField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "month", "position"), name="auditlink_position"
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT", name="auditlink_select", using="false"
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "0002_audit_chain.sql").read_text(encoding="utf-8")),
    ]
