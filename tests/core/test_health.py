"""Liveness and readiness: short answers, no details."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import RequestFactory

from komma.core import health

if TYPE_CHECKING:
    from pathlib import Path

    from django.test import Client


def test_alive_without_database(client: Client) -> None:
    """pytest-django would refuse any query here."""
    response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_database_and_queue(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
def test_not_ready_without_queue() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path TO pg_catalog")
    response = health.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_database_and_silent_about_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    connection.close()
    with monkeypatch.context() as elsewhere:
        elsewhere.setitem(connection.settings_dict, "HOST", str(tmp_path))
        response = health.readyz(RequestFactory().get("/readyz"))
    assert response.status_code == 503
    assert json.loads(response.content) == {"status": "unavailable"}


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
