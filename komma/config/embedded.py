"""The embedded PostgreSQL: for demonstration, development, tests and small use.

It asks for passwords (SCRAM), opens no TCP port, runs as an unprivileged user when started by
root, and ends with the process that started it. Reasons: docs/adr/0003-embedded-postgresql.md.
"""

import fcntl
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from komma.config import children, cluster_files, database_roles, places, postgres_programs
from komma.config.environment import ROLES
from komma.config.errors import SetupError
from komma.config.keyfiles import create_key_files, read_key
from komma.config.postgres_settings import server_settings

_PATIENCE = 60.0  # seconds; recovery of a large database after a crash takes a while
_STOP_PATIENCE = 30.0


class EmbeddedPostgres:
    """One cluster below a data directory, with its passwords in a key directory."""

    def __init__(self, data_dir: Path, key_dir: Path, *, fast_and_unsafe: bool = False) -> None:
        """``fast_and_unsafe`` gives up durability; it is meant for tests."""
        self.data_dir = data_dir
        self.key_dir = key_dir
        self._fast = fast_and_unsafe
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def for_tests(cls, directory: Path) -> Self:
        """A server without durability, all its files below ``directory``."""
        return cls(directory, directory / "keys", fast_and_unsafe=True)

    @property
    def home(self) -> Path:
        """The directory of cluster, socket and log."""
        return places.cluster_home(self.data_dir)

    @property
    def socket_dir(self) -> Path:
        """The ``host`` of a connection."""
        return places.socket_dir(self.home)

    @property
    def log_dir(self) -> Path:
        """Server logs of the last seven days."""
        return self.home / "log"

    @property
    def cluster(self) -> Path:
        """The directory that PostgreSQL calls PGDATA."""
        return self.home / "cluster"

    @property
    def pid(self) -> int | None:
        """The process id of the living server, whoever started it."""
        return cluster_files.server_pid(self.cluster)

    def running(self) -> bool:
        """Whether a server for this cluster lives and takes connections."""
        return self.pid is not None and self._accepts_connections()

    def start(self) -> bool:
        """Start the server, or find the one that runs already.

        Returns:
            True if this call started it; only then does :meth:`stop` stop it.

        Raises:
            SetupError: it does not come up; the message names the log.
        """
        places.create_data_dir(self.data_dir)
        passwords = tuple(f"db_{role}" for role in (*ROLES, "administrator"))
        create_key_files(self.key_dir, passwords)
        if self._process is not None:
            self._process.poll()  # a killed server lingers as a zombie until somebody asks
        with self._start_lock():
            if self.pid is not None:
                self._wait_until_ready(None)
                return False
            self._prepare()
            self._launch()
        return True

    def stop(self) -> None:
        """Stop the server if we started it: open transactions are rolled back."""
        if self._process is not None:
            children.stop(self._process, by=signal.SIGINT, patience=_STOP_PATIENCE)
            self._process = None

    def ensure_roles(self) -> None:
        """Create roles and database; the passwords follow the key files."""
        passwords = {role: read_key(self.key_dir, f"db_{role}") for role in ROLES}
        with self.administrator() as connection:
            database_roles.ensure_cluster(connection, passwords, for_tests=self._fast)

    def administrator(self) -> psycopg.Connection:
        """A superuser's connection to the database ``postgres``, in autocommit mode."""
        return psycopg.connect(
            host=str(self.socket_dir),
            port=places.SOCKET_PORT,
            dbname="postgres",
            user="postgres",
            password=read_key(self.key_dir, "db_administrator"),
            require_auth="scram-sha-256",
            autocommit=True,
        )

    def __enter__(self) -> Self:
        self.start()
        try:
            self.ensure_roles()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _prepare(self) -> None:
        user = places.database_user(self.home)
        cluster_files.create_home(self.data_dir, user)
        cluster_files.create_owned(self.socket_dir, user)
        cluster_files.create_owned(self.log_dir, user)
        if not (self.cluster / "PG_VERSION").exists():
            password = read_key(self.key_dir, "db_administrator")
            cluster_files.create_cluster(self.home, user, password, sync=not self._fast)
        cluster_files.remove_stale_pid_files(self.cluster, self.socket_dir)

    def _launch(self) -> None:
        """Start the server process and wait for it.

        After kill -9 of a server its backends hold the shared memory for a moment, in which a
        new server gives up; therefore the second and third try.
        """
        if self._process is not None:
            # Ours ended by itself: take its exit, and what may be left of its group.
            children.kill_group(self._process)
            self._process = None
        user = places.database_user(self.home)
        settings = server_settings(self.socket_dir, self.log_dir, fast_and_unsafe=self._fast)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [
            str(postgres_programs.program_dir(user) / "postgres"),
            "-D",
            str(self.cluster),
            *options,
        ]
        first_words = self.log_dir / "start.log"
        for pause in (0.3, 1.0, 0.0):
            with first_words.open("wb") as output:
                process = children.spawn(
                    command,
                    user=user,
                    at_parent_death=signal.SIGINT,
                    variables=cluster_files.CLEAN_VARIABLES,
                    output=output,
                )
            try:
                self._wait_until_ready(process)
            except SetupError:
                children.kill_group(process)
                if not pause:
                    raise
                time.sleep(pause)
            else:
                self._process = process
                return

    def _wait_until_ready(self, process: subprocess.Popen[bytes] | None) -> None:
        """Wait for connections while the server lives: ours, or another process's."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            lives = self.pid is not None if process is None else process.poll() is None
            if not lives:
                break
            # The process id too: at a takeover the socket may still belong to somebody else.
            if (process is None or self.pid == process.pid) and self._accepts_connections():
                return
            time.sleep(0.01)
        raise SetupError(f"The embedded PostgreSQL does not start; see {self.log_dir}.")

    def _accepts_connections(self) -> bool:
        user = places.database_user(self.home)
        program = postgres_programs.program_dir(user) / "pg_isready"
        target = ["-h", str(self.socket_dir), "-p", places.SOCKET_PORT, "-d", "postgres"]
        result = subprocess.run(  # noqa: S603 - a program of the wheel
            [program, "-q", *target], env=cluster_files.CLEAN_VARIABLES, check=False
        )
        return result.returncode == 0

    @contextmanager
    def _start_lock(self) -> Iterator[None]:
        """Only one process at a time looks and starts; the lock ends with its process."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.data_dir / "postgres.lock", flags, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
