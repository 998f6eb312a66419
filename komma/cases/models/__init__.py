"""A case and what hangs on it. In the clear only what ``sealed`` and the tests allow.

Whoever holds a key row (``CaseKey``, not in reserve) sees the case; the reporter sees it by the
look-up id of the receipt. Cases, strands, key rows and receipts arise, change hands and end only
in the database functions of ``migrations/sql``; the runtime roles cannot insert them.
"""

from komma.cases.models.case import Case
from komma.cases.models.emergency import CaseEmergency, EmergencyUse
from komma.cases.models.entries import Attachment, Entry, ReadMark, ReporterView
from komma.cases.models.handover import FormerHolder, HandOver, HandOverKey
from komma.cases.models.keys import CaseExclusion, CaseKey, CaseReceipt, CaseStrand, PastHolder
from komma.cases.models.tasks import CalendarFeed, Task
from komma.cases.models.watch import DeadlineWatch

__all__ = [
    "Attachment",
    "CalendarFeed",
    "Case",
    "CaseEmergency",
    "CaseExclusion",
    "CaseKey",
    "CaseReceipt",
    "CaseStrand",
    "DeadlineWatch",
    "EmergencyUse",
    "Entry",
    "FormerHolder",
    "HandOver",
    "HandOverKey",
    "PastHolder",
    "ReadMark",
    "ReporterView",
    "Task",
]
