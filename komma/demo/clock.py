"""A clock that can be set back, so that invented cases have a history.

The actions write today's date into rows, sealed entries, audit log and deadlines; a network in
which everything happened today would show none of that. Django and this program ask one function
for the time, and the command that fills the demonstration does nothing else meanwhile.
"""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENING_HOUR = 9
BETWEEN = dt.timedelta(minutes=25)


@contextmanager
def set_back(*, days: int, number: int = 0) -> Iterator[None]:
    """Let it be the ``number``-th thing on the working day ``days`` ago, but never later than now.

    For the whole process: not for one that serves anybody.
    """
    real = timezone.now
    morning = timezone.localtime(real() - dt.timedelta(days=days)).replace(
        hour=OPENING_HOUR, minute=0, second=0, microsecond=0
    )
    moment = min(morning + number * BETWEEN, real())
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real
