"""What is to be done in a case, and the private address of a person's calendar."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from komma.cases.codes import TaskState
from komma.cases.models.case import Case
from komma.cases.models.scopes import OWN, holder
from komma.core.rows import policies


class Task(models.Model):
    """One task. What is to be done is sealed to the internal strand; who and by when is not.

    ``due_at`` and ``remind_at`` are full hours or closing times, counted from work on the case,
    never from what was reported. ``deputy`` steps in once it is ``is_escalated``. The database
    keeps ``owner`` somebody who can open the case (migrations/sql/0004_tasks.sql).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="tasks")
    owner = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(max_length=8, choices=TaskState, default=TaskState.OPEN)
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    is_escalated = models.BooleanField(default=False)
    finished_on = models.DateField(null=True)
    generation = models.PositiveSmallIntegerField(default=1)
    body = models.BinaryField()

    class Meta:
        indexes = [
            models.Index(fields=["case"], name="task_case"),
            models.Index(fields=["owner", "due_at"], name="task_owner", condition=Q(state="open")),
            models.Index(
                fields=["deputy", "due_at"], name="task_deputy", condition=Q(state="open")
            ),
            models.Index(fields=["due_at"], name="task_due", condition=Q(state="open")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deputy=None) | ~Q(deputy=F("owner")), name="task_deputy_is_another"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "resting"], finished_on=None)
                | Q(state__in=["done", "dropped"], finished_on__isnull=False),
                name="task_finished_on",
            ),
            *policies(
                "task",
                select=holder("cases_task"),
                insert=holder("cases_task"),
                update=holder("cases_task"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.due_at:%Y-%m-%d}"


class CalendarFeed(models.Model):
    """The secret address under which a person's calendar reads when tasks are due; no content."""

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    token_hash = models.BinaryField(unique=True)
    made_on = models.DateField()

    class Meta:
        constraints = policies("calendarfeed", select=OWN, insert=OWN, delete=OWN)

    def __str__(self) -> str:
        return f"{self.made_on:%Y-%m-%d}"
