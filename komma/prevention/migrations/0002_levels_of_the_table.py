"""Levels are named by the municipality's own table; no change of the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("prevention", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="assessment", name="level", field=models.PositiveSmallIntegerField()
        ),
    ]
