"""The pages of the editor: for whom they are, and that nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from komma.procedures import actions
from komma.procedures.forms import StepForm
from komma.procedures.shipped import shipped
from tests.factories.clients import signed_in
from tests.procedures.desk import SLUG, begin, editor, found, on, published, second_editor

if TYPE_CHECKING:
    from komma.procedures.model import Step
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

# Session, person, memberships and the like included.
MOST_QUERIES = 22
EDIT = f"/verfahren/{SLUG}/bearbeiten/"
DRAFT_PAGES = [
    EDIT,
    f"{EDIT}beschreibung/",
    f"{EDIT}geltung/",
    f"{EDIT}neuer-schritt/",
    f"{EDIT}schritt/schutz/",
    f"{EDIT}schritt/schutz/entfernen/",
    f"{EDIT}neuer-abschnitt/",
    f"{EDIT}abschnitt/akut/",
    f"{EDIT}vorschau/",
    f"{EDIT}vorschau/?stufe=0",
    f"{EDIT}planspiel/",
    f"{EDIT}vergleich/",
    f"{EDIT}veroeffentlichen/",
    f"{EDIT}verwerfen/",
]
WRITING_PAGES = [
    "/verfahren/neu/",
    "/verfahren/stufen/aendern/",
    f"/verfahren/{SLUG}/fassungen/1/wieder-aufnehmen/",
    *DRAFT_PAGES,
]
READING_PAGES = [
    "/verfahren/stufen/",
    f"/verfahren/{SLUG}/fassungen/",
    f"/verfahren/{SLUG}/fassungen/1/",
    f"/verfahren/{SLUG}/fassungen/0/",
    f"/verfahren/{SLUG}/fassungen/0/vergleich/",
]


@pytest.fixture
def client(town: Town) -> Client:
    return signed_in(editor(town))


def text_of(response: Any) -> str:
    return str(response.content.decode())


def step_data(town: Town, step_id: str = "schutz", **changes: Any) -> dict[str, Any]:
    """Return what the form of a step sends, with changes."""
    now = found(town)
    known = {step.id: step for step in now.procedure.steps}
    step = known.get(step_id, now.procedure.steps[0])
    data = {k: v for k, v in StepForm.initial_of(step).items() if v not in (False, None)}
    return data | {"mark": now.mark} | changes


# --- For whom


@pytest.mark.parametrize("address", WRITING_PAGES)
def test_the_coordination_writes_and_nobody_else(
    address: str, town: Town, other_town: Town, client: Client
) -> None:
    published(town)
    begin(town)
    assert client.get(address).status_code == 200
    colleague = signed_in(town.one(Pillar.ASSAULT))
    assert colleague.get(address).status_code == 403
    assert colleague.post(address).status_code in (403, 405)
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("address", READING_PAGES)
def test_members_read_versions_and_levels(address: str, town: Town) -> None:
    published(town)
    assert signed_in(town.one(Pillar.ASSAULT)).get(address).status_code == 200
    assert Client().get(address).status_code == 302


def test_links_at_versions_say_which_version_they_mean(town: Town) -> None:
    published(town)
    published(town)
    page = text_of(signed_in(town.one(Pillar.ASSAULT)).get(f"/verfahren/{SLUG}/fassungen/"))
    for of in ("Mitgelieferte Vorlage", "Fassung 1"):
        assert f'Mit der geltenden vergleichen<span class="kern-sr-only">: {of}</span>' in page


def test_what_one_town_writes_another_does_not_find(town: Town, other_town: Town) -> None:
    person, organisation = editor(town).id, town.municipality.pk
    with acting_as(person):
        slug = actions.begin_copy(
            organisation_id=organisation, source=SLUG, title="Freibad", by=person
        )
    published(town, slug)
    begin(town, slug)
    outsider = signed_in(editor(other_town))
    for part in ("", "fassungen/", "fassungen/1/", "bearbeiten/", "bearbeiten/vergleich/"):
        assert outsider.get(f"/verfahren/{slug}/{part}").status_code == 404
    colleague = signed_in(town.one(Pillar.ASSAULT))
    assert colleague.get(f"/verfahren/{slug}/").status_code == 200
    assert "Freibad" not in text_of(outsider.get("/verfahren/"))


def test_a_draft_shows_to_nobody_else(town: Town, client: Client) -> None:
    begin(town)
    with acting_as(editor(town).id):
        actions.save_procedure_head(on(town, found(town).mark), title="Streng geheimer Titel")
    colleague = signed_in(town.one(Pillar.ASSAULT))
    for address in ("/verfahren/", f"/verfahren/{SLUG}/"):
        assert "Streng geheimer Titel" not in text_of(colleague.get(address))
        assert "Entwurf" not in text_of(colleague.get(address))
    assert "Streng geheimer Titel" in text_of(client.get(EDIT))
    assert "Entwurf" in text_of(client.get("/verfahren/"))


@pytest.mark.parametrize("address", DRAFT_PAGES)
def test_without_a_draft_pages_lead_to_its_beginning(address: str, client: Client) -> None:
    response = client.get(address)
    assert response.status_code in (200, 302, 404)
    if response.status_code == 200:
        assert "Entwurf beginnen" in text_of(response)


def test_unknown_things_are_not_found(town: Town, client: Client) -> None:
    begin(town)
    for address in (
        "/verfahren/gibt-es-nicht/bearbeiten/",
        "/verfahren/gibt-es-nicht/fassungen/",
        f"/verfahren/{SLUG}/fassungen/7/",
        f"/verfahren/{SLUG}/fassungen/7/vergleich/",
        f"/verfahren/{SLUG}/fassungen/7/wieder-aufnehmen/",
        f"{EDIT}schritt/gibt-es-nicht/",
        f"{EDIT}schritt/gibt-es-nicht/entfernen/",
        f"{EDIT}abschnitt/gibt-es-nicht/",
    ):
        assert client.get(address).status_code == 404, address


# --- The whole path


def test_from_beginning_to_being_in_force(town: Town, client: Client) -> None:
    assert client.post(EDIT).status_code == 302
    head = {"title": "Bei uns", "about": "Wenn …", "scene": "Montag …", "source": "Beschluss"}
    response = client.post(f"{EDIT}beschreibung/", head | {"mark": found(town).mark})
    assert response.status_code == 302, text_of(response)
    scope = {"pillars": ["assault", "support"], "levels": ["1", "2", "3"], "interim_weeks": "2"}
    response = client.post(f"{EDIT}geltung/", scope | {"mark": found(town).mark})
    assert response.status_code == 302, text_of(response)
    changed = step_data(town, limit_number="2", limit_unit="hours", tells="Jemand ist bei Ihnen.")
    assert client.post(f"{EDIT}schritt/schutz/", changed).status_code == 302
    page = text_of(client.get(f"{EDIT}vergleich/"))
    for words in ("Bei uns", "innerhalb von 2 Stunden", "innerhalb einer Stunde", "alle 2 Wochen"):
        assert words in page
    note = {"mark": found(town).mark, "change_note": "Kürzer.", "sure": "on"}
    response = client.post(f"{EDIT}veroeffentlichen/", note)
    assert response.status_code == 302, text_of(response)
    page = text_of(signed_in(town.one(Pillar.ASSAULT)).get(f"/verfahren/{SLUG}/"))
    assert "Bei uns" in page
    assert "Fassung 1 Ihrer Kommune, gilt seit" in page
    assert editor(town).person.name in text_of(client.get(f"/verfahren/{SLUG}/fassungen/"))


def test_adding_a_step_and_a_phase(town: Town, client: Client) -> None:
    begin(town)
    phase = {"name": "abschnitt-0a1b2c3d", "title": "Vorher", "mark": found(town).mark}
    assert client.post(f"{EDIT}neuer-abschnitt/", phase).status_code == 302
    new = step_data(
        town, name="schritt-0a1b2c3d", title="Tür schließen", phase="abschnitt-0a1b2c3d"
    )
    assert client.post(f"{EDIT}neuer-schritt/", new).status_code == 302
    assert found(town).procedure.step("schritt-0a1b2c3d").phase == "abschnitt-0a1b2c3d"
    # The same form again, as a double click sends it, adds nothing and says so as if it were new.
    assert client.post(f"{EDIT}neuer-schritt/", new).status_code == 302
    assert sum(s.title == "Tür schließen" for s in found(town).procedure.steps) == 1
    move = {"mark": found(town).mark, "phase_up": "abschnitt-0a1b2c3d"}
    response = client.post(f"{EDIT}reihenfolge/", move)
    assert response.headers["Location"].endswith("#abschnitt-abschnitt-0a1b2c3d")
    drop = f"{EDIT}abschnitt/abschnitt-0a1b2c3d/entfernen/"
    page = client.post(drop, {"mark": found(town).mark}, follow=True)
    assert "noch Schritte" in text_of(page)
    remove = f"{EDIT}schritt/schritt-0a1b2c3d/entfernen/"
    client.post(remove, {"mark": found(town).mark})
    client.post(drop, {"mark": found(town).mark})
    assert found(town).procedure == shipped()[SLUG]


@pytest.mark.parametrize("name", ["schutz", "schritt-äöüäöüäö", "schritt-0a1b2c3d/", ""])
def test_a_forged_name_does_not_become_one(name: str, town: Town, client: Client) -> None:
    begin(town)
    new = step_data(town, name=name, title="Untergeschoben")
    assert client.post(f"{EDIT}neuer-schritt/", new).status_code == 302
    added = [s.id for s in found(town).procedure.steps if s.title == "Untergeschoben"]
    assert len(added) == 1
    assert added[0] not in ("schutz", name)
    assert client.get(EDIT).status_code == 200


def test_removing_says_what_waits_then(town: Town, client: Client) -> None:
    begin(town)
    page = text_of(client.get(f"{EDIT}schritt/gespraech/entfernen/"))
    assert "„Schutz zu Hause und bei Terminen“ wartet auf: Gefahr einstufen" in page


def test_problems_are_named_with_the_way_to_the_step(town: Town, client: Client) -> None:
    begin(town)
    broken = replace(found(town).procedure.step("schutz"), after=("abschluss",), consent=True)
    with acting_as(editor(town).id):
        actions.save_step(on(town, found(town).mark), replace(broken, tells=""))
    page = text_of(client.get(EDIT))
    assert "warten im Kreis aufeinander" in page
    assert "erfährt nichts davon" in page
    assert f'href="{EDIT}schritt/schutz/"' in page
    assert "lässt sich der Ablauf nicht zeichnen" in page
    assert "<svg" not in page
    page = text_of(client.get(f"{EDIT}planspiel/", follow=True))
    assert "Lösen Sie das zuerst" in page
    page = text_of(client.get(f"{EDIT}veroeffentlichen/"))
    assert "Was ändert sich?" not in page
    note = {"mark": found(town).mark, "change_note": "Kürzer.", "sure": "on"}
    assert client.post(f"{EDIT}veroeffentlichen/", note).status_code == 200


def test_the_planspiel_with_a_draft(town: Town, client: Client) -> None:
    begin(town)
    with acting_as(editor(town).id):
        step = replace(found(town).procedure.step("schutz"), title="Alle ins Treppenhaus")
        actions.save_step(on(town, found(town).mark), step)
    page = text_of(client.post(f"{EDIT}planspiel/", {"stufe": "2"}))
    assert "Alle ins Treppenhaus" in page
    page = text_of(client.post(f"/verfahren/{SLUG}/planspiel/", {"stufe": "2"}))
    assert "Alle ins Treppenhaus" not in page


def test_a_new_procedure_from_a_copy(town: Town, client: Client) -> None:
    response = client.post("/verfahren/neu/", {"source": SLUG, "title": "Übergriffe im Freibad"})
    assert response.headers["Location"] == "/verfahren/uebergriffe-im-freibad/bearbeiten/"
    page = text_of(client.get("/verfahren/uebergriffe-im-freibad/bearbeiten/vergleich/"))
    assert "es gibt nichts zu vergleichen" in page
    assert "noch nicht veröffentlicht" in text_of(client.get("/verfahren/"))


def test_an_older_version_is_taken_up_again(town: Town, client: Client) -> None:
    published(town)
    address = f"/verfahren/{SLUG}/fassungen/0/wieder-aufnehmen/"
    page = text_of(client.post(address, follow=True))
    assert "Der Entwurf ist begonnen" in page
    assert "Begonnen mit der mitgelieferten Vorlage" in page
    assert "schon einen Entwurf" in text_of(client.post(address, follow=True))


# --- Bad input


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "was zu tun ist"),
        ({"title": "x" * 121}, "120"),
        ({"limit_number": "0"}, "ganze Zahl ab 1"),
        ({"limit_number": "drei"}, "ganze Zahl ab 1"),
        ({"deputy": "administration"}, "administration"),
        ({"role": "king"}, "king"),
        ({"phase": "gibt-es-nicht"}, "gibt-es-nicht"),
        ({"guidance": "a\x00b"}, "Null"),
    ],
)
def test_a_wrong_step_is_shown_again(
    changes: dict[str, Any], words: str, town: Town, client: Client
) -> None:
    begin(town)
    before = found(town)
    data = step_data(town, done="Ein ganz besonderer Satz.") | changes
    response = client.post(f"{EDIT}schritt/schutz/", data)
    assert response.status_code == 200
    assert words in text_of(response)
    assert "Ein ganz besonderer Satz." in text_of(response)
    assert found(town) == before


# --- Somebody was quicker


def test_a_stale_form_keeps_what_was_typed_beside_what_stands_there(
    town: Town, client: Client
) -> None:
    begin(town)
    mine = step_data(town, guidance="Mein langer Text.")
    other = second_editor(town)
    with acting_as(other.id):
        step = replace(found(town).procedure.step("schutz"), guidance="Der andere Text.")
        actions.save_step(on(town, found(town).mark, by=other.id), step)
    response = client.post(f"{EDIT}schritt/schutz/", mine)
    assert response.status_code == 409
    page = text_of(response)
    assert f"Inzwischen hat {other.person.name} den Entwurf geändert" in page
    assert page.count("Mein langer Text.") == 2  # in the form, and beside the other
    assert "Der andere Text." in page
    assert found(town).mark in page
    again = mine | {"mark": found(town).mark}
    assert client.post(f"{EDIT}schritt/schutz/", again).status_code == 302
    assert found(town).procedure.step("schutz").guidance == "Mein langer Text."


def test_a_form_sent_twice_is_saved_once(town: Town, client: Client) -> None:
    begin(town)
    mine = step_data(town, guidance="Mein langer Text.")
    for _twice in range(2):
        assert client.post(f"{EDIT}schritt/schutz/", mine).status_code == 302


def test_a_step_removed_meanwhile_can_be_saved_anyway(town: Town, client: Client) -> None:
    begin(town)
    mine = step_data(town, guidance="Mein langer Text.")
    with acting_as(editor(town).id):
        actions.remove_step(on(town, found(town).mark), "schutz")
    response = client.post(f"{EDIT}schritt/schutz/", mine)
    assert response.status_code == 409
    assert "Mein langer Text." in text_of(response)
    again = mine | {"mark": found(town).mark}
    assert client.post(f"{EDIT}schritt/schutz/", again).status_code == 302
    assert found(town).procedure.step("schutz").guidance == "Mein langer Text."


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("schritt/schutz/", {}),
        ("neuer-schritt/", {"name": "schritt-0a1b2c3d"}),
        (
            "beschreibung/",
            {"title": "T", "about": "A", "scene": "Mein langer Text.", "source": "S"},
        ),
        ("neuer-abschnitt/", {"name": "abschnitt-00000001", "title": "Mein langer Text."}),
    ],
)
def test_a_draft_published_meanwhile_loses_no_text(
    page: str, data: dict[str, str], town: Town, client: Client
) -> None:
    begin(town)
    mine = step_data(town, guidance="Mein langer Text.") | data
    published(town)
    response = client.post(EDIT + page, mine)
    assert response.status_code == 409
    assert "Diesen Entwurf gibt es nicht mehr" in text_of(response)
    assert "Mein langer Text." in text_of(response)
    response = client.post(EDIT + page, mine | {"begin": "1"})
    assert response.status_code == 200
    assert "Ein neuer Entwurf ist begonnen" in text_of(response)
    assert "Mein langer Text." in text_of(response)
    assert found(town).mark in text_of(response)
    assert client.post(EDIT + page, mine | {"mark": found(town).mark}).status_code == 302
    assert "Mein langer Text." in str(found(town).procedure)


def test_a_discarded_procedure_of_ones_own_loses_no_text(town: Town, client: Client) -> None:
    client.post("/verfahren/neu/", {"source": SLUG, "title": "Freibad"})
    now = found(town, "freibad")
    mine = step_data_of("freibad", town, guidance="Mein langer Text.")
    with acting_as(editor(town).id):
        actions.discard_draft(
            organisation_id=town.municipality.pk, slug="freibad", mark=now.mark, by=editor(town).id
        )
    response = client.post("/verfahren/freibad/bearbeiten/schritt/schutz/", mine)
    assert response.status_code == 409
    assert "Mein langer Text." in text_of(response)
    assert "Kopieren Sie ihn" in text_of(response)


def step_data_of(slug: str, town: Town, **changes: Any) -> dict[str, Any]:
    now = found(town, slug)
    data = StepForm.initial_of(now.procedure.step("schutz"))
    return {k: v for k, v in data.items() if v} | {"mark": now.mark} | changes


def test_the_second_publisher_keeps_the_change_note(town: Town, client: Client) -> None:
    mark = begin(town).mark
    published(town)
    note = {"mark": mark, "change_note": "Mein Grund.", "sure": "on"}
    response = client.post(f"{EDIT}veroeffentlichen/", note)
    assert response.status_code == 409
    assert "Diesen Entwurf gibt es nicht mehr" in text_of(response)
    assert "Mein Grund." in text_of(response)


def test_publishing_what_somebody_changed_meanwhile_asks_again(town: Town, client: Client) -> None:
    mark = begin(town).mark
    with acting_as(editor(town).id):
        actions.save_procedure_head(on(town, mark), title="Anders")
    note = {"mark": mark, "change_note": "Mein Grund.", "sure": "on"}
    response = client.post(f"{EDIT}veroeffentlichen/", note)
    assert response.status_code == 409
    assert "Mein Grund." in text_of(response)
    assert found(town).mark in text_of(response)
    assert 'name="sure" checked' not in text_of(response)


def test_moving_in_a_changed_draft_says_so(town: Town, client: Client) -> None:
    mark = begin(town).mark
    with acting_as(editor(town).id):
        actions.save_procedure_head(on(town, mark), title="Anders")
    response = client.post(f"{EDIT}reihenfolge/", {"mark": mark, "up": "einstufen"}, follow=True)
    assert "Inzwischen hat sich der Entwurf geändert" in text_of(response)
    assert client.post(f"{EDIT}reihenfolge/").status_code == 302
    for page in ("verwerfen/", "schritt/schutz/entfernen/"):
        response = client.post(EDIT + page, {"mark": mark}, follow=True)
        assert "Inzwischen hat sich der Entwurf geändert" in text_of(response)


# --- Number of queries


@pytest.mark.parametrize(
    "address", ["/verfahren/", f"/verfahren/{SLUG}/fassungen/", "/verfahren/stufen/", EDIT]
)
def test_lists_ask_as_often_for_three_as_for_one(address: str, town: Town, client: Client) -> None:
    published(town)
    begin(town)
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for _more in range(2):
        published(town)
        begin(town)
    with acting_as(editor(town).id):
        copied = [
            actions.begin_copy(
                organisation_id=town.municipality.pk, source=SLUG, title=t, by=editor(town).id
            )
            for t in ("Eins", "Zwei")
        ]
    published(town, copied[0])
    with CaptureQueriesContext(connection) as three:
        client.get(address)
    assert len(three) == len(one)


def test_publishing_sixty_steps_asks_as_often_as_publishing_thirteen(
    town: Town, client: Client
) -> None:
    counts = []
    for rows in (1, 5):
        begin(town)
        with acting_as(editor(town).id):
            actions.save_procedure_head(on(town, found(town).mark), steps=many_steps(rows))
        note = {"mark": found(town).mark, "change_note": "Länger.", "sure": "on"}
        with CaptureQueriesContext(connection) as caught:
            assert client.post(f"{EDIT}veroeffentlichen/", note).status_code == 302
        counts.append(len(caught))
    assert counts[0] == counts[1] <= MOST_QUERIES


def many_steps(rows: int) -> tuple[Step, ...]:
    """Return the shipped steps several times over, each row by itself."""
    return tuple(
        replace(each, id=f"{each.id}-{row}", after=tuple(f"{name}-{row}" for name in each.after))
        for row in range(rows)
        for each in shipped()[SLUG].steps
    )
