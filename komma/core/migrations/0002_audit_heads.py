import uuid
from pathlib import Path

from django.db import migrations, models

import komma.core.rows.policy

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AuditHead",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("organisation_id", models.UUIDField()),
                ("month", models.CharField(max_length=7)),
                ("entries", models.PositiveIntegerField()),
                ("hash", models.BinaryField()),
                ("dropped_on", models.DateField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation_id", "month"), name="audithead_once"
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT", name="audithead_select", using="false"
                    ),
                ],
            },
        ),
        migrations.RunSQL((SQL / "0003_audit_heads.sql").read_text(encoding="utf-8")),
    ]
