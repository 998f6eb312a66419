"""Who is responsible: a small town's report at its Kreis, and a mayor's outside the town hall."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

import pytest

from komma.demo.people import ADMINISTRATOR, PASSWORD, POSTS
from tests.browser.reporting import STORY, case_number, open_mailbox, shown_code
from tests.browser.signing_in import sign_in
from tests.browser.visitor import DESK
from tests.site.test_remains import connect
from tests.site.visitor import Visitor as Client

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.browser.visitor import Visitor
    from tests.site.running import Site

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket, pytest.mark.xdist_group("site")]

HOUSE = [*(post.local for post in POSTS), ADMINISTRATOR]
PAGES = ("/start/", "/faelle/")
MAYOR = "hauptamtliche Spitze (Bürgermeister:in, Landrät:in, Dezernat)"
# Every table that tells of a case, by the column that says of which.
ROWS = {
    "cases_case": "id",
    "cases_casestrand": "case_id",
    "cases_casekey": "case_id",
    "cases_caseemergency": "case_id",
    "cases_casereceipt": "case_id",
    "cases_caseexclusion": "case_id",
    "cases_entry": "case_id",
    "cases_attachment": "case_id",
    "cases_reporterview": "case_id",
    "cases_handover": "case_id",
    "core_auditentry": "case_id",
}
VISIBLE_TO_A_HOLDER = {"cases_case", "cases_casekey", "cases_entry"}


class Found(NamedTuple):
    """A case and who has a key of it, as only the owner of the database can see."""

    id: UUID
    holders: set[UUID]


def find(site: Site, number: str) -> Found:
    with connect(site, "administrator") as owner:
        (case,) = owner.execute("SELECT id FROM cases_case WHERE number = %s", [number]).fetchall()
        keys = owner.execute("SELECT person_id FROM cases_casekey WHERE case_id = %s", case)
        return Found(case[0], {person for (person,) in keys})


def people_of(site: Site, slug: str) -> set[UUID]:
    with connect(site, "administrator") as owner:
        found = owner.execute(
            "SELECT m.person_id FROM municipalities_membership m"
            " JOIN municipalities_organisation o ON o.id = m.organisation_id WHERE o.slug = %s",
            [slug],
        )
        return {person for (person,) in found}


def tables_seen(site: Site, person: UUID, case: UUID) -> set[str]:
    """Return the tables in which this person, with raw SQL as the web role, finds the case."""
    with connect(site, "web") as web:
        web.execute("SELECT set_config('komma.person', %s, false)", [str(person)])
        return {
            table
            for table, column in ROWS.items()
            if web.execute(f"SELECT 1 FROM {table} WHERE {column} = %s LIMIT 1", [case]).fetchone()  # type: ignore[arg-type]
        }


@contextmanager
def signed_in(site: Site, address: str) -> Iterator[Client]:
    client = Client(site.url)
    client.post("/anmelden/", {"login": address, "password": PASSWORD})
    yield client
    client.close()


def words(client: Client, path: str) -> str:
    """Return the main part of a page without what differs at every visit."""
    page = client.get(path).text
    return re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", page[page.index("<main") :])


def seen_by(site: Site, town: str, posts: list[str]) -> dict[tuple[str, str], str]:
    """Return what everybody reads on their pages."""
    found = {}
    for post in posts:
        with signed_in(site, f"{post}@{town}.example") as client:
            for path in PAGES:
                found[post, path] = words(client, path)
    return found


def statuses(site: Site, town: str, case: UUID, posts: list[str]) -> dict[str, int]:
    """Return what the raw address of the case answers to each of them."""
    found = {}
    for post in posts:
        with signed_in(site, f"{post}@{town}.example") as client:
            found[post] = client.get(f"/faelle/{case}/").status_code
    return found


def number_of(visitor: Visitor) -> str:
    open_mailbox(visitor, shown_code(visitor))
    return case_number(visitor)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_report_for_a_town_of_800_inhabitants_reaches_its_kreis(
    visit: Callable[..., Visitor], scripts: bool
) -> None:
    visitor = visit(scripts=scripts)
    visitor.goto("/")
    visitor.follow("Vorfall melden")
    visitor.fill("Name der Kommune", "beispielr")
    visitor.press("Suchen")
    visitor.follow("Beispielrode")
    visitor.sees(
        "Vorfall melden: Beispielrode",
        "Ihre Meldung liest: Kreis Muster",
        "Beispielrode hat keine eigene Stelle",
        "Kreishaus, Musterplatz 1",
        "innerhalb von 3 Tagen",
        "Fallführung Übergriffe",
    )
    visitor.follow("Kurz")
    visitor.fill("Was ist passiert?", STORY)
    visitor.tick("von jemandem außerhalb der Verwaltung")
    visitor.press("Absenden")
    visitor.sees("Kreis Muster", "Kreishaus, Musterplatz 1")
    number = number_of(visitor)
    kreis = visit(width=DESK, scripts=scripts)
    sign_in(kreis, "fallfuehrung@kreis-muster.example")
    kreis.goto("/faelle/")
    kreis.sees("betrifft Beispielrode")
    kreis.follow(number)
    kreis.sees(STORY, "Beispielrode")


def test_who_works_in_a_served_town_sees_nothing_of_its_reports(
    visit: Callable[..., Visitor], site: Site
) -> None:
    before = seen_by(site, "kleinmuster", [ADMINISTRATOR])
    visitor = visit()
    visitor.goto("/melden/kleinmuster/")
    visitor.sees("Ihre Meldung liest: Beispielstadt", "Am Beispiel 2")
    visitor.follow("Kurz")
    visitor.fill("Was ist passiert?", STORY)
    visitor.press("Absenden")
    case = find(site, number_of(visitor))
    town = people_of(site, "kleinmuster")
    assert town
    assert not town & case.holders
    assert case.holders <= people_of(site, "beispielstadt")
    assert seen_by(site, "kleinmuster", [ADMINISTRATOR]) == before
    assert statuses(site, "kleinmuster", case.id, [ADMINISTRATOR]) == {ADMINISTRATOR: 404}
    assert {person for person in town if tables_seen(site, person, case.id)} == set()
    # Controls: who receives by the agreement finds it on the page, by its address and by SQL.
    assert statuses(site, "beispielstadt", case.id, ["ansprechperson"]) == {"ansprechperson": 200}
    assert any(tables_seen(site, each, case.id) >= VISIBLE_TO_A_HOLDER for each in case.holders)


def begin_as_mayor(visitor: Visitor) -> None:
    """Answer up to the question who shall care."""
    visitor.goto("/melden/beispielstadt/")
    visitor.follow("Ausführlich")
    visitor.tick("mich selbst")
    visitor.press("Weiter")
    visitor.tick(MAYOR)
    visitor.press("Weiter")
    visitor.fill("Was ist passiert?", STORY)
    visitor.press("Weiter")
    visitor.goto("/melden/beispielstadt/bericht/stelle/")
    visitor.sees("Landesnetz Musterland (vorgeschlagen)", "Netzstraße 1", "Das ist das eigene Haus")


def test_a_mayors_report_is_seen_by_nobody_of_the_town_hall(
    visit: Callable[..., Visitor], site: Site
) -> None:
    before = seen_by(site, "beispielstadt", HOUSE)
    visitor = visit()
    begin_as_mayor(visitor)
    visitor.press("Weiter")
    visitor.goto("/melden/beispielstadt/bericht/pruefen/")
    visitor.sees(
        "Landesnetz Musterland",
        "Netzstraße 1",
        "Bei Beispielstadt sieht niemand, dass es diese Meldung gibt.",
    )
    visitor.press("Absenden")
    number = number_of(visitor)
    case = find(site, number)
    house = people_of(site, "beispielstadt")
    assert len(house) == len(HOUSE)
    assert case.holders
    assert not case.holders & house
    after = seen_by(site, "beispielstadt", HOUSE)
    assert [key for key in before if after[key] != before[key]] == []
    assert set(statuses(site, "beispielstadt", case.id, HOUSE).values()) == {404}
    assert {person for person in house if tables_seen(site, person, case.id)} == set()
    # Controls: whoever was proposed reads it, on the page, by its address and by SQL.
    outside = visit(width=DESK)
    sign_in(outside, "anlaufstelle@komma.example")
    outside.goto("/faelle/")
    outside.follow(number)
    outside.sees(STORY)
    assert any(tables_seen(site, each, case.id) >= VISIBLE_TO_A_HOLDER for each in case.holders)


def test_a_mayor_who_chooses_the_own_house_is_read_there(
    visit: Callable[..., Visitor], site: Site
) -> None:
    """Negative control: the same checks find the report where it was meant to be."""
    readers = ["ansprechperson"]
    before = seen_by(site, "beispielstadt", readers)
    visitor = visit()
    begin_as_mayor(visitor)
    visitor.page.get_by_label("Beispielstadt", exact=True).check()
    visitor.press("Weiter")
    visitor.sees("Beispielstadt bietet zwei Wege an")
    visitor.tick("Ansprechstelle")
    visitor.press("Weiter")
    visitor.goto("/melden/beispielstadt/bericht/pruefen/")
    visitor.sees("Sie haben das eigene Haus gewählt")
    visitor.press("Absenden")
    number = number_of(visitor)
    case = find(site, number)
    assert case.holders <= people_of(site, "beispielstadt")
    after = seen_by(site, "beispielstadt", readers)
    assert all(after[key] != before[key] for key in before)
    assert number in after["ansprechperson", "/faelle/"]
    assert statuses(site, "beispielstadt", case.id, readers) == {"ansprechperson": 200}
    assert any(tables_seen(site, each, case.id) >= VISIBLE_TO_A_HOLDER for each in case.holders)
