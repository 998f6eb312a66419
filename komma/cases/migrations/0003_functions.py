from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
PARTS = (
    "held_and_groups",
    "quarantine",
    "handover",
    "absence",
    "readiness",
    "emergency",
    "figures",
)


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_handover_and_emergency"),
        ("municipalities", "0004_functions"),
    ]

    operations = [
        migrations.RunSQL((SQL / f"0003_{part}.sql").read_text(encoding="utf-8")) for part in PARTS
    ]
