"""The arithmetic of the benchmarks; nothing here is timed."""

import pytest

from benchmarks.client import Answer, Unexpected
from benchmarks.figures import Figure, median, p95, table
from benchmarks.load import Load


def test_percentiles_are_in_milliseconds() -> None:
    seconds = [number / 1000 for number in range(1, 101)]
    assert median(seconds) == pytest.approx(50.5)
    assert p95(seconds) == pytest.approx(95)
    assert p95([0.004]) == pytest.approx(4)


def test_a_ratio_needs_a_bare_view() -> None:
    assert Figure("page", 6.0, "ms", 2.0).ratio == 3.0
    assert Figure("lost", 0, "").ratio is None


def test_the_table_shows_value_bare_view_ratio_and_aim() -> None:
    line = table([Figure("page, median", 6.0, "ms", 2.0, "5 ms")]).splitlines()[-1]
    assert line.split() == ["page,", "median", "6", "ms", "2", "ms", "3", "5", "ms"]


def test_loads_of_the_same_kind_add_up() -> None:
    load = Load([0.1, 0.1], duration=1.0, busy=0.2)
    load.add(Load([0.1, 0.1], duration=1.0, busy=0.6))
    assert load.rate == 2.0
    assert load.cost == pytest.approx(200)


def test_an_unexpected_answer_stops_the_measurement() -> None:
    page = Answer(200, "", b"<h1>Fehler</h1><script>x</script>", 0.0)
    assert page.expect(200) is page
    with pytest.raises(Unexpected, match="Fehler"):
        page.expect(302, "/melden/quittung/$")
    with pytest.raises(Unexpected):
        Answer(302, "/anmelden/", b"", 0.0).expect(302, "/melden/")
