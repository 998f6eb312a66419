"""Refusals before serving, each with its negative control."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
import pytest

from komma.config import checking, database_roles, startup
from komma.config.errors import SetupError
from komma.config.keyfiles import create_key_files
from komma.config.postgres_settings import QUIET_LOG

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from komma.config.embedded import EmbeddedPostgres
    from komma.config.environment import Environment


@pytest.fixture
def administrator(server: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    with server.administrator() as connection:
        yield connection


@pytest.fixture
def in_database(server: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """A superuser in the database ``komma``."""
    password = (server.key_dir / "db_administrator").read_text().strip()
    with psycopg.connect(
        host=str(server.socket_dir),
        dbname="komma",
        user="postgres",
        password=password,
        autocommit=True,
    ) as connection:
        yield connection


class TestRoles:
    @pytest.mark.parametrize("role", ["web", "worker"])
    def test_runtime_roles_pass(self, environment: Environment, role: str) -> None:
        assert startup.runtime_problems(environment, role) == []

    def test_superuser_is_refused(self, administrator: psycopg.Connection) -> None:
        assert any("SUPERUSER" in problem for problem in startup.role_problems(administrator))

    @pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB"])
    def test_attributes_are_refused(
        self, administrator: psycopg.Connection, environment: Environment, attribute: str
    ) -> None:
        administrator.execute(f"ALTER ROLE komma_web {attribute}")
        try:
            assert any(
                attribute in problem for problem in startup.runtime_problems(environment, "web")
            )
            with pytest.raises(SetupError, match=attribute):
                checking.refuse_unsafe(environment, "web")
        finally:
            administrator.execute(f"ALTER ROLE komma_web NO{attribute}")
        checking.refuse_unsafe(environment, "web")

    def test_members_of_powerful_roles_are_refused(
        self, administrator: psycopg.Connection, environment: Environment
    ) -> None:
        administrator.execute("GRANT pg_read_server_files TO komma_web")
        try:
            (problem,) = startup.runtime_problems(environment, "web")
            assert "pg_read_server_files" in problem
        finally:
            administrator.execute("REVOKE pg_read_server_files FROM komma_web")

    def test_owners_of_tables_and_their_members_are_refused(
        self, in_database: psycopg.Connection, environment: Environment
    ) -> None:
        in_database.execute("CREATE TABLE diary (); ALTER TABLE diary OWNER TO komma_web")
        try:
            (problem,) = startup.runtime_problems(environment, "web")
            assert "diary" in problem
        finally:
            in_database.execute("DROP TABLE diary")

    def test_right_to_create_tables_is_refused(
        self, in_database: psycopg.Connection, environment: Environment
    ) -> None:
        in_database.execute("GRANT CREATE ON SCHEMA public TO komma_web")
        try:
            (problem,) = startup.runtime_problems(environment, "web")
            assert "schema public" in problem
        finally:
            in_database.execute("REVOKE CREATE ON SCHEMA public FROM komma_web")

    def test_temporary_tables_are_refused(
        self, in_database: psycopg.Connection, environment: Environment
    ) -> None:
        in_database.execute("GRANT TEMPORARY ON DATABASE komma TO PUBLIC")
        try:
            for role in ("web", "worker"):
                (problem,) = startup.runtime_problems(environment, role)
                assert "temporary tables" in problem
            with psycopg.connect(**environment.conninfo("owner"), autocommit=True) as owner:
                database_roles.ensure_runtime_roles(owner, {"web": "x", "worker": "x"})
            assert startup.runtime_problems(environment, "web") == []
        finally:
            in_database.execute("REVOKE TEMPORARY ON DATABASE komma FROM PUBLIC")

    def test_unreachable_database_is_one_line(self, environment: Environment) -> None:
        address = "postgresql://komma_web:topsecret@127.0.0.1:1/komma"
        elsewhere = replace(environment, database_urls={"web": address})
        (problem,) = startup.runtime_problems(elsewhere, "web")
        assert problem.startswith("The database cannot be reached as komma_web")
        assert "topsecret" not in problem
        assert "\n" not in problem

    def test_old_server_is_refused(self, administrator: psycopg.Connection) -> None:
        assert startup.version_problems(administrator) == []
        old = startup.OLDEST_POSTGRES
        try:
            startup.OLDEST_POSTGRES = 99
            (problem,) = startup.version_problems(administrator)
            assert "too old" in problem
        finally:
            startup.OLDEST_POSTGRES = old


class TestLogSettings:
    def test_embedded_server_passes(self, administrator: psycopg.Connection) -> None:
        assert startup.log_problems(administrator) == []

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("log_min_messages", "warning"),
            ("log_min_error_statement", "error"),
            ("log_error_verbosity", "default"),
            ("log_parameter_max_length", "-1"),
            ("log_parameter_max_length_on_error", "-1"),
            ("log_statement", "all"),
            ("log_min_duration_statement", "100"),
        ],
    )
    def test_talkative_settings_are_found(
        self, administrator: psycopg.Connection, name: str, value: str
    ) -> None:
        assert name in QUIET_LOG
        administrator.execute(f"SET {name} = '{value}'")
        (problem,) = startup.log_problems(administrator)
        assert name in problem


class TestProduction:
    @pytest.fixture
    def ready(self, environment: Environment, tmp_path: Path) -> Environment:
        keys = tmp_path / "keys"
        create_key_files(keys)
        return replace(
            environment, mode="production", key_dir=keys, url="https://komma.example", debug=False
        )

    def test_a_proper_installation_passes(self, ready: Environment) -> None:
        assert startup.production_problems(ready) == []

    def test_each_weakness_is_refused(self, ready: Environment) -> None:
        (debug,) = startup.production_problems(replace(ready, debug=True))
        assert "KOMMA_DEBUG" in debug
        (secret,) = startup.production_problems(replace(ready, secret_key=""))
        assert "secret key" in secret
        (plain,) = startup.production_problems(replace(ready, url="http://komma.example"))
        assert "https" in plain
        (inside,) = startup.production_problems(replace(ready, data_dir=ready.key_dir.parent))
        assert "inside the data directory" in inside

    def test_loose_and_missing_keys_are_refused(self, ready: Environment) -> None:
        (ready.key_dir / "pepper").chmod(0o644)
        (loose,) = startup.production_problems(ready)
        assert "pepper is open to other users" in loose
        (ready.key_dir / "pepper").unlink()
        (missing,) = startup.production_problems(ready)
        assert "pepper is missing" in missing

    def test_demonstration_accounts_are_refused(
        self, in_database: psycopg.Connection, environment: Environment
    ) -> None:
        (untouched,) = startup.demo_problems(environment, "web")
        assert "komma migrate" in untouched
        in_database.execute("CREATE TABLE people_person AS SELECT false AS is_demo")
        in_database.execute("GRANT SELECT ON people_person TO komma_web")
        try:
            assert startup.demo_problems(environment, "web") == []
            in_database.execute("INSERT INTO people_person VALUES (true)")
            (problem,) = startup.demo_problems(environment, "web")
            assert "demonstration accounts" in problem
        finally:
            in_database.execute("DROP TABLE people_person")


def test_debug_alone_keeps_the_server_from_serving(environment: Environment) -> None:
    with pytest.raises(SetupError, match="KOMMA_DEBUG"):
        checking.refuse_unsafe(replace(environment, mode="production", debug=True), "web")
