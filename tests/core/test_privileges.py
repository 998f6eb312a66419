"""What the runtime roles may do with whole tables and functions, asked of the database itself."""

from __future__ import annotations

import re
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from django.db import DatabaseError, connection, transaction
from procrastinate.exceptions import AlreadyEnqueued

from komma.core.rows.privileges import PRIVILEGES, Allowed, allowed
from komma.people import jobs
from tests.factories import as_owner, as_worker

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")
FIXED_PATH = "search_path=pg_catalog, public, pg_temp"


def asked(query: str, *values: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, list(values))
        return list(cursor.fetchall())


def tables(prefix: str) -> list[str]:
    return [
        name
        for (name,) in asked("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if name.startswith(prefix)
    ]


def rights(role: str, table: str) -> set[str]:
    """Privileges on the table or on any of its columns."""
    of_table = "SELECT has_table_privilege(%s, %s, %s)"
    of_column = "SELECT has_any_column_privilege(%s, %s, %s)"
    return {
        right
        for right in ("SELECT", *WRITES)
        if asked(of_table, role, table, right)[0][0]
        or (right not in ("DELETE", "TRUNCATE") and asked(of_column, role, table, right)[0][0])
    }


@pytest.mark.parametrize("line", PRIVILEGES, ids=lambda line: line.tables)
def test_the_table_of_privileges_holds_in_the_database(line: Allowed) -> None:
    found = [name for name in tables(line.tables) if allowed(name) is line]
    assert found, "a line for tables that do not exist"
    for name in found:
        for role, privileges in (("komma_web", line.web), ("komma_worker", line.worker)):
            # Which columns a privilege is narrowed to is asked in test_session_retention, test_chain.
            whole = re.sub(r" \([^)]*\)", "", privileges)
            kinds = set(whole.split(", ")) - {""}
            assert rights(role, name) == kinds, (role, name)


@pytest.mark.parametrize(
    ("as_role", "statement"),
    [
        (as_worker, "INSERT INTO people_person (id) VALUES (gen_random_uuid())"),
        (as_worker, "UPDATE people_person SET is_active = true"),
        (as_worker, "UPDATE people_personkey SET public = 'x'"),
        (as_worker, "DELETE FROM mfa_authenticator"),
        (as_worker, "INSERT INTO socialaccount_socialaccount (uid) VALUES ('x')"),
        (as_worker, "SELECT session_data FROM core_sealedsession"),
        (as_worker, "DELETE FROM municipalities_programmeround"),
        (nullcontext, "DELETE FROM municipalities_programmeround"),
        (nullcontext, "UPDATE municipalities_roundpart SET role = 'funder'"),
        (nullcontext, "DELETE FROM django_migrations"),
        (nullcontext, "INSERT INTO auth_group (name) VALUES ('x')"),
        (nullcontext, "UPDATE django_content_type SET model = 'x'"),
        (nullcontext, "SELECT id FROM procrastinate_jobs"),
        (nullcontext, "SELECT last_value FROM procrastinate_jobs_id_seq"),
        (nullcontext, "SELECT count(*) FROM procrastinate_events"),
        (nullcontext, "SELECT procrastinate_cancel_job_v1(1, false, true)"),
        (nullcontext, "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('a', 'b')"),
        (nullcontext, "DELETE FROM procrastinate_jobs"),
    ],
)
def test_a_runtime_role_is_refused(
    as_role: Callable[[], AbstractContextManager[None]], statement: str
) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), as_role():
        asked(statement)


def test_the_owner_is_not_refused() -> None:
    """Negative control: the refusals above come from privileges, not from the statements."""
    with as_owner():
        assert asked("SELECT count(*) FROM procrastinate_events") == [(0,)]
        assert asked("SELECT count(*) FROM core_sealedsession") == [(0,)]


def test_the_web_role_adds_jobs_and_the_worker_takes_them() -> None:
    jobs.mail_changed.configure(queueing_lock="once").defer(person="x")
    with pytest.raises(AlreadyEnqueued), transaction.atomic():
        jobs.mail_changed.configure(queueing_lock="once").defer(person="x")
    with as_worker():
        taken = asked("SELECT task_name FROM procrastinate_fetch_job_v2(NULL, NULL)")
        asked("SELECT procrastinate_finish_job_v1(id, 'succeeded', true) FROM procrastinate_jobs")
        assert asked("SELECT count(*) FROM procrastinate_jobs") == [(0,)]
        assert asked("SELECT count(*) FROM procrastinate_events") == [(0,)]
    assert taken == [("people.mail_changed",)]


def test_functions_with_the_owners_rights_have_a_fixed_path_that_ends_in_pg_temp() -> None:
    """Otherwise a temporary table of the caller's would come before ours (PostgreSQL manual,
    CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely").
    """
    found = asked(
        "SELECT oid::regprocedure::text, proconfig FROM pg_proc"
        " WHERE prosecdef AND pronamespace = 'public'::regnamespace"
    )
    assert len(found) > 10
    assert {name for name, settings in found if FIXED_PATH not in (settings or [])} == set()
