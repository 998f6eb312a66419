"""The embedded PostgreSQL: passwords, no network, one server, no leftovers, recovery."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from komma.config import cluster_files, places, postgres_programs
from komma.config.embedded import EmbeddedPostgres
from komma.config.errors import SetupError
from tests.config.processes import living_servers, soon

if TYPE_CHECKING:
    from komma.config.environment import Environment

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs it as another user")
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="needs parent-death signals")

START_AND_SLEEP = """
import sys, time
from pathlib import Path
from komma.config.embedded import EmbeddedPostgres
print(EmbeddedPostgres.for_tests(Path(sys.argv[1])).start(), flush=True)
time.sleep(60)
"""


class TestWhoGetsIn:
    def test_every_role_with_its_password(
        self, server: EmbeddedPostgres, environment: Environment
    ) -> None:
        for role in ("owner", "web", "worker"):
            with psycopg.connect(**environment.conninfo(role)) as connection:
                assert connection.info.user == f"komma_{role}"

    @pytest.mark.parametrize("user", ["postgres", "komma_owner", "komma_web"])
    @pytest.mark.parametrize("password", [None, "guess"])
    def test_nobody_without(
        self, server: EmbeddedPostgres, user: str, password: str | None
    ) -> None:
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(
                host=str(server.socket_dir), dbname="postgres", user=user, password=password
            )

    def test_runtime_roles_reach_no_other_database(
        self, server: EmbeddedPostgres, environment: Environment
    ) -> None:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(**environment.conninfo("web") | {"dbname": "postgres"})

    def test_no_network(self, server: EmbeddedPostgres) -> None:
        with server.administrator() as connection:
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)

    def test_files_are_closed_to_others(self, server: EmbeddedPostgres) -> None:
        for path in (server.home, server.cluster, server.socket_dir, server.log_dir):
            assert path.stat().st_mode & 0o777 == 0o700

    def test_no_password_lies_in_the_cluster(self, server: EmbeddedPostgres) -> None:
        password = (server.key_dir / "db_administrator").read_text().strip().encode()
        small = [path for path in server.home.glob("*") if path.is_file()]
        assert all(password not in path.read_bytes() for path in small)


class TestLog:
    """Rows and statements stay out of the log (negative control: with another setting)."""

    def provoke(self, connection: psycopg.Connection, secret: str) -> None:
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute(
                "CREATE TEMP TABLE once (word text PRIMARY KEY);"
                f"INSERT INTO once VALUES ('{secret}'), ('{secret}')"
            )

    def log(self, server: EmbeddedPostgres) -> str:
        return "".join(path.read_text() for path in server.log_dir.glob("postgres-*.log"))

    def test_errors_quote_no_value(self, server: EmbeddedPostgres) -> None:
        with server.administrator() as connection:
            self.provoke(connection, "Wort-eins")
            with pytest.raises(psycopg.errors.InvalidTextRepresentation):
                connection.execute("SELECT 'Wort-eins'::text::integer")
            # Written after the errors, so once it is there they would be, too.
            connection.execute("DO $$ BEGIN RAISE LOG 'later'; END $$")
        assert soon(lambda: "later" in self.log(server))
        assert "Wort-eins" not in self.log(server)

    def test_they_would_with_usual_settings(self, server: EmbeddedPostgres) -> None:
        with server.administrator() as connection:
            connection.execute("SET log_min_error_statement = 'error'")
            connection.execute("SET log_min_messages = 'warning'")
            self.provoke(connection, "Wort-zwei")
        assert soon(lambda: "Wort-zwei" in self.log(server))


class TestOneServer:
    def test_second_start_finds_the_first(self, server: EmbeddedPostgres) -> None:
        other = EmbeddedPostgres.for_tests(server.data_dir)
        assert other.start() is False
        assert other.pid == server.pid
        other.stop()
        assert server.running()

    @ON_LINUX
    def test_two_processes_at_the_same_moment(self, open_dir: Path) -> None:
        command = [sys.executable, "-c", START_AND_SLEEP, str(open_dir)]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        try:
            said = {process.stdout.readline().strip() for process in both if process.stdout}
            assert said == {"True", "False"}
        finally:
            for process in both:
                process.kill()
                process.communicate()
        assert soon(lambda: not living_servers(open_dir / "postgres/cluster"))


class TestAfterAccidents:
    def test_data_survive_kill_and_stop(self, open_dir: Path) -> None:
        server = EmbeddedPostgres(open_dir, open_dir / "keys")
        with server:
            with server.administrator() as connection:
                connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
            assert server.pid is not None
            os.kill(server.pid, signal.SIGKILL)
            assert soon(lambda: server.pid is None)
            assert server.start()
            with server.administrator() as connection:
                assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        assert not server.running()
        with server, server.administrator() as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
        assert soon(lambda: not living_servers(server.cluster))

    @ON_LINUX
    def test_a_killed_supervisor_leaves_no_server(self, open_dir: Path) -> None:
        cluster = open_dir / "postgres/cluster"
        command = [sys.executable, "-c", START_AND_SLEEP, str(open_dir)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "True"
            assert living_servers(cluster)
            process.kill()
        assert soon(lambda: not living_servers(cluster))

    def test_leftovers_do_not_hinder_the_start(self, open_dir: Path) -> None:
        server = EmbeddedPostgres.for_tests(open_dir)
        with server:
            pass
        # The number of the old server belongs to another living process by now: to us.
        (server.cluster / "postmaster.pid").write_text(f"{os.getpid()}\n{server.cluster}\n")
        # And a first start was once interrupted.
        (server.home / "cluster.new").mkdir()
        (server.home / "cluster.new/PG_VERSION").write_text("18\n")
        assert server.pid is None
        with server:
            assert server.running()

    def test_a_server_that_cannot_start_says_where_to_look(self, open_dir: Path) -> None:
        server = EmbeddedPostgres.for_tests(open_dir)
        with server:
            pass
        (server.cluster / "PG_VERSION").write_text("12\n")
        with pytest.raises(SetupError, match=str(server.log_dir)):
            server.start()
        assert not living_servers(server.cluster)


class TestPlaces:
    def test_directories_above_keep_owner_and_mode(self, open_dir: Path) -> None:
        open_dir.chmod(0o751)
        before = [
            (path.stat().st_mode, path.stat().st_uid) for path in (open_dir, *open_dir.parents)
        ]
        with EmbeddedPostgres.for_tests(open_dir):
            pass
        after = [
            (path.stat().st_mode, path.stat().st_uid) for path in (open_dir, *open_dir.parents)
        ]
        assert after == before

    @AS_ROOT
    def test_out_of_reach_for_the_database_user(
        self, tmp_path: Path, open_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(places, "SHARED_HOME", open_dir / "shared")
        tmp_path.chmod(0o700)
        with EmbeddedPostgres.for_tests(tmp_path / "var") as server:
            assert server.home.parent == open_dir / "shared"
            home = server.home
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        # The pointer file leads the next start to the same place.
        assert EmbeddedPostgres.for_tests(tmp_path / "var").home == home

    @AS_ROOT
    def test_programs_out_of_reach_are_copied_once(
        self, open_dir: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_programs, "SHARED_HOME", open_dir / "shared")
        monkeypatch.setattr(postgres_programs, "reachable", lambda path, user: False)
        user = places.database_user(open_dir / "none")
        first = postgres_programs.program_dir(user)
        assert first.is_relative_to(open_dir / "shared")
        assert postgres_programs.program_dir(user) == first
        for program in ("postgres", "initdb", "pg_isready"):
            postgres_programs.run(
                [str(first / program), "--version"],
                user=user,
                variables=cluster_files.CLEAN_VARIABLES,
            )

    def test_long_paths_get_a_short_socket(self) -> None:
        short, long = Path("/srv/komma"), Path("/srv") / ("x" * 90)
        assert places.socket_dir(short) == short / "socket"
        assert places.socket_dir(long).parent == Path("/tmp")
        assert places.socket_dir(long) != places.socket_dir(long / "y")

    def test_a_prepared_socket_directory_is_refused(self, open_dir: Path) -> None:
        user = places.database_user(open_dir / "none")
        cluster_files.create_owned(open_dir / "good", user)
        cluster_files.create_owned(open_dir / "good", user)
        (open_dir / "good").chmod(0o755)
        with pytest.raises(SetupError, match="open to other users"):
            cluster_files.create_owned(open_dir / "good", user)
        (open_dir / "link").symlink_to(open_dir / "good")
        with pytest.raises(SetupError, match="belongs to"):
            cluster_files.create_owned(open_dir / "link", user)
