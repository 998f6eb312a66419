"""Figures: the same for every reader, never below five, and nothing follows by subtraction."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from komma.cases.codes import GroupKind, Held
from komma.cases.figures import Period, periods, table
from komma.cases.models import Case
from komma.core.dates import today
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.municipalities.models import Municipality
from komma.procedures.codes import Side
from tests.factories import as_owner
from tests.factories.clients import signed_in

if TYPE_CHECKING:
    from tests.factories.towns import Town

HALF = Period(today().year - 1, 1)
OTHER_HALF = Period(today().year - 1, 2)
YEAR = Period(today().year - 1)
DAYS = {1: dt.date(HALF.year, 2, 3), 2: dt.date(HALF.year, 8, 3)}


def villages(count: int) -> list[Municipality]:
    with as_owner():
        return [
            Municipality.objects.create(
                slug=f"dorf-{number}",
                name=f"Dorf {number}",
                kind="municipality",
                ags=f"0599910{number}",
                municipality_kind="commune",
            )
            for number in range(count)
        ]


def received(town: Town, where: Municipality, count: int, **fields: Any) -> None:
    """Put bare cases past the intake: figures read nothing but what stands in the clear."""
    day = DAYS[fields.pop("half", 1)]
    with as_owner():
        Case.objects.bulk_create(
            Case(
                number=uuid4().hex[:9],
                organisation_id=town.municipality.pk,
                concerns_id=where.pk,
                unit=town.units[Pillar.ASSAULT],
                received_on=day,
                answer_due_on=day,
                **{"side": Side.OUTSIDE} | fields,
            )
            for _ in range(count)
        )


def shown(town: Town, period: Period = HALF, *, who: str = Pillar.COORDINATION) -> dict[str, Any]:
    """Return the numbers from outside by label."""
    with acting_as(town.one(who).id):
        return {row.label: row.numbers[0] for row in table(town.municipality.pk, period)}


def test_numbers_from_five_are_shown_and_small_towns_stand_together(town: Town) -> None:
    big, small, tiny = villages(3)
    received(town, big, 7)
    received(town, small, 4)
    received(town, tiny, 2)
    assert shown(town) == {"Dorf 0": 7, "übrige Orte": 6, "zusammen": 13}


def test_a_single_small_town_takes_the_next_smallest_with_it(town: Town) -> None:
    biggest, bigger, small = villages(3)
    received(town, biggest, 9)
    received(town, bigger, 6)
    received(town, small, 1)
    assert shown(town) == {"Dorf 0": 9, "übrige Orte": 7, "zusammen": 16}


def test_nothing_is_shown_where_too_little_is_left_to_hide_in(town: Town) -> None:
    (only,) = villages(1)
    received(town, only, 4)
    assert shown(town) == {"übrige Orte": None, "zusammen": None}
    received(town, only, 1)
    assert shown(town) == {"Dorf 0": 5, "übrige Orte": 0, "zusammen": 5}  # control


def test_the_most_that_small_towns_can_be_together_tells_each(town: Town) -> None:
    """Two towns below five that are eight together are four each."""
    first, second = villages(2)
    received(town, first, 4)
    received(town, second, 4)
    assert shown(town)["übrige Orte"] is None
    assert shown(town)["zusammen"] is None


def test_a_group_counts_once_where_and_when_it_began(town: Town) -> None:
    (village,) = villages(1)
    received(town, village, 6)
    received(town, village, 3, half=2)
    assert shown(town)["Dorf 0"] == 6  # control
    with as_owner():
        Case.objects.filter(received_on=DAYS[1]).first()
        ids = list(Case.objects.filter(received_on=DAYS[1]).values_list("pk", flat=True)[:2])
        ids += Case.objects.filter(received_on=DAYS[2]).values_list("pk", flat=True)
        Case.objects.filter(pk__in=ids).update(group=uuid4(), group_kind=GroupKind.SERIES)
    assert shown(town)["Dorf 0"] == 5
    assert "Dorf 0" not in shown(town, OTHER_HALF)


def test_quarantine_does_not_count_and_withdrawn_does(town: Town) -> None:
    (village,) = villages(1)
    received(town, village, 5, status="withdrawn", closed_on=DAYS[1])
    received(town, village, 4, held=Held.CROWD)
    assert shown(town)["Dorf 0"] == 5


def test_a_year_shows_only_what_both_halves_show(town: Town) -> None:
    """Else the hidden half would follow: twelve in the year and ten in one half leave two."""
    one, two = villages(2)
    for village, half, count in ((one, 1, 10), (one, 2, 2), (two, 1, 6), (two, 2, 6)):
        received(town, village, count, half=half)
    assert shown(town, HALF)["Dorf 0"] == 10
    assert "Dorf 0" not in shown(town, OTHER_HALF)
    assert shown(town, YEAR).get("Dorf 0") is None
    with as_owner():  # negative control: added up plainly, the hidden number follows
        plain = Case.objects.filter(concerns=one, received_on__year=YEAR.year).count()
    assert plain - 10 == 2


def test_every_reader_sees_the_same(town: Town) -> None:
    (village,) = villages(1)
    received(town, village, 6)
    readers = (Pillar.COORDINATION, Pillar.LEADERSHIP, Pillar.SUPPORT, Pillar.ASSAULT)
    assert all(shown(town, who=who)["Dorf 0"] == 6 for who in readers)


@pytest.mark.parametrize("who", [Pillar.OTHER, Pillar.ADMINISTRATION])
def test_others_read_no_figures(town: Town, who: str) -> None:
    assert signed_in(town.one(who)).get("/faelle/zahlen/").status_code == 403
    with pytest.raises(Error, match="no role"), transaction.atomic():
        shown(town, who=who)


def test_no_figures_of_other_organisations(town: Town, other_town: Town) -> None:
    with (
        acting_as(other_town.one(Pillar.COORDINATION).id),
        pytest.raises(Error, match="no role"),
        transaction.atomic(),
    ):
        table(town.municipality.pk, HALF)
    with pytest.raises(Error, match="no role"), transaction.atomic():
        table(town.municipality.pk, HALF)  # nobody


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2025-01-01", "2025-12-31"),
        ("2025-01-02", "2025-06-30"),
        ("2025-01-01", "2025-06-29"),
        ("2025-04-01", "2025-09-30"),
        ("2099-01-01", "2099-06-30"),
    ],
)
def test_only_finished_half_years_can_be_asked_for(town: Town, first: str, last: str) -> None:
    def ask(*days: str) -> None:
        with (
            acting_as(town.one(Pillar.COORDINATION).id),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM komma_figures(%s, %s, %s)", [town.municipality.pk, *days])

    ask("2025-01-01", "2025-06-30")  # control
    with pytest.raises(Error, match="not a finished half-year"):
        ask(first, last)


def test_the_running_half_year_is_not_offered() -> None:
    assert all(period.halves[-1][1] < today() for period in periods())
    assert HALF in periods()


# --- The attack: recompute what is hidden, from everything that is shown


def suppressed(numbers: dict[int, int]) -> dict[Any, int | None]:
    """Return what the database function shows, written a second time."""
    order = sorted(numbers, key=lambda town: numbers[town])
    hidden = sum(n < 5 for n in numbers.values())

    def rest() -> int:
        return sum(numbers[town] for town in order[:hidden])

    def is_safe() -> bool:
        return not hidden or (hidden > 1 and rest() >= 5 and hidden < rest() != 4 * hidden)

    while not is_safe() and hidden < len(order):
        following = numbers[order[hidden]]
        hidden = sum(n <= following for n in numbers.values())
    rows: dict[Any, int | None] = {town: numbers[town] for town in order[hidden:]}
    rows["total"] = sum(numbers.values()) if is_safe() else None
    return rows | ({"rest": rest() if is_safe() else None} if hidden else {})


def naive(numbers: dict[int, int]) -> dict[Any, int | None]:
    """Hide small numbers, but nothing beside them: without complementary suppression."""
    rows: dict[Any, int | None] = {town: n for town, n in numbers.items() if n >= 5}
    return rows | {"total": sum(numbers.values())}


def recomputable(numbers: dict[int, int], hide: Any) -> set[int]:
    """Return the towns whose number below five everything shown leaves only one value for.

    The attacker knows how it is hidden and which towns had cases, and tries every combination
    that would have been shown just like this.
    """
    rows = hide(numbers)
    hidden = [town for town in numbers if town not in rows]
    if not hidden or rows["total"] is None:
        return set()
    left = rows["total"] - sum(n for town, n in rows.items() if isinstance(town, int) and n)
    guesses = [
        dict(zip(hidden, guess, strict=True))
        for guess in itertools.product(range(1, left + 1), repeat=len(hidden))
        if sum(guess) == left and hide(numbers | dict(zip(hidden, guess, strict=True))) == rows
    ]
    return {
        town
        for town in hidden
        if numbers[town] < 5 and len({guess[town] for guess in guesses}) == 1
    }


def without_ends(numbers: dict[int, int]) -> dict[Any, int | None]:
    """Hide two together, but not what is the least or the most that towns can be together."""
    small = {town for town, n in numbers.items() if n < 5}
    rows: dict[Any, int | None] = {t: n for t, n in numbers.items() if t not in small}
    return rows | {"total": sum(numbers.values())}


def test_without_complementary_suppression_the_attack_succeeds() -> None:
    """Negative control."""
    assert recomputable({0: 9, 1: 6, 2: 3}, naive) == {2}
    assert recomputable({0: 4, 1: 4}, without_ends) == {0, 1}
    assert recomputable(dict.fromkeys(range(5), 1), without_ends) == set(range(5))


@given(counts=st.lists(st.integers(1, 9), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_no_hidden_number_can_be_recomputed(counts: list[int]) -> None:
    assert recomputable(dict(enumerate(counts)), suppressed) == set()


def test_five_towns_with_one_case_each_stay_hidden() -> None:
    assert recomputable(dict.fromkeys(range(5), 1), suppressed) == set()


@given(counts=st.lists(st.integers(1, 12), max_size=6))
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_database_hides_just_so(town: Town, counts: list[int]) -> None:
    with transaction.atomic():
        places = villages(len(counts))
        for place, count in zip(places, counts, strict=True):
            received(town, place, count)
        with acting_as(town.one(Pillar.LEADERSHIP).id), connection.cursor() as cursor:
            cursor.execute(
                "SELECT line, town, cases FROM komma_figures(%s, %s, %s) WHERE side = 'outside'",
                [town.municipality.pk, *HALF.halves[0]],
            )
            found = cursor.fetchall()
        transaction.set_rollback(True)
    numbered: dict[UUID, int] = {place.pk: n for n, place in enumerate(places)}
    rows = {numbered[pk] if pk else line: n for line, pk, n in found}
    expected = suppressed(dict(enumerate(counts)))
    assert rows == (expected if counts else {"rest": None, "total": None})
    assert all(n is None or n >= 5 for n in rows.values())


# --- The pages


def test_page_paper_and_file_show_the_same(town: Town) -> None:
    big, small = villages(2)
    received(town, big, 7)
    received(town, small, 3)
    client = signed_in(town.one(Pillar.COORDINATION))
    chosen = f"?zeitraum={HALF.code}"
    for address in ("/faelle/zahlen/", "/faelle/zahlen/drucken/"):
        text = client.get(address + chosen).content.decode()
        assert ">10<" in text
        assert ">7<" not in text
        assert ">3<" not in text
    file = client.get(f"/faelle/zahlen/datei/{chosen}")
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "übrige Orte;10;;" in file.content.decode()
    assert "Dorf" not in file.content.decode()
    assert client.get("/faelle/zahlen/?zeitraum=2099-1").status_code == 404


def test_nobody_signs_in_first(db: None) -> None:
    assert "/anmelden/" in Client().get("/faelle/zahlen/").headers["Location"]
