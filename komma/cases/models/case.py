"""A case: what of it stands in the clear."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from komma.cases.codes import GroupKind, Held, Status
from komma.cases.models.scopes import holder
from komma.core.rows import policies
from komma.procedures.codes import Side


class Case(models.Model):
    """One report and its handling."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=12, unique=True)
    organisation = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.PROTECT, related_name="cases"
    )
    # The municipality it happened in; another one than the handling body's where a fallback acts.
    concerns = models.ForeignKey(
        "municipalities.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey("municipalities.Unit", on_delete=models.PROTECT, related_name="cases")
    side = models.CharField(max_length=8, choices=Side)
    status = models.CharField(max_length=10, choices=Status, default=Status.RECEIVED)
    level = models.PositiveSmallIntegerField(null=True)
    received_on = models.DateField()
    answer_due_on = models.DateField()
    # The reporter has not heard a word of staff; taking the case over is none.
    awaits_answer = models.BooleanField(db_default=True, default=True)
    closed_on = models.DateField(null=True)
    delete_on = models.DateField(null=True)
    last_sequence = models.PositiveIntegerField(default=0)
    # Told by mail at the next quarter hour; no job and no moment ties them to a request.
    news_for_holders = models.BooleanField(default=True)
    news_for_reporter = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    # Somebody lost access without a holder at hand: the next holder's opening makes new keys.
    rotation_due = models.BooleanField(default=False)
    # Deputies have stepped in; the worker's next run tells the reporter.
    deputies_untold = models.BooleanField(default=False)
    # Came in a flood and waits for a look: see `Held`. Whoever first wanted to discard it.
    held = models.CharField(max_length=8, choices=Held, blank=True, default="")
    discard_by = models.ForeignKey(
        "people.Person", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    # The house has been asked to review its risk assessment because of this case.
    review_asked = models.BooleanField(db_default=False, default=False)
    # Cases of one incident or series share a random mark and count once. No table of groups, so
    # that nothing remains of a group but its cases.
    group = models.UUIDField(null=True, db_index=True)
    group_kind = models.CharField(max_length=8, choices=GroupKind, blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-received_on", "number"], name="case_newest"),
            models.Index(
                fields=["id"],
                name="case_news",
                condition=Q(news_for_holders=True)
                | Q(news_for_reporter=True)
                | Q(deputies_untold=True),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__lte=3), name="case_level"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True, status__in=["received", "checking", "working"])
                | Q(closed_on__isnull=False, status__in=["closed", "withdrawn"]),
                name="case_closed_on",
            ),
            models.CheckConstraint(
                condition=Q(group__isnull=True, group_kind="")
                | (Q(group__isnull=False) & ~Q(group_kind="")),
                name="case_group_kind",
            ),
            *policies(
                "case",
                select=f"id = (SELECT komma_receipt_case()) OR {holder('cases_case', 'id')}",
                update=f"id = (SELECT komma_receipt_case()) OR {holder('cases_case', 'id')}",
                worker=("SELECT", "UPDATE"),
            ),
        ]

    def __str__(self) -> str:
        return self.number
