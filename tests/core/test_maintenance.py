"""Without a database pages say so (503); other failures stay what they are (500)."""

from __future__ import annotations

import io
import logging
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.exception import convert_exception_to_response
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from komma.core.rows.middleware import RowMiddleware
from komma.core.ui import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def _no_database(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Nobody listens where the database should be."""
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "HOST", str(tmp_path))
        yield


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.usefixtures("_no_database")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/", "/anmelden/", "/faelle/", "/melden/", "/postfach/"])
def test_pages_tell_of_maintenance(visitor: Client, path: str) -> None:
    response = visitor.get(path)
    html = response.content.decode()
    assert response.status_code == 503
    assert response["Retry-After"] == "120"
    assert "no-store" in response["Cache-Control"]
    assert "gerade nicht erreichbar" in html
    assert "tel:110" in html


@pytest.mark.usefixtures("_no_database")
@pytest.mark.django_db(transaction=True)
def test_reporters_keep_their_way_out(visitor: Client) -> None:
    html = visitor.get("/melden/").content.decode()
    assert "Seite verlassen" in html
    assert "KommA" not in html.split("</title>")[0]
    assert "Seite verlassen" not in visitor.get("/").content.decode()


@pytest.mark.usefixtures("_no_database")
@pytest.mark.django_db(transaction=True)
def test_the_log_gets_one_line_without_a_path(visitor: Client) -> None:
    with _log_of_the_installation() as caught:
        visitor.get("/melden/musterstadt/")
    (line,) = caught.getvalue().splitlines()
    assert "answered 503 (OperationalError" in line
    assert "musterstadt" not in line


@pytest.mark.usefixtures("_no_database")
@pytest.mark.django_db(transaction=True)
def test_watchers_learn_the_difference(visitor: Client) -> None:
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").status_code == 503


@pytest.mark.django_db(transaction=True)
def test_a_connection_lost_during_a_request_is_maintenance_too() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")  # the web role ends no connection, not even its own
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return HttpResponse()

    request = RequestFactory().get("/faelle/")
    request.user = AnonymousUser()
    assert RowMiddleware(convert_exception_to_response(view))(request).status_code == 503
    connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    ["SELECT 1/0", "SELECT missing", "SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)"],
)
def test_errors_of_statements_stay_errors(statement: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            for part in statement.split(";"):
                cursor.execute(part)
        return HttpResponse()

    with transaction.atomic():
        response = _answer(view)
        transaction.set_rollback(True)
    assert response.status_code == 500
    assert "Retry-After" not in response


def test_other_errors_stay_errors() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise RuntimeError

    assert _answer(view).status_code == 500


@pytest.mark.parametrize(
    ("cause", "expected"),
    [
        (psycopg.errors.CannotConnectNow, True),
        (psycopg.errors.AdminShutdown, True),
        (psycopg.errors.TooManyConnections, True),
        (psycopg.errors.ConnectionFailure, True),
        (psycopg.OperationalError, True),  # never connected, or the pool waited in vain
        (psycopg.errors.DeadlockDetected, False),
        (psycopg.errors.DiskFull, False),
        (psycopg.errors.QueryCanceled, False),
    ],
)
def test_kinds_of_operational_errors(cause: type[psycopg.Error], expected: bool) -> None:
    error = OperationalError("x")
    error.__cause__ = cause("x")
    assert errors.database_is_unreachable(error) is expected


def _answer(view: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    """Answer as Django does when a view fails."""
    request = RequestFactory().get("/faelle/")
    try:
        return view(request)
    except Exception:
        return errors.server_error(request)


@contextmanager
def _log_of_the_installation() -> Iterator[io.StringIO]:
    """Catch what Django's own handler would write to standard error."""
    (handler,) = (
        each for each in logging.getLogger("django").handlers if type(each) is logging.StreamHandler
    )
    caught = io.StringIO()
    before = handler.setStream(caught)
    try:
        yield caught
    finally:
        handler.setStream(before or sys.stderr)
