import uuid
from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import komma.core.rows.policy

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("municipalities", "0002_end_access"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL((SQL / "0001_functions.sql").read_text(encoding="utf-8")),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("number", models.CharField(max_length=12, unique=True)),
                (
                    "side",
                    models.CharField(
                        choices=[
                            ("outside", "von außerhalb"),
                            ("inside", "innerhalb der Verwaltung"),
                            ("unknown", "unbekannt"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "eingegangen"),
                            ("checking", "wird geprüft"),
                            ("working", "in Bearbeitung"),
                            ("closed", "abgeschlossen"),
                            ("withdrawn", "zurückgezogen"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("received_on", models.DateField()),
                ("answer_due_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                ("delete_on", models.DateField(null=True)),
                ("last_sequence", models.PositiveIntegerField(default=0)),
                ("news_for_holders", models.BooleanField(default=True)),
                ("news_for_reporter", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("rotation_due", models.BooleanField(default=False)),
                ("deputies_untold", models.BooleanField(default=False)),
                (
                    "concerns",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="municipalities.organisation",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="municipalities.organisation",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="municipalities.unit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseEmergency",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("mailbox", "Postfach"),
                            ("internal", "Intern"),
                            ("protection", "Schutz"),
                        ],
                        max_length=10,
                    ),
                ),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("sealed", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="emergency",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseExclusion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("tag", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exclusions",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseKey",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("mailbox", "Postfach"),
                            ("internal", "Intern"),
                            ("protection", "Schutz"),
                        ],
                        max_length=10,
                    ),
                ),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("function", models.CharField(max_length=120)),
                ("public", models.CharField(max_length=80)),
                ("sealed", models.BinaryField()),
                ("is_reserve", models.BooleanField(default=False)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="keys",
                        to="cases.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseReceipt",
            fields=[
                ("lookup", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("public", models.CharField(max_length=80)),
                ("mac", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("notify_sealed", models.BinaryField(null=True)),
                ("mail_tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipt",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CaseStrand",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("mailbox", "Postfach"),
                            ("internal", "Intern"),
                            ("protection", "Schutz"),
                        ],
                        max_length=10,
                    ),
                ),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("public", models.CharField(max_length=80)),
                ("previous_sealed", models.BinaryField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="strands",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("mailbox", "Postfach"),
                            ("internal", "Intern"),
                            ("protection", "Schutz"),
                        ],
                        max_length=10,
                    ),
                ),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("sequence", models.PositiveIntegerField()),
                ("day", models.DateField()),
                ("body", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="entries",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "strand",
                    models.CharField(
                        choices=[
                            ("mailbox", "Postfach"),
                            ("internal", "Intern"),
                            ("protection", "Schutz"),
                        ],
                        max_length=10,
                    ),
                ),
                ("generation", models.PositiveSmallIntegerField(default=1)),
                ("blob", models.CharField(max_length=64, unique=True)),
                ("meta", models.BinaryField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="cases.case",
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="cases.entry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReadMark",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("opened_on", models.DateField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="read_marks",
                        to="cases.case",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ReporterView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("function", models.CharField(max_length=120)),
                ("day", models.DateField()),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="openings",
                        to="cases.case",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["organisation", "-received_on", "number"], name="case_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(
                    ("news_for_holders", True),
                    ("news_for_reporter", True),
                    ("deputies_untold", True),
                    _connector="OR",
                ),
                fields=["id"],
                name="case_news",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__isnull", True), ("level__lte", 3), _connector="OR"),
                name="case_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed_on__isnull", True),
                        ("status__in", ["received", "checking", "working"]),
                    ),
                    models.Q(("closed_on__isnull", False), ("status__in", ["closed", "withdrawn"])),
                    _connector="OR",
                ),
                name="case_closed_on",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="case_select",
                using="id = (SELECT komma_receipt_case()) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_case.id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=komma.core.rows.policy.RowPolicy(
                check="id = (SELECT komma_receipt_case()) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_case.id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="UPDATE",
                name="case_update",
                using="id = (SELECT komma_receipt_case()) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_case.id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="case_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=komma.core.rows.policy.RowPolicy(
                check="true",
                command="UPDATE",
                name="case_worker_update",
                role="komma_worker",
                using="true",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseemergency",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="caseemergency_select",
                using="EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_caseemergency.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseexclusion",
            constraint=models.UniqueConstraint(fields=("case", "tag"), name="exclusion_once"),
        ),
        migrations.AddConstraint(
            model_name="caseexclusion",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="exclusion_select",
                using="EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_caseexclusion.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="caseexclusion",
            constraint=komma.core.rows.policy.RowPolicy(
                check="EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_caseexclusion.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="INSERT",
                name="exclusion_insert",
            ),
        ),
        migrations.AddIndex(
            model_name="casekey",
            index=models.Index(
                condition=models.Q(("is_reserve", False), ("strand", "mailbox")),
                fields=["person", "case"],
                name="casekey_visible",
            ),
        ),
        migrations.AddConstraint(
            model_name="casekey",
            constraint=models.UniqueConstraint(
                fields=("case", "strand", "person"), name="casekey_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="casekey",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="casekey_select",
                using="person_id = (SELECT komma_person()) AND NOT is_reserve",
            ),
        ),
        migrations.AddConstraint(
            model_name="casekey",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="casekey_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="casereceipt",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="receipt_select",
                using="lookup = (SELECT komma_receipt()) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_casereceipt.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="casereceipt",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="receipt_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="casereceipt",
            constraint=komma.core.rows.policy.RowPolicy(
                check="true",
                command="UPDATE",
                name="receipt_worker_update",
                role="komma_worker",
                using="true",
            ),
        ),
        migrations.AddConstraint(
            model_name="casestrand",
            constraint=models.UniqueConstraint(
                fields=("case", "strand", "generation"), name="strand_generation"
            ),
        ),
        migrations.AddConstraint(
            model_name="casestrand",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="strand_select",
                using="case_id = (SELECT komma_receipt_case()) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_casestrand.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.UniqueConstraint(fields=("case", "sequence"), name="entry_sequence"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="entry_select",
                using="(strand = 'mailbox' AND case_id = (SELECT komma_receipt_case())) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_entry.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=komma.core.rows.policy.RowPolicy(
                check="(strand = 'mailbox' AND case_id = (SELECT komma_receipt_case())) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_entry.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="INSERT",
                name="entry_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="attachment_select",
                using="(strand = 'mailbox' AND case_id = (SELECT komma_receipt_case())) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_attachment.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=komma.core.rows.policy.RowPolicy(
                check="(strand = 'mailbox' AND case_id = (SELECT komma_receipt_case())) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_attachment.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="INSERT",
                name="attachment_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=models.UniqueConstraint(fields=("case", "person"), name="readmark_once"),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="readmark_select",
                using="person_id = (SELECT komma_person()) AND EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_readmark.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=komma.core.rows.policy.RowPolicy(
                check="person_id = (SELECT komma_person()) AND EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_readmark.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="INSERT",
                name="readmark_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="readmark",
            constraint=komma.core.rows.policy.RowPolicy(
                check="person_id = (SELECT komma_person()) AND EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_readmark.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="UPDATE",
                name="readmark_update",
                using="person_id = (SELECT komma_person()) AND EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_readmark.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="reporterview",
            constraint=models.UniqueConstraint(
                fields=("case", "function", "day"), name="opening_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reporterview",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT",
                name="opening_select",
                using="case_id = (SELECT komma_receipt_case()) OR EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_reporterview.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
            ),
        ),
        migrations.AddConstraint(
            model_name="reporterview",
            constraint=komma.core.rows.policy.RowPolicy(
                check="EXISTS (SELECT 1 FROM cases_casekey AS k WHERE k.case_id = cases_reporterview.case_id AND k.person_id = (SELECT komma_person()) AND k.strand = 'mailbox' AND NOT k.is_reserve)",
                command="INSERT",
                name="opening_insert",
            ),
        ),
        migrations.AddConstraint(
            model_name="casestrand",
            constraint=komma.core.rows.policy.RowPolicy(
                command="SELECT", name="strand_worker_select", role="komma_worker", using="true"
            ),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=komma.core.rows.policy.RowPolicy(
                check="true", command="INSERT", name="entry_worker_insert", role="komma_worker"
            ),
        ),
        migrations.RunSQL((SQL / "0002_keys.sql").read_text(encoding="utf-8")),
    ]
