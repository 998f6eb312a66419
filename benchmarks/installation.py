"""A temporary installation: durable PostgreSQL, web server and job worker as in real use."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from benchmarks.client import Client
from komma.config import children
from komma.config.embedded import EmbeddedPostgres
from komma.config.environment import Environment

ROOT: Final = Path(__file__).resolve().parent.parent
_READY_PATIENCE: Final = 60.0  # seconds
_STOP_PATIENCE: Final = 15.0


class Failed(Exception):  # noqa: N818 - reads as a finding
    """A part of the installation does not start or has ended; the message says why."""


@dataclass
class Installation:
    """Everything below one temporary directory."""

    directory: Path
    port: int
    postgres: EmbeddedPostgres
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        """The environment of its processes; nothing of this shell's own settings gets in."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KOMMA_") and name not in {"DATABASE_URL", "PYTHONPATH"}
        }
        return kept | {
            # Demonstration mode: a password alone signs in, and the pool is on as in production.
            "KOMMA_MODE": "demo",
            "KOMMA_DATA_DIR": str(self.directory),
            "KOMMA_PORT": str(self.port),
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "PYTHONPATH": str(ROOT),
        }

    def run(self, *command: str, role: str = "") -> None:
        """Run a Python module to its end.

        Raises:
            Failed: it ends with an error, which is in its output.
        """
        roles = {"KOMMA_DB_ROLE": role} if role else {}
        process = children.spawn([sys.executable, "-m", *command], variables=self.variables | roles)
        try:
            code = process.wait()
        except BaseException:
            children.kill_group(process)
            raise
        if code:
            raise Failed(f"{' '.join(command)} has failed, see above.")

    def start(self) -> None:
        """Start web server and job worker, and wait for the first answer."""
        for name, verb in (("web", "serve"), ("worker", "worker")):
            with self._log(name).open("wb") as output:
                self.processes[name] = children.spawn(
                    [sys.executable, "-m", "komma.config.command", verb],
                    at_parent_death=signal.SIGKILL,
                    variables=self.variables,
                    output=output,
                )
        deadline = time.monotonic() + _READY_PATIENCE
        while time.monotonic() < deadline:
            self.ensure_alive()
            try:
                client = Client(self.port)
                if client.get("/readyz").status == 200:
                    return
            except OSError:
                time.sleep(0.05)
            finally:
                client.close()
        raise Failed("The web server does not answer.")

    def ensure_alive(self) -> None:
        """Raise Failed with the end of the log if web server or job worker has ended."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Failed(f"The {name} has ended:\n{self.log_end(name)}")

    def log_end(self, name: str, lines: int = 40) -> str:
        """The last lines that a process has written."""
        return "\n".join(self._log(name).read_text(errors="replace").splitlines()[-lines:])

    def stop(self) -> None:
        """Stop web server and job worker with all that belongs to them."""
        for process in self.processes.values():
            children.stop(process, by=signal.SIGTERM, patience=_STOP_PATIENCE)
            children.kill_group(process)

    def owner(self) -> psycopg.Connection:
        """A connection of the tables' owner, whom no row policy binds."""
        environment = Environment.read(self.variables)
        return psycopg.connect(**environment.conninfo("owner"), autocommit=True)

    def _log(self, name: str) -> Path:
        return self.directory / f"{name}.log"


@contextmanager
def installation(port: int, *, keep: bool = False) -> Iterator[Installation]:
    """Yield a migrated installation whose database runs; everything ends with the block."""
    directory = Path(tempfile.mkdtemp(prefix="komma-bench-"))
    directory.chmod(0o711)  # the database's own user must get through to its files
    server = EmbeddedPostgres(directory, directory / "keys")
    made = Installation(directory, port, server)
    try:
        with server:
            made.run("komma.config.command", "migrate", "--verbosity", "0")
            try:
                yield made
            finally:
                made.stop()
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)


def groups(made: Installation) -> dict[str, Sequence[int]]:
    """The process ids at the heads of the groups whose memory is watched."""
    web_and_worker = [process.pid for process in made.processes.values()]
    database = made.postgres.pid
    return {"web and worker": web_and_worker, "PostgreSQL": [database] if database else []}
