"""After an incident of level 2 or more the house is asked to review its risk assessment."""

from __future__ import annotations

from django.db import connection, transaction

from komma.core.dates import today
from komma.prevention.actions import require_review


def ask_for_reviews() -> int:
    """Ask each house whose cases call for it; return how many. For the worker, at night.

    At night and in transactions of their own, so that neither moment nor transaction joins a
    request to a case, and whoever is excluded on the day of the incident is (migrations/sql/
    0006_reviews.sql). Cut off in between, the same houses are asked again, which changes nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT komma_reviews_wanted()")
        houses = [house for (house,) in cursor.fetchall()]
        for house in houses:
            require_review(house, today())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT komma_reviews_asked(%s)", [houses])
    return len(houses)
