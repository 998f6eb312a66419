"""Counters against guessing: they slow one guesser down and remember nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from komma.core import limits

HOUR = timedelta(hours=1)


def request(address: str = "203.0.113.5", forwarded: str = "") -> HttpRequest:
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=address, **extra)


def test_the_limit_is_free_and_one_more_is_refused() -> None:
    assert [limits.hit("test", request(), 3, HOUR) for _ in range(5)] == [False] * 3 + [True] * 2


def test_kinds_addresses_and_subjects_count_apart() -> None:
    assert not limits.hit("test", request(), 1, HOUR)
    assert limits.hit("test", request(), 1, HOUR)
    assert not limits.hit("other", request(), 1, HOUR)
    assert not limits.hit("test", request("203.0.113.6"), 1, HOUR)
    assert not limits.hit("test", request(), 1, HOUR, subject="a@stadt.example")
    assert not limits.hit("test", None, 1, HOUR)


def test_a_window_ends() -> None:
    with time_machine.travel("2026-11-22 10:00Z", tick=False) as clock:
        limits.hit("test", request(), 1, HOUR)
        assert limits.hit("test", request(), 1, HOUR)
        clock.shift(timedelta(minutes=61))
        assert not limits.hit("test", request(), 1, HOUR)


def test_a_success_resets() -> None:
    limits.hit("test", request(), 1, HOUR)
    limits.reset("test", request())
    assert not limits.hit("test", request(), 1, HOUR)


def test_nothing_kept_names_an_address() -> None:
    limits.hit("test", request(), 1, HOUR, subject="a@stadt.example")
    kept = repr(cache._cache)  # type: ignore[attr-defined]
    assert "limit:" in kept
    assert "203.0.113.5" not in kept
    assert "stadt.example" not in kept


def test_many_others_do_not_make_a_counter_forget() -> None:
    limits.hit("test", request(), 1, HOUR)
    for number in range(2_000):
        limits.hit("test", None, 1, HOUR, subject=str(number))
    assert limits.hit("test", request(), 1, HOUR)
    assert limits.hit("test", None, 1, HOUR, subject="0")


def test_tomorrow_the_same_address_counts_under_another_key() -> None:
    with time_machine.travel("2026-11-22 10:00Z", tick=False) as clock:
        today = limits._key("test", "203.0.113.5", "")
        assert limits._key("test", "203.0.113.5", "") == today
        clock.shift(timedelta(days=1))
        assert limits._key("test", "203.0.113.5", "") != today


def test_the_client_cannot_choose_its_address(settings: Settings) -> None:
    settings.SECURE = False
    assert limits.client_address(request("127.0.0.1", "198.51.100.9")) == "127.0.0.1"
    settings.SECURE = True
    forged = request("127.0.0.1", "1.1.1.1, 198.51.100.9")
    assert limits.client_address(forged) == "198.51.100.9"


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_addresses_are_normalised(address: str, counted: str) -> None:
    assert limits.client_address(request(address)) == counted
