"""Row policies, the request's transaction, and the roles."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection, models, transaction
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from komma.core import rows
from komma.core.audit.log import record
from komma.core.audit.models import AuditEntry
from komma.core.rows.checks import check_every_table_has_a_policy
from komma.core.rows.context import OutsideTransactionError
from komma.core.rows.middleware import RowMiddleware
from tests.factories import as_owner


def current_role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


@pytest.mark.django_db
def test_tests_run_on_the_runtime_role_without_special_powers() -> None:
    assert current_role() == "komma_web"
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("CREATE TABLE mischief (id int)")


@pytest.mark.django_db
def test_as_owner_ends_with_its_block() -> None:
    with as_owner():
        assert current_role() == "komma_owner"
    assert current_role() == "komma_web"


def test_every_table_of_ours_has_a_policy_or_a_reason() -> None:
    assert check_every_table_has_a_policy(app_configs=None) == []


def test_the_check_finds_a_table_without_a_policy() -> None:
    class Forgotten(models.Model):
        class Meta:
            app_label = "core"

    config = apps.get_app_config("core")
    try:
        assert [error.id for error in check_every_table_has_a_policy(app_configs=[config])] == [
            "komma.E001"
        ]
    finally:
        del apps.all_models["core"]["forgotten"]
        config.models.pop("forgotten", None)
        apps.clear_cache()


@pytest.mark.django_db
def test_every_declared_policy_stands_in_the_database() -> None:
    declared = {
        (model._meta.db_table, constraint.name, constraint.command)
        for model in apps.get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, rows.RowPolicy)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, policyname, cmd FROM pg_policies")
        assert set(cursor.fetchall()) == declared
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        assert {name for (name,) in cursor.fetchall()} == {table for table, _, _ in declared}


@pytest.mark.django_db(transaction=True)
def test_a_person_is_never_set_outside_a_transaction() -> None:
    with pytest.raises(OutsideTransactionError):
        rows.become(uuid4())


@pytest.mark.django_db(transaction=True)
def test_the_person_ends_with_the_transaction() -> None:
    with transaction.atomic():
        rows.become(uuid4())
    assert rows.current_person() == ""


@pytest.mark.django_db(transaction=True)
def test_without_is_local_the_person_would_leak_into_the_next_request() -> None:
    """Negative control: this is why ``set_config`` is called with ``is_local``."""
    person = str(uuid4())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('komma.person', %s, false)", [person])
    try:
        assert rows.current_person() == person
    finally:
        connection.close()


class _Signed(AnonymousUser):
    pk = uuid4()
    is_authenticated = True  # type: ignore[assignment]


def _request(path: str = "/start/") -> object:
    request = RequestFactory().get(path)
    request.user = _Signed()
    return request


@pytest.mark.django_db(transaction=True)
def test_the_middleware_tells_the_database_who_asks_and_takes_it_back() -> None:
    seen: list[str] = []

    def view(_request: object) -> HttpResponse:
        seen.append(rows.current_person())
        transaction.on_commit(lambda: seen.append(rows.current_person()))
        return HttpResponse()

    RowMiddleware(view)(_request())  # type: ignore[arg-type]
    assert seen == [str(_Signed.pk), ""]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("status", "kept"), [(200, True), (403, True), (404, True), (500, False)])
def test_refusals_keep_their_audit_and_errors_leave_nothing(status: int, kept: bool) -> None:
    def view(_request: object) -> HttpResponse:
        record("probe", organisation=uuid4(), person=_Signed.pk)
        return HttpResponse(status=status)

    RowMiddleware(view)(_request())  # type: ignore[arg-type]
    with as_owner():
        assert AuditEntry.objects.filter(kind="probe").exists() is kept


@pytest.mark.django_db(transaction=True)
def test_an_exception_rolls_back() -> None:
    def view(_request: object) -> HttpResponse:
        record("probe", organisation=uuid4(), person=_Signed.pk)
        raise Http404

    with pytest.raises(Http404):
        RowMiddleware(view)(_request())  # type: ignore[arg-type]
    with as_owner():
        assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_parallel_requests_never_see_each_others_person() -> None:
    wrong: list[str] = []

    def ask() -> None:
        for _ in range(25):
            person = uuid4()
            with rows.acting_as(person):
                seen = rows.current_person()
            after = rows.current_person()
            if seen != str(person) or after:
                wrong.append(seen)
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
