"""The clock of the demonstration goes back, never forward, and is right again afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from komma.core.dates import today
from komma.demo import clock


def test_days_ago_in_the_order_of_a_working_day() -> None:
    real = today()
    with clock.set_back(days=5):
        assert today() == real - dt.timedelta(days=5)
        first = timezone.now()
    with clock.set_back(days=5, number=2):
        assert timezone.now() - first == 2 * clock.BETWEEN


def test_never_later_than_now() -> None:
    before = timezone.now()
    with clock.set_back(days=0, number=1000):
        assert before <= timezone.now() <= before + dt.timedelta(minutes=1)


def _fail_while_set_back() -> None:
    with clock.set_back(days=30):
        raise ValueError


def test_is_right_again_after_an_error() -> None:
    real = timezone.now
    with pytest.raises(ValueError):
        _fail_while_set_back()
    assert timezone.now is real
