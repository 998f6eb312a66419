"""Days as people on site count them."""

import datetime as dt

from django.utils import timezone


def today() -> dt.date:
    """Return the current day in Germany (settings.TIME_ZONE)."""
    return timezone.localdate()


def full_hour_after(moment: dt.datetime, *, hours: int) -> dt.datetime:
    """Return the full hour not before ``moment`` + ``hours``: coarse, so that it tells little."""
    later = moment + dt.timedelta(hours=hours)
    floor = later.replace(minute=0, second=0, microsecond=0)
    return floor if floor == later else floor + dt.timedelta(hours=1)
