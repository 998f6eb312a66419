"""Who is excluded from a case cannot notice that it exists: by page, by link, by SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from komma.cases.models import CaseKey
from komma.cases.steps import BY_SLUG
from komma.core import rows
from komma.municipalities.codes import Pillar
from tests.factories import as_owner
from tests.factories.clients import signed_in
from tests.factories.reports import make_report

if TYPE_CHECKING:
    from tests.factories.people import Account
    from tests.factories.towns import Town

pytestmark = pytest.mark.django_db

VOLATILE = re.compile(r'name="(csrfmiddlewaretoken|token)" value="[^"]+"')


@pytest.fixture
def accused(town: Town) -> Account:
    """A case lead of the receiving unit whom reports can be about."""
    return town.one(Pillar.ASSAULT, 0)


@pytest.fixture
def colleague(town: Town) -> Account:
    return town.one(Pillar.ASSAULT, 1)


def page(account: Account, path: str) -> str:
    response = signed_in(account).get(path)
    assert response.status_code == 200, path
    return VOLATILE.sub("", response.content.decode())


def every_visible_row(account: Account) -> dict[str, int]:
    """Count the rows of every table that SQL on the runtime role shows to the person.

    Tables of other packages too, such as the queue, and those of which a single column is open.
    """
    counts = {}
    with rows.acting_as(account.id), connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("komma_web",)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p', 'v', 'm') AND has_any_column_privilege(oid, 'SELECT')"
        )
        for (table,) in cursor.fetchall():
            # Sessions come and go with every sign-in, whatever happens to cases.
            if table != "core_sealedsession":
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counts[table] = cursor.fetchone()[0]
    return counts


def queued_jobs() -> int:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        return int(cursor.fetchone()[0])


PAGES = ["/start/", "/faelle/"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_do_not_change_for_the_excluded(path: str, town: Town, accused: Account) -> None:
    make_report(town)
    before = page(accused, path)
    hidden = make_report(town, excluded={accused.id})
    after = page(accused, path)
    assert after == before
    assert hidden.number not in after


@pytest.mark.parametrize("path", PAGES)
def test_pages_do_change_for_those_who_are_not_excluded(
    path: str, town: Town, colleague: Account
) -> None:
    """Negative control: a count or a row does show a new case to its holders."""
    before = page(colleague, path)
    make_report(town)
    assert page(colleague, path) != before


def test_a_direct_link_says_the_same_as_a_wrong_one(town: Town, accused: Account) -> None:
    hidden = make_report(town, excluded={accused.id})
    client = signed_in(accused)
    response = client.get(f"/faelle/{hidden.id}/")
    wrong = client.get("/faelle/00000000-0000-4000-8000-000000000000/")
    assert response.status_code == wrong.status_code == 404
    reference = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9a-f-]{36}")
    assert reference.sub("", response.content.decode()) == reference.sub("", wrong.content.decode())


def test_sql_on_the_runtime_role_shows_no_row_of_the_case(town: Town, accused: Account) -> None:
    make_report(town)
    before = every_visible_row(accused)
    hidden = make_report(town, excluded={accused.id})
    assert every_visible_row(accused) == before
    with rows.acting_as(accused.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM komma_case_holders(%s)", [hidden.id])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM komma_visible_cases() AS c WHERE c = %s", [hidden.id])
        assert cursor.fetchone() == (0,)


def test_the_queue_shows_nothing_either(town: Town, accused: Account) -> None:
    """Danger is announced at once, by a job: the only one that a report makes."""
    before = every_visible_row(accused)
    make_report(town, excluded={accused.id}, acute=True)
    assert queued_jobs() == 1
    assert every_visible_row(accused) == before
    assert not [table for table in before if table.startswith("procrastinate")]
    for statement in (
        "SELECT id FROM procrastinate_jobs",
        "SELECT last_value FROM procrastinate_jobs_id_seq",
        "SELECT procrastinate_cancel_job_v1(id, false, true) FROM generate_series(1, 99) AS id",
    ):
        with (
            rows.acting_as(accused.id),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(statement)
    assert queued_jobs() == 1


def test_sql_does_show_new_rows_to_the_colleague(town: Town, colleague: Account) -> None:
    """Negative control: the same question sees the case where the person holds a key."""
    before = every_visible_row(colleague)
    make_report(town)
    after = every_visible_row(colleague)
    assert after["cases_case"] == before["cases_case"] + 1
    assert after["core_auditentry"] > before["core_auditentry"]


def test_case_numbers_leave_no_gap(town: Town, accused: Account) -> None:
    """Numbers are random: those one sees say nothing about those one does not see."""
    seen = [make_report(town).number for _ in range(3)]
    make_report(town, excluded={accused.id})
    seen += [make_report(town).number for _ in range(3)]
    assert sorted(seen) != seen or len({number[:2] for number in seen}) > 1
    assert all(re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", number) for number in seen)


def test_a_key_cannot_be_slipped_to_the_excluded(town: Town, accused: Account) -> None:
    """Not even a colleague who holds the key can hand it on, nor the excluded take it."""
    hidden = make_report(town, excluded={accused.id})
    for actor in (accused, town.one(Pillar.ASSAULT, 1)):
        with (
            rows.acting_as(actor.id),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(
                "INSERT INTO cases_casekey (id, case_id, strand, generation, person_id,"
                " function, sealed, is_reserve) VALUES"
                " (gen_random_uuid(), %s, 'mailbox', 1, %s, 'x', '', false)",
                [hidden.id, accused.id],
            )
    with as_owner():
        assert not CaseKey.objects.filter(case_id=hidden.id, person_id=accused.id).exists()


def test_the_excluded_learn_nothing_from_the_addresses_of_the_case(
    town: Town, accused: Account
) -> None:
    hidden = make_report(town, excluded={accused.id})
    client = signed_in(accused)
    page = reverse("cases:case", args=[hidden.id])
    steps = [*BY_SLUG, "antwort", "drucken", "verdecken", "gibt-es-nicht"]
    for path in (page, *(f"{page}{step}/" for step in steps)):
        assert client.get(path).status_code in (404, 405)
        assert client.post(path, {"text": "x"}).status_code in (404, 405)
