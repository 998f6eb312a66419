"""``komma run``: database, migrations, web server and job worker under one process."""

import fcntl
import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from komma.config import children, database
from komma.config.embedded import EmbeddedPostgres
from komma.config.environment import Environment
from komma.config.errors import SetupError
from komma.config.places import create_data_dir
from komma.config.web import ensure_port_is_free

_READY_PATIENCE: Final = 60.0  # seconds
_STOP_PATIENCE: Final = 15.0
_LOOK_EVERY: Final = 0.5


class _Stopped(BaseException):
    """Somebody asked us to end."""


def run(environment: Environment) -> None:
    """Run everything until Ctrl-C, SIGTERM or a hang-up.

    Raises:
        SetupError: a part does not start, or ends by itself.
    """
    ensure_port_is_free(environment)
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with _stop_signals(), _only_one(environment.data_dir):
        try:
            with database.available(environment) as server:
                try:
                    _start(environment, processes)
                    _watch(processes, server)
                finally:
                    _stop_all(processes)
        except _Stopped:
            print("KommA has stopped.", flush=True)


def _start(environment: Environment, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    _step("migrate", "--verbosity", "0")
    # At our sudden death the database goes too: an orderly end would wait for it in vain.
    for name, command in (("web server", "serve"), ("job worker", "worker")):
        processes[name] = children.spawn(_command(command), at_parent_death=signal.SIGKILL)
    if environment.mode == "demo":
        _step("demo")
    _wait_until_answering(environment, processes["web server"])
    print(f"\nKommA is ready: {environment.url}  (Ctrl-C stops it)\n", flush=True)


def _watch(processes: dict[str, subprocess.Popen[bytes]], server: EmbeddedPostgres | None) -> None:
    while True:
        time.sleep(_LOOK_EVERY)
        for name, process in processes.items():
            if process.poll() is not None:
                raise SetupError(f"The {name} has ended by itself (exit {process.returncode}).")
        if server is not None and server.pid is None:
            # Ended from outside, or it belonged to another command that has finished.
            server.start()


def _step(*arguments: str) -> None:
    process = children.spawn(_command(*arguments))
    try:
        code = process.wait()
    except BaseException:
        children.kill_group(process)
        raise
    if code:
        raise SetupError(f"'komma {arguments[0]}' failed; its message stands above.")


def _wait_until_answering(environment: Environment, process: subprocess.Popen[bytes]) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.host, environment.host)  # noqa: S104
    deadline = time.monotonic() + _READY_PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        connection = http.client.HTTPConnection(host, environment.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()
    raise SetupError("The web server does not answer; its message stands above.")


def _stop_all(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    for process in processes.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes.values():
        children.stop(process, by=signal.SIGTERM, patience=_STOP_PATIENCE)
        # Also what a main process that was killed may have left in its session.
        children.kill_group(process)


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "komma.config.command", *arguments]


@contextmanager
def _only_one(data_dir: Path) -> Iterator[None]:
    create_data_dir(data_dir)
    with (data_dir / "run.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError(f"KommA already runs with the data directory {data_dir}.") from error
        yield


@contextmanager
def _stop_signals() -> Iterator[None]:
    """The first signal unwinds; later ones do not disturb the orderly end."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise _Stopped

    previous = {number: signal.signal(number, stop) for number in signals}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
