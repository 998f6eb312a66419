"""Whether the reporter has heard a word yet; of former cases only that nobody took them up."""

from django.db import migrations, models

FORMER = "UPDATE cases_case SET awaits_answer = (status = 'received');"
GRANT = "GRANT UPDATE (awaits_answer) ON cases_case TO komma_web;"
NOTHING = migrations.RunSQL.noop


class Migration(migrations.Migration):
    dependencies = [("cases", "0006_pillars_and_reviews")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="awaits_answer",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.RunSQL(FORMER, NOTHING),
        migrations.RunSQL(GRANT, NOTHING),
    ]
