from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("municipalities", "0001_initial")]

    operations = [
        migrations.RunSQL((SQL / "0002_end_access.sql").read_text(encoding="utf-8")),
    ]
