"""Code lists of prevention; what stands in the clear."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy

from komma.core.ui.choices import hinted
from komma.municipalities.codes import CASE_ROLES, Role

# Who keeps folders, assessments and records; everybody else of the organisation reads.
EDITORS = frozenset({Role.COORDINATION, Role.LEADERSHIP, Role.CASE_LEAD})
# Who classifies incidents, and thereby asks for a review.
REQUESTERS = EDITORS | frozenset(CASE_ROLES)


class Frequency(TextChoices):
    """How often the danger shows."""

    NEVER = "never", gettext_lazy("bisher nicht vorgekommen")
    RARELY = "rarely", gettext_lazy("seltener als einmal im Jahr")
    YEARLY = "yearly", gettext_lazy("mehrmals im Jahr")
    MONTHLY = "monthly", gettext_lazy("mehrmals im Monat")
    WEEKLY = "weekly", gettext_lazy("jede Woche oder öfter")


class MeasureKind(TextChoices):
    """Kinds of measures, best first: § 4 ArbSchG asks to fight a danger at its source."""

    SUBSTITUTION = "S", gettext_lazy("S – Substitution")
    TECHNICAL = "T", gettext_lazy("T – technisch")
    ORGANISATIONAL = "O", gettext_lazy("O – organisatorisch")
    PERSONAL = "P", gettext_lazy("P – personenbezogen")


MEASURE_CHOICES = [
    (
        MeasureKind.SUBSTITUTION.value,
        hinted(
            MeasureKind.SUBSTITUTION.label,
            gettext_lazy("Die Gefahr vermeiden, zum Beispiel kein Bargeld mehr annehmen."),
        ),
    ),
    (
        MeasureKind.TECHNICAL.value,
        hinted(
            MeasureKind.TECHNICAL.label,
            gettext_lazy("Raum und Technik, zum Beispiel zweiter Ausgang, stiller Alarm."),
        ),
    ),
    (
        MeasureKind.ORGANISATIONAL.value,
        hinted(
            MeasureKind.ORGANISATIONAL.label,
            gettext_lazy("Abläufe, zum Beispiel schwierige Termine nur zu zweit."),
        ),
    ),
    (
        MeasureKind.PERSONAL.value,
        hinted(
            MeasureKind.PERSONAL.label,
            gettext_lazy("Menschen stärken, zum Beispiel Training in Deeskalation."),
        ),
    ),
]
MEASURE_ORDER = {kind.value: place for place, kind in enumerate(MeasureKind)}


class RecordKind(TextChoices):
    """What was held: the yearly instruction (DGUV Vorschrift 1 § 4), an exercise of the alarm."""

    INSTRUCTION = "instruction", gettext_lazy("Unterweisung")
    EXERCISE = "exercise", gettext_lazy("Alarmübung")
