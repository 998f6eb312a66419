"""When somebody is to be reminded of a deadline, sealed."""

from __future__ import annotations

from django.db import models

from komma.cases.models.case import Case
from komma.cases.models.scopes import REPORTER, holder
from komma.core.rows import policies


class DeadlineWatch(models.Model):
    """The days on which deadlines of a case end, and of which somebody was told.

    Sealed to the server key, since the worker must read them without anybody present, and an end
    in the clear would tell the day of the incident. Every case has one, so that its presence tells
    nothing either; the worker seals all of them anew on every run.
    """

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="deadline_watch"
    )
    sealed = models.BinaryField()

    class Meta:
        constraints = policies(
            "deadlinewatch",
            select=f"{REPORTER} OR {holder('cases_deadlinewatch')}",
            insert=f"{REPORTER} OR {holder('cases_deadlinewatch')}",
            update=holder("cases_deadlinewatch"),
            worker=("SELECT", "UPDATE"),
        )

    def __str__(self) -> str:
        return str(self.case_id)
