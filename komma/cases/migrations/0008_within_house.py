"""A case may go to another unit of the same body, by the wish of the affected person."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("cases", "0007_awaits_answer")]

    operations = [
        migrations.RunSQL(
            (SQL / "0008_within_house.sql").read_text(encoding="utf-8"), migrations.RunSQL.noop
        )
    ]
