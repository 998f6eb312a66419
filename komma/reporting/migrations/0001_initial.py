import uuid

import django.db.models.deletion
from django.db import migrations, models

import komma.core.rows.policy


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("municipalities", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("lookup", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("case_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("public", models.CharField(max_length=80)),
                ("secret", models.BinaryField()),
                ("answers", models.BinaryField()),
                ("expires_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="municipalities.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DraftFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("blob", models.CharField(max_length=64, unique=True)),
                ("meta", models.BinaryField()),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="reporting.draft",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PendingReceipt",
            fields=[
                ("lookup", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("sealed", models.BinaryField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["expires_at"], name="reporting_p_expires_0fac95_idx")
                ],
                "constraints": [
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT",
                        name="pendingreceipt_select",
                        using="lookup = (SELECT komma_draft())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        check="lookup = (SELECT komma_draft())",
                        command="INSERT",
                        name="pendingreceipt_insert",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="DELETE",
                        name="pendingreceipt_delete",
                        using="lookup = (SELECT komma_draft())",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="SELECT",
                        name="pendingreceipt_worker_select",
                        role="komma_worker",
                        using="true",
                    ),
                    komma.core.rows.policy.RowPolicy(
                        command="DELETE",
                        name="pendingreceipt_worker_delete",
                        role="komma_worker",
                        using="true",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["expires_at"], name="reporting_d_expires_c289b3_idx"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="draft_select", using="lookup = (SELECT komma_draft())"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=komma.core.rows.policy.RowPolicy(
                check="lookup = (SELECT komma_draft())", command="INSERT", name="draft_insert"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=komma.core.rows.policy.RowPolicy(
                check="lookup = (SELECT komma_draft())",
                command="UPDATE",
                name="draft_update",
                using="lookup = (SELECT komma_draft())",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE", name="draft_delete", using="lookup = (SELECT komma_draft())"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="draft_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE", name="draft_worker_delete", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="draftfile_select", using="draft_id = (SELECT komma_draft())"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=komma.core.rows.policy.RowPolicy(
                check="draft_id = (SELECT komma_draft())", command="INSERT", name="draftfile_insert"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE", name="draftfile_delete", using="draft_id = (SELECT komma_draft())"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="draftfile_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="draftfile",
            constraint=komma.core.rows.policy.RowPolicy(
                command="DELETE", name="draftfile_worker_delete", role="komma_worker", using="true"
            ),
        ),
    ]
