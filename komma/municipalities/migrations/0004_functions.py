from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
PARTS = ("agreements", "absence", "readiness")


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0003_chain_and_readiness")]

    operations = [
        migrations.RunSQL((SQL / f"0004_{part}.sql").read_text(encoding="utf-8")) for part in PARTS
    ]
