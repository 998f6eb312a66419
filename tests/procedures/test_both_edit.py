"""Two people, or two windows, change the same form of a draft: neither undoes the other unseen."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from komma.core.rows import acting_as
from komma.procedures import actions
from komma.procedures.forms import merging
from komma.procedures.model import Limit, LimitUnit
from tests.factories.clients import signed_in
from tests.procedures.desk import SLUG, begin, editor, found, on, second_editor

if TYPE_CHECKING:
    from django.test import Client

    from komma.procedures.model import Step
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

EDIT = f"/verfahren/{SLUG}/bearbeiten/"
STEP = f"{EDIT}schritt/schutz/"
APART = "Es betrifft nicht, was Sie geschrieben haben."


@pytest.fixture
def client(town: Town) -> Client:
    begin(town)
    return signed_in(editor(town))


@pytest.fixture
def other(town: Town) -> Account:
    return second_editor(town)


def sent(response: Any, **typed: Any) -> dict[str, Any]:
    """Return what a browser sends of the form on a page, with what somebody typed."""
    form = response.context["form"]
    values = {field.name: field.value() for field in form}
    return {k: v for k, v in values.items() if v not in (False, None)} | typed


def step_of(town: Town) -> Step:
    return found(town).procedure.step("schutz")


def save(town: Town, by: Account, **changes: Any) -> None:
    with acting_as(by.id):
        step = replace(step_of(town), **changes)
        actions.save_step(on(town, found(town).mark, by=by.id), step)


def conflicts(response: Any) -> list[str]:
    """Return the labels that stand side by side in the alert."""
    page = unescape(response.content.decode())
    return re.findall(r"<dt><strong>(.+?)</strong></dt>", page)


def test_what_only_the_other_changed_is_kept(town: Town, client: Client, other: Account) -> None:
    mine = sent(client.get(STEP), guidance="Mein Text.")
    two_weeks = Limit(2, LimitUnit.WEEKS)
    save(town, other, done="Anders erledigt.", tells="Ein Satz.", limit=two_weeks, after=())
    response = client.post(STEP, mine)
    assert response.status_code == 409
    assert APART in response.content.decode()
    assert conflicts(response) == []
    assert f"Inzwischen hat {other.person.name} den Entwurf" in response.content.decode()
    assert client.post(STEP, sent(response)).status_code == 302
    now = step_of(town)
    assert (now.guidance, now.done, now.tells) == ("Mein Text.", "Anders erledigt.", "Ein Satz.")
    assert now.limit == two_weeks


def test_only_what_both_changed_stands_side_by_side(
    town: Town, client: Client, other: Account
) -> None:
    mine = sent(client.get(STEP), guidance="Mein Text.", title="Mein Titel")
    save(town, other, guidance="Der andere Text.", done="Anders erledigt.")
    response = client.post(STEP, mine)
    assert conflicts(response) == ["Anleitung"]
    page = response.content.decode()
    assert "Der andere Text." in page
    assert "Alles andere, was sich inzwischen geändert hat, bleibt." in page
    assert client.post(STEP, sent(response)).status_code == 302
    now = step_of(town)
    assert (now.title, now.guidance, now.done) == ("Mein Titel", "Mein Text.", "Anders erledigt.")


def test_a_third_change_during_the_conflict_is_kept_too(
    town: Town, client: Client, other: Account
) -> None:
    mine = sent(client.get(STEP), guidance="Mein Text.")
    save(town, other, done="Anders erledigt.")
    response = client.post(STEP, mine)
    save(town, other, done="Noch anders.", title="Neuer Titel")
    response = client.post(STEP, sent(response))
    assert response.status_code == 409
    assert client.post(STEP, sent(response)).status_code == 302
    now = step_of(town)
    assert (now.title, now.guidance, now.done) == ("Neuer Titel", "Mein Text.", "Noch anders.")


def test_whoever_typed_nothing_undoes_nothing(town: Town, client: Client, other: Account) -> None:
    mine = sent(client.get(STEP))
    save(town, other, guidance="Der andere Text.")
    assert client.post(STEP, mine).status_code == 302
    assert step_of(town).guidance == "Der andere Text."


def test_number_and_unit_of_a_limit_are_one(town: Town, client: Client, other: Account) -> None:
    save(town, other, limit=Limit(3, LimitUnit.WORKING_DAYS))
    mine = sent(client.get(STEP), limit_number="5")
    save(town, other, limit=Limit(3, LimitUnit.WEEKS))
    response = client.post(STEP, mine)
    assert conflicts(response) == ["Frist"]
    assert client.post(STEP, sent(response)).status_code == 302
    assert step_of(town).limit == Limit(5, LimitUnit.WORKING_DAYS)


def test_ones_own_other_window_is_named_so(town: Town, client: Client) -> None:
    mine = sent(client.get(STEP), guidance="Mein Text.")
    save(town, editor(town), guidance="Aus dem anderen Fenster.")
    page = client.post(STEP, mine).content.decode()
    assert "Sie haben den Entwurf inzwischen in einem anderen Fenster geändert" in page
    assert editor(town).person.name not in page.split("<main")[1].split("</main>")[0]


def test_scope_and_texts_keep_what_the_other_changed(
    town: Town, client: Client, other: Account
) -> None:
    scope = sent(client.get(f"{EDIT}geltung/"), interim_weeks="7")
    texts = sent(client.get(f"{EDIT}beschreibung/"), title="Mein Titel")
    when = replace(found(town).procedure.when, levels=frozenset({2, 3}))
    with acting_as(other.id):
        actions.save_procedure_head(
            on(town, found(town).mark, by=other.id), when=when, scene="Ein anderer Fall."
        )
    for part, data in (("geltung", scope), ("beschreibung", texts)):
        response = client.post(f"{EDIT}{part}/", data)
        assert (response.status_code, conflicts(response)) == (409, [])
        assert client.post(f"{EDIT}{part}/", sent(response)).status_code == 302
    now = found(town).procedure
    assert (now.interim_weeks, now.title, now.scene) == (7, "Mein Titel", "Ein anderer Fall.")
    assert now.when == when


def test_a_step_that_is_gone_keeps_all_that_was_typed(
    town: Town, client: Client, other: Account
) -> None:
    before = step_of(town)
    mine = sent(client.get(STEP), guidance="Mein Text.")
    with acting_as(other.id):
        actions.remove_step(on(town, found(town).mark, by=other.id), "schutz")
    response = client.post(STEP, mine)
    assert response.status_code == 409
    assert client.post(STEP, sent(response)).status_code == 302
    assert step_of(town) == replace(before, guidance="Mein Text.")


@pytest.mark.parametrize("base", ["", "zu kurz", "x" * 64])
def test_a_strange_base_loses_nothing(
    base: str, town: Town, client: Client, other: Account
) -> None:
    mine = sent(client.get(STEP), guidance="Mein Text.", base=base)
    save(town, other, guidance="Der andere Text.")
    response = client.post(STEP, mine)
    assert conflicts(response) == ["Anleitung"]
    assert client.post(STEP, sent(response)).status_code == 302
    assert step_of(town).guidance == "Mein Text."


def test_line_ends_and_order_are_no_change() -> None:
    base = merging.base_of({"text": ["Eins\nzwei"], "many": ["a", "b"]})
    assert base == merging.base_of({"text": ["Eins\r\nzwei "], "many": ["b", "a"]})
    assert base != merging.base_of({"text": ["Eins zwo"], "many": ["a", "b"]})


def test_the_codes_are_no_words_of_a_person(client: Client) -> None:
    """Where the sign-in has ended, words are shown again; these ride along unseen."""
    base = sent(client.get(STEP))["base"]
    assert re.fullmatch(r"[a-z0-9]{4,64}", base)
