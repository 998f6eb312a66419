"""A flood is noticed; genuine reports are not taken for it, and a calm day never holds anything."""

from __future__ import annotations

import random
import re
import tracemalloc
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from komma.cases.codes import Held
from komma.cases.wording import groups_of, trigrams, words_of
from komma.reporting import flood
from komma.reporting.flood import CROWD, MOST, OTHERS, RATE, SAMPLE, WINDOW, Watch
from tests.factories.floods import genuine, templated
from tests.factories.visitors import open_mailbox, send_short_report
from tests.reporting.conftest import all_cases

if TYPE_CHECKING:
    from tests.factories.towns import Town

HERE = uuid4()
SENTENCE = "Ihr habt unsere Stadt verraten und dafür werdet ihr bezahlen"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def watch(clock: Clock) -> Watch:
    return Watch(clock)


def send(watch: Watch, text: str) -> str:
    held = watch.judge(HERE, text)
    watch.note(HERE, text, held=held)
    return held


# --- Words


def test_letters_digits_and_signs_do_not_make_a_difference() -> None:
    assert (
        words_of("GRÜSSE, 12 Straßen!")
        == words_of("gruesse: Strassen 99")
        == [
            "gruesse",
            "strassen",
        ]
    )
    assert trigrams("Wir\u200bkommen heute!  NACHT") == trigrams("wirkommen, Heute nacht 3")
    assert trigrams("Bitte Hilfe") == set()


def test_like_texts_make_a_group() -> None:
    texts = {uuid4(): templated(number) for number in range(20)}
    other = uuid4()
    groups = groups_of({other: genuine(1), **texts})
    assert sorted(map(len, groups)) == [1, 20]
    assert groups[0] == [other]
    # Texts too short to compare stay for themselves.
    assert len(groups_of({uuid4(): "Hilfe", uuid4(): "Hilfe"})) == 2


# --- A calm day


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.sampled_from([SENTENCE, "Hilfe", genuine(7), "Er schrie mich an."]), max_size=60)
)
def test_a_calm_day_never_holds_anything(texts: list[str]) -> None:
    watch = Watch()
    assert len(texts) <= RATE
    assert {send(watch, text) for text in texts} <= {""}


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_different_texts_are_never_alike_whatever_their_order(order: random.Random) -> None:
    texts = [genuine(number) for number in range(CROWD)]
    order.shuffle(texts)
    watch = Watch()
    assert {send(watch, text) for text in texts} == {""}


def test_a_town_hall_hands_in_three_hundred_within_an_hour(watch: Watch, clock: Clock) -> None:
    for _report in range(300):
        clock.now += 3600 / 300
        assert send(watch, "Am Schalter wurde ich beschimpft und bedroht.") == ""


# --- A flood


def test_real_reports_pass_a_flood_of_like_ones(watch: Watch) -> None:
    kinds = [True] * 20 + [False] * 1980
    random.Random(4).shuffle(kinds)
    told = [
        (is_real, send(watch, genuine(number) if is_real else templated(number)))
        for number, is_real in enumerate(kinds)
    ]
    assert [held for is_real, held in told if is_real] == [""] * 20
    passed = sum(1 for is_real, held in told if not is_real and not held)
    assert passed <= RATE + OTHERS


def test_in_a_flood_copies_are_held_from_the_fourth_on(watch: Watch) -> None:
    for number in range(RATE):
        assert send(watch, genuine(number)) == ""
    copies = [send(watch, f"{SENTENCE} {number}!") for number in range(6)]
    assert copies == ["", "", "", Held.SIMILAR, Held.SIMILAR, Held.SIMILAR]


def test_a_single_word_is_like_no_other(watch: Watch) -> None:
    assert [send(watch, "Hilfe") for _report in range(RATE + 10)] == [""] * (RATE + 10)


def test_a_crowd_of_different_texts_waits_beyond_the_second_bound(watch: Watch) -> None:
    held = [send(watch, genuine(number)) for number in range(CROWD + 5)]
    assert held == [""] * CROWD + [Held.CROWD] * 5
    assert watch.judge(uuid4(), genuine(1)) == ""  # another body is not concerned


def test_after_ten_minutes_it_is_calm_again(watch: Watch, clock: Clock) -> None:
    for _copy in range(RATE + 10):
        held = send(watch, SENTENCE)
    assert held == Held.SIMILAR
    clock.now += WINDOW + 1
    assert send(watch, SENTENCE) == ""
    assert len(watch) == 1


def test_somebody_who_has_to_send_again_is_not_their_own_flood(watch: Watch) -> None:
    for number in range(RATE):
        send(watch, genuine(number))
    assert [watch.judge(HERE, SENTENCE) for _try in range(10)] == [""] * 10


def test_copying_some_words_of_somebody_does_not_hold_their_report(watch: Watch) -> None:
    """Only who knows more than half of the words beforehand can do that."""
    victim = genuine(1)
    words = victim.split()
    half, most = " ".join(words[:20]), " ".join(words[:30])
    for number in range(RATE):
        send(watch, f"{half} {genuine(100 + number)}")
    assert watch.judge(HERE, victim) == ""
    for number in range(OTHERS):  # Negative control: knowing most of them is enough.
        send(watch, f"{most} {genuine(500 + number, 5)}")
    assert watch.judge(HERE, victim) == Held.SIMILAR


def test_memory_is_bounded_and_its_lack_lets_through() -> None:
    watch = Watch()
    tracemalloc.start()
    try:
        for number in range(MOST + 300):
            watch.note(HERE, genuine(number, 200), held="")
        used, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(watch) == MOST
    assert used < 40_000_000
    body = watch._bodies[HERE]
    assert len(body.reports_with) <= MOST * SAMPLE
    for _other in range(MOST):
        watch.note(uuid4(), "Etwas ganz anderes ist geschehen", held="")
    assert HERE not in watch._bodies


def test_no_process_can_foresee_which_words_another_looks_at() -> None:
    assert Watch()._hashes(SENTENCE) != Watch()._hashes(SENTENCE)


# --- At the form


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood from the third report on, so that the test need not send sixty."""
    monkeypatch.setattr(flood, "RATE", 2)
    monkeypatch.setattr(flood, "OTHERS", 2)
    monkeypatch.setattr("komma.reporting.actions.sending.watch", Watch())


@pytest.mark.django_db
@pytest.mark.usefixtures("soon")
def test_who_was_held_reads_the_same_and_has_the_same_mailbox(town: Town) -> None:
    pages, codes = [], []
    for _copy in range(3):
        client = Client()
        code = send_short_report(town.municipality.slug, SENTENCE, client)
        page = client.get("/melden/quittung/").content.decode()
        codes.append(code)
        pages.append(page.replace(code, "CODE"))
    assert sorted(case.held for case in all_cases()) == ["", "", Held.SIMILAR]
    numbers = [case.number for case in all_cases()]
    assert len({plain(page, numbers) for page in pages}) == 1
    boxes = [open_mailbox(code) for code in codes]
    assert len({plain(box, numbers) for box in boxes}) == 1
    assert "Eingegangen" in boxes[0]
    assert not any(word in "".join(boxes) for word in ("Quarantäne", "Flut", "Massen"))


def plain(page: str, numbers: list[str]) -> str:
    """Return a page without what differs for each report anyway."""
    for number in numbers:
        page = page.replace(number, "NUMBER")
    return re.sub(r'value="[^"]*"|[0-9a-f-]{36}|<span[^>]*>[0-9A-Z-]{4,5}</span>', "", page)


@pytest.mark.django_db
@pytest.mark.usefixtures("soon")
def test_a_held_report_is_a_full_case(town: Town) -> None:
    for _copy in range(3):
        send_short_report(town.municipality.slug, SENTENCE)
    cases = {case.held: case for case in all_cases()}
    normal, held = cases[""], cases[Held.SIMILAR]
    for name in ("status", "answer_due_on", "received_on", "unit_id", "news_for_holders"):
        assert getattr(normal, name) == getattr(held, name)
