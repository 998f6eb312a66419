"""Classifying a case by the criteria of its house, and the history of that."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from komma.cases.actions import work
from komma.cases.models import Case, Entry
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.procedures.actions import set_levels
from komma.procedures.levels import LevelRow, shipped_levels
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import case_of

if TYPE_CHECKING:
    from django.test import Client

    from tests.factories.reports import Reported
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(town: Town, reported: Reported) -> Client:
    holder = town.one(Pillar.ASSAULT)
    with acting_as(holder.id):
        work.take_over(case_of(holder, reported), "frei", version=0)
    return signed_in(holder)


def case() -> Case:
    with as_owner():
        return Case.objects.get()


def address(reported: Reported) -> str:
    return reverse("cases:step", args=[reported.id, "einstufen"])


def code(level: int, number: int = 0) -> str:
    return shipped_levels()[level].coded[number][0]


def text_of(response: Any) -> str:
    return str(response.content.decode())


def send(client: Client, reported: Reported, **data: Any) -> Any:
    return client.post(address(reported), {"version": case().version} | data)


def test_criteria_level_and_reason_stand_in_the_timeline(
    client: Client, reported: Reported
) -> None:
    page = text_of(client.get(address(reported)))
    for row in shipped_levels():
        assert f"Stufe {row.label}" in page
        assert all(criterion in page for criterion in row.criteria)
    chosen = [code(1), code(2, 1)]
    response = send(client, reported, criteria=chosen, level=2, reason="Er hat es gesagt.")
    assert response.status_code == 302, text_of(response)
    page = text_of(client.get(reverse("cases:case", args=[reported.id])))
    for words in (
        "Stufe 2 – Gewalt, eindeutige Bedrohung",
        shipped_levels()[1].criteria[0],
        shipped_levels()[2].criteria[1],
        "Er hat es gesagt.",
    ):
        assert words in page


def test_back_and_forth_each_with_a_reason_and_nothing_is_lost(
    client: Client, reported: Reported
) -> None:
    for number, level in enumerate((1, 3, 0, 2)):
        assert send(client, reported, level=level, reason=f"Grund {number}").status_code == 302
    assert case().level == 2
    page = text_of(client.get(reverse("cases:case", args=[reported.id])))
    assert all(f"Grund {number}" in page for number in range(4))


def test_without_a_level_the_highest_with_a_criterion_is_chosen(
    client: Client, reported: Reported
) -> None:
    response = send(client, reported, criteria=[code(0), code(2)], reason="Siehe oben.")
    assert response.status_code == 200
    page = text_of(response)
    assert "Nach dem, was zutrifft, ist es Stufe 2" in page
    chosen = re.search(r'<input type="radio" name="level" value="2"[^>]*>', page)
    assert chosen is not None
    assert " checked" in chosen[0]
    assert "Siehe oben." in page
    assert case().level is None


def test_a_lower_level_is_asked_about_once(client: Client, reported: Reported) -> None:
    data = {"criteria": [code(2)], "level": 1, "reason": "Nur angedeutet."}
    response = send(client, reported, **data)
    assert response.status_code == 200
    page = text_of(response)
    assert "Angekreuzt ist ein Merkmal der Stufe 2" in page
    assert "Ja, trotzdem Stufe 1" in page
    assert case().level is None
    without_reason = send(client, reported, **(data | {"reason": "", "lower": "on"}))
    assert "Bitte begründen Sie die Stufe kurz" in text_of(without_reason)
    assert "Angekreuzt ist ein Merkmal" not in text_of(without_reason)
    assert "Ja, trotzdem Stufe 1" in text_of(without_reason)
    assert send(client, reported, **data, lower="on").status_code == 302
    assert case().level == 1


def test_a_higher_level_needs_no_criterion(client: Client, reported: Reported) -> None:
    assert (
        send(client, reported, criteria=[code(1)], level=3, reason="Vorsicht.").status_code == 302
    )


def own(town: Town) -> list[LevelRow]:
    """Set levels of the town's own, in which damage is of level 2."""
    rows = list(shipped_levels())
    rows[2] = replace(rows[2], title="Gewalt und Schaden", criteria=("Es geht etwas kaputt.",))
    person = town.one(Pillar.COORDINATION).id
    with acting_as(person):
        set_levels(
            organisation_id=town.municipality.pk, rows=rows, reason="Rat", number=0, by=person
        )
    return rows


def test_the_table_of_the_house_counts_and_later_ones_change_no_history(
    town: Town, client: Client, reported: Reported
) -> None:
    send(client, reported, criteria=[code(2)], level=2, reason="Erst so.")
    rows = own(town)
    page = text_of(client.get(address(reported)))
    assert "Es geht etwas kaputt." in page
    assert "Gewalt, eindeutige Bedrohung" not in page
    stale = send(client, reported, criteria=[code(2)], level=2, reason="Alte Seite.")
    assert "Die Merkmale haben sich inzwischen geändert" in text_of(stale)
    assert "Alte Seite." in text_of(stale)
    send(client, reported, criteria=[rows[2].coded[0][0]], level=2, reason="Dann so.")
    page = text_of(client.get(reverse("cases:case", args=[reported.id])))
    for words in ("Stufe 2 – Gewalt und Schaden", "Stufe 2 – Gewalt, eindeutige Bedrohung"):
        assert words in page


def test_criteria_are_sealed(client: Client, reported: Reported) -> None:
    send(client, reported, criteria=[code(2)], level=2, reason="Er hat es gesagt.")
    words = shipped_levels()[2].criteria[0]
    with as_owner():
        bodies = [bytes(body) for body in Entry.objects.values_list("body", flat=True)]
    assert bodies
    assert not any(words.encode() in body for body in bodies)
