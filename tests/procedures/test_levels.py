"""What the levels of danger mean: reading, setting, history."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.core.exceptions import PermissionDenied

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.procedures.actions import Refused, Stale, set_levels
from komma.procedures.forms import LevelsForm
from komma.procedures.levels import LevelRow, shipped_levels
from komma.procedures.models import LevelTable
from komma.procedures.queries import level_history, level_table
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.procedures.desk import editor

if TYPE_CHECKING:
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

CHANGE = "/verfahren/stufen/aendern/"


def renamed(title: str) -> list[LevelRow]:
    rows = list(shipped_levels())
    rows[1] = replace(rows[1], title=title)
    return rows


def put(town: Town, title: str, number: int) -> None:
    person = editor(town).id
    with acting_as(person):
        set_levels(
            organisation_id=town.municipality.pk,
            rows=renamed(title),
            reason=f"Beschluss: {title}",
            number=number,
            by=person,
        )


def data(town: Town, title: str, number: int, **changes: Any) -> dict[str, Any]:
    """Return what the form sends."""
    rest = {"organisation": town.municipality.pk, "reason": "Wegen des Beschlusses."}
    return LevelsForm.initial_of(renamed(title)) | rest | {"number": number} | changes


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_the_shipped_levels_hold_until_a_town_sets_its_own(town: Town, other_town: Town) -> None:
    with acting_as(town.one(Pillar.ASSAULT).id):
        assert level_table(town.municipality.pk) == shipped_levels()
    put(town, "laut und grob", 0)
    with acting_as(town.one(Pillar.ASSAULT).id):
        assert level_table(town.municipality.pk)[1].title == "laut und grob"
    with acting_as(editor(other_town).id):
        assert level_table(other_town.municipality.pk) == shipped_levels()
        assert level_table(town.municipality.pk) == shipped_levels()  # its rows are out of sight


def test_every_change_is_kept_and_never_changed(town: Town) -> None:
    for number, title in enumerate(("Eins", "Zwei")):
        put(town, title, number)
    with acting_as(editor(town).id):
        history = level_history(town.municipality.pk)
        assert [each.rows[1].title for each in history] == [
            "Zwei",
            "Eins",
            shipped_levels()[1].title,
        ]
        assert LevelTable.objects.update(reason="umgeschrieben") == 0
        assert LevelTable.objects.all()._raw_delete("default") == 0
    with as_owner():  # negative control: without the policies it would change
        assert LevelTable.objects.update(reason="umgeschrieben") == 2


def test_only_the_coordination_sets_them(town: Town) -> None:
    person = town.one(Pillar.LEADERSHIP).id
    with acting_as(person), pytest.raises(PermissionDenied):
        set_levels(
            organisation_id=town.municipality.pk,
            rows=renamed("x"),
            reason="x",
            number=0,
            by=person,
        )


def test_the_second_is_told_and_no_change_is_none(town: Town) -> None:
    put(town, "Eins", 0)
    with pytest.raises(Stale):
        put(town, "Zwei", 0)
    with pytest.raises(Refused, match="nichts geändert"):
        put(town, "Eins", 1)


def test_setting_them_on_the_page(town: Town) -> None:
    client = signed_in(editor(town))
    assert client.post(CHANGE, data(town, "laut und grob", 0)).status_code == 302
    page = text_of(signed_in(town.one(Pillar.ASSAULT)).get("/verfahren/stufen/"))
    for words in ("laut und grob", "Wegen des Beschlusses.", editor(town).person.name, "Vorher"):
        assert words in page
    assert "Stufen ändern" not in page
    for address in ("/verfahren/uebergriff/", "/verfahren/uebergriff/planspiel/"):
        assert "1 – laut und grob" in text_of(client.get(address))


def test_a_stale_page_keeps_what_was_typed(town: Town) -> None:
    put(town, "Eins", 0)
    client = signed_in(editor(town))
    response = client.post(CHANGE, data(town, "Mein Wort", 0))
    assert response.status_code == 409
    page = text_of(response)
    assert "Inzwischen haben sich die Stufen geändert" in page
    assert page.count("Mein Wort") == 2
    assert "Eins" in page
    assert client.post(CHANGE, data(town, "Mein Wort", 1)).status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": ""}, "Bitte nennen Sie den Grund"),
        ({"title_2": ""}, "Bitte geben Sie der Stufe einen Namen"),
        ({"criteria_2": " \n "}, "mindestens ein Merkmal"),
        ({"criteria_2": "\n".join(map(str, range(13)))}, "höchstens 12 Merkmale"),
        ({"criteria_2": "x" * 201}, "länger als 200 Zeichen"),
        ({"acts_0": ""}, "wer handelt"),
    ],
)
def test_a_wrong_table_is_shown_again(changes: dict[str, str], words: str, town: Town) -> None:
    client = signed_in(editor(town))
    response = client.post(CHANGE, data(town, "Mein Wort", 0, **changes))
    assert response.status_code == 200
    assert words in text_of(response)
    assert "Mein Wort" in text_of(response)


def test_criteria_are_one_a_line_each_once(town: Town) -> None:
    form = LevelsForm(data(town, "x", 0, criteria_3="  Eins \r\n\r\nZwei\nEins\n"))
    assert form.is_valid(), form.errors
    assert form.rows()[3].criteria == ("Eins", "Zwei")


def test_a_page_of_another_town_sets_nothing_here(town: Town, other_town: Town) -> None:
    """Who coordinates two towns may have changed over in another tab."""
    client = signed_in(editor(town))
    response = client.post(CHANGE, data(other_town, "Mein Wort", 0))
    assert "für eine andere Kommune" in text_of(response)
    assert "Mein Wort" in text_of(response)
    with acting_as(editor(town).id):
        assert level_table(town.municipality.pk) == shipped_levels()
