"""Fixtures for all tests. The tests act on the runtime role, as the running program does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from tests.factories import as_owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.factories.towns import Town

RUNTIME_ROLE = "komma_web"

# A busy machine is slow, not wrong.
hypothesis_settings.register_profile("komma", deadline=None)
hypothesis_settings.load_profile("komma")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """After the owner has migrated the test database, act as the web role only."""
    connection = connections["default"]
    connection.close()
    connection.settings_dict["OPTIONS"]["assume_role"] = RUNTIME_ROLE
    yield
    connection.close()
    del connection.settings_dict["OPTIONS"]["assume_role"]


_flush = TransactionTestCase._fixture_teardown


def _flush_as_owner(self: Any) -> None:
    connection = connections["default"]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    try:
        _flush(self)
        with connection.cursor() as cursor:
            # Not a managed model, so the flush leaves its rows to whichever test comes next.
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {RUNTIME_ROLE}")


TransactionTestCase._fixture_teardown = _flush_as_owner


@pytest.fixture(autouse=True)
def _clean_process(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Give each test its own file store and mails, and forget rate counters."""
    settings.STORAGES = settings.STORAGES | {
        "sealed": settings.STORAGES["sealed"]
        | {"OPTIONS": settings.STORAGES["sealed"]["OPTIONS"] | {"location": tmp_path / "sealed"}}
    }
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def town(db: None) -> Town:
    """A municipality that is ready: three receiving units with two people and a deputy each."""
    from tests.factories.towns import make_town

    with as_owner():
        return make_town("Musterstadt", "05999001")


@pytest.fixture
def other_town(db: None) -> Town:
    """Another municipality, whose people are outsiders to ``town``."""
    from tests.factories.towns import make_town

    with as_owner():
        return make_town("Anderstadt", "05999002")


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The data directory of this run."""
    return settings.KOMMA_DATA_DIR
