"""What the runtime roles may do with the tables and functions of cases at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import Error, connection, transaction

from komma.cases import jobs
from komma.cases.models import Case
from komma.core.rows import acting_as
from komma.municipalities.codes import Pillar
from tests.factories import as_owner, as_worker
from tests.factories.reports import Reported, make_report

if TYPE_CHECKING:
    from tests.factories.towns import Town

FIXED = {
    "number": "'X'",
    "organisation_id": "concerns_id",
    "concerns_id": "organisation_id",
    "unit_id": "(SELECT id FROM municipalities_unit LIMIT 1)",
    "side": "'inside'",
    "received_on": "'1999-01-01'",
    "answer_due_on": "'1999-01-01'",
    "deputies_untold": "false",
}


@pytest.mark.parametrize("column", FIXED)
def test_a_holder_cannot_change_whose_case_it_is(
    town: Town, reported: Reported, column: str
) -> None:
    with (
        acting_as(town.one(Pillar.ASSAULT).id),
        pytest.raises(Error, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE cases_case SET {column} = {FIXED[column]}")


def test_a_holder_can_change_what_is_worked_on(town: Town, reported: Reported) -> None:
    """Negative control."""
    with acting_as(town.one(Pillar.ASSAULT).id):
        assert Case.objects.filter(pk=reported.id).update(level=1) == 1


def privileges(role: str, kind: str) -> set[str]:
    """Return the tables of cases, or columns as table.column, on which the role may do this."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, has_table_privilege(%(role)s, c.oid, %(kind)s),"
            "       array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid"
            "                AND a.attnum > 0 AND NOT a.attisdropped AND %(kind)s <> 'DELETE'"
            "                AND has_column_privilege(%(role)s, c.oid, a.attnum,"
            "                    CASE WHEN %(kind)s = 'DELETE' THEN 'SELECT' ELSE %(kind)s END))"
            "  FROM pg_class c WHERE c.relkind = 'r' AND c.relname LIKE 'cases\\_%%'",
            {"role": role, "kind": kind},
        )
        found = set()
        for table, whole, columns in cursor.fetchall():
            name = table.removeprefix("cases_")
            found |= {name} if whole else {f"{name}.{column}" for column in columns}
        return found


def test_the_worker_has_only_what_its_jobs_need(town: Town) -> None:
    assert privileges("komma_worker", "SELECT") == {
        "case",
        "casekey",
        "casereceipt",
        "casestrand",
        "deadlinewatch",
        "emergencyuse",
    }
    assert privileges("komma_worker", "INSERT") == {"entry"}
    assert privileges("komma_worker", "DELETE") == {"emergencyuse"}
    assert privileges("komma_worker", "UPDATE") == {
        "case.last_sequence",
        "case.news_for_holders",
        "case.news_for_reporter",
        "case.deputies_untold",
        "casereceipt.mail_tries",
        "deadlinewatch.sealed",
    }


def test_the_web_role_deletes_nothing_and_writes_no_keys(town: Town) -> None:
    assert privileges("komma_web", "DELETE") <= {"calendarfeed", "emergencyuse", "readmark"}
    inserted = {
        "attachment",
        "calendarfeed",
        "caseexclusion",
        "deadlinewatch",
        "emergencyuse",
        "entry",
        "readmark",
        "reporterview",
        "task",
    }
    assert privileges("komma_web", "INSERT") == inserted
    updated = {name.split(".")[0] for name in privileges("komma_web", "UPDATE")}
    assert updated == {"case", "deadlinewatch", "readmark", "task"}


def callable_by(role: str) -> set[str]:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND proname LIKE 'komma\\_%%' AND has_function_privilege(%s, oid, 'EXECUTE')",
            [role],
        )
        return {name for (name,) in cursor.fetchall()}


KEY_FUNCTIONS = {
    "komma_intake",
    "komma_grant",
    "komma_rotate",
    "komma_activate_reserve",
    "komma_add_reserve",
    "komma_announce_leaving",
    "komma_record_absence",
    "komma_end_access",
    "komma_case_holders",
    "komma_figures",
    "komma_emergency_layers",
    "komma_emergency_grant",
    "komma_offer_case",
    "komma_take_case",
    "komma_decline_case",
    "komma_end_offer",
    "komma_given_away",
    "komma_calendar",
    "komma_other_side",
}
INTERNAL = {
    "komma_check_target",
    "komma_check_holders",
    "komma_check_generation",
    "komma_handlers_on",
    "komma_has_handler",
    "komma_case_gap",
    "komma_absence_begins",
    "komma_lock_case",
    "komma_call_deputies",
    "komma_replace_handlers",
    "komma_lock_offer",
    "komma_close_offer",
    "komma_opens",
    "komma_stand_in",
    "komma_hand_tasks_on",
    "komma_delete_tasks",
    "komma_delete_watch",
    "komma_was_apart",
    "komma_reviews_due",
}


def test_each_role_calls_its_own_functions_only(town: Town) -> None:
    web, worker = callable_by("komma_web"), callable_by("komma_worker")
    assert web >= KEY_FUNCTIONS  # control
    assert not worker & KEY_FUNCTIONS
    assert {
        "komma_escalate",
        "komma_lapse_offers",
        "komma_tend_tasks",
        "komma_waiting_for",
    } <= worker - web
    assert not (web | worker) & INTERNAL


def test_a_temporary_table_deceives_no_function(town: Town, reported: Reported) -> None:
    """Even where a role could make one: tables of the same name there are looked at last."""
    stranger = town.one(Pillar.OTHER)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE cases_casekey (LIKE public.cases_casekey)")
        cursor.execute("GRANT ALL ON pg_temp.cases_casekey TO komma_web")
        cursor.execute(
            "INSERT INTO pg_temp.cases_casekey (id, case_id, strand, generation, person_id,"
            " function, public, sealed, is_reserve)"
            " VALUES (gen_random_uuid(), %s, 'mailbox', 1, %s, '', '', '', false)",
            [reported.id, stranger.id],
        )
    with acting_as(stranger.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM komma_visible_cases()")
        assert cursor.fetchone() == (0,)
        with pytest.raises(Error, match="no key"), transaction.atomic():
            cursor.execute("SELECT komma_delete_case(%s)", [reported.id])
        # Control: without the last place named, the temporary table is found first.
        cursor.execute("SELECT count(*) FROM cases_casekey")
        assert cursor.fetchone() == (1,)


def test_no_job_names_a_case(town: Town) -> None:
    reported = make_report(town, notify="wer@web.example", acute=True)
    with as_owner():
        Case.objects.filter(pk=reported.id).update(news_for_reporter=True)
    with as_worker():
        jobs.announce_now.func()
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT task_name, args::text FROM procrastinate_jobs")
        queued = cursor.fetchall()
    assert ("cases.mail_reporters", "{}") in queued
    assert "people.mail_hint" in {name for name, _args in queued}  # control
    assert str(reported.id) not in json.dumps(queued)
