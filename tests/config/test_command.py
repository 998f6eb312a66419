"""The ``komma`` command as an operator meets it: real processes, exit codes, one line each."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.config.processes import living_commands, soon

if TYPE_CHECKING:
    from pathlib import Path

COMMAND = [sys.executable, "-m", "komma.config.command"]


def variables(directory: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"KOMMA_MODE": "test", "KOMMA_DATA_DIR": str(directory), **more}


def komma(directory: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=variables(directory, **more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answer(port: int, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers={"Host": "localhost"})
        response = connection.getresponse()
        return response.status, response.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


class TestRefusals:
    @pytest.mark.parametrize("command", ["run", "serve"])
    def test_port_in_use(self, open_dir: Path, command: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = str(listener.getsockname()[1])
            result = komma(open_dir, command, KOMMA_PORT=port)
        assert result.returncode == 1
        assert f"port {port}: address already in use" in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_unusable_data_directory(self, open_dir: Path) -> None:
        (open_dir / "file").write_text("")
        result = komma(open_dir / "file/var", "check")
        assert result.returncode == 1
        assert "data directory" in result.stderr
        assert len(result.stderr.splitlines()) == 1

    def test_unreachable_database(self, open_dir: Path) -> None:
        address = "postgresql://komma_web:topsecret@127.0.0.1:1/komma"
        result = komma(open_dir, "serve", KOMMA_WEB_DATABASE_URL=address, KOMMA_PORT="1")
        assert result.returncode == 1
        assert "cannot be reached" in result.stderr or "Cannot listen" in result.stderr
        assert "topsecret" not in result.stderr + result.stdout

    def test_runtime_address_must_name_the_runtime_role(self, open_dir: Path) -> None:
        address = "postgresql://root@127.0.0.1:1/komma"
        result = komma(open_dir, "migrate", KOMMA_WEB_DATABASE_URL=address)
        assert result.returncode == 1
        assert "komma_web" in result.stderr

    def test_demonstration_data_in_production(self, open_dir: Path) -> None:
        result = komma(open_dir, "demo", KOMMA_MODE="production")
        assert result.returncode == 1
        assert "KOMMA_MODE=demo" in result.stderr

    def test_unready_production_names_every_problem(self, open_dir: Path) -> None:
        keys = {"KOMMA_MODE": "production", "KOMMA_KEY_DIR": str(open_dir / "data/keys")}
        assert komma(open_dir / "data", "keys", **keys).returncode == 0
        result = komma(
            open_dir / "data", "serve", **keys, KOMMA_DEBUG="1", KOMMA_PORT=str(free_port())
        )
        assert result.returncode == 1
        for word in ("KOMMA_DEBUG", "https://", "inside the data directory"):
            assert word in result.stderr

    def test_unknown_arguments(self, open_dir: Path) -> None:
        assert komma(open_dir, "serve", "--fast").returncode == 2


def test_keys_are_created_once(open_dir: Path) -> None:
    first = komma(open_dir, "keys", KOMMA_MODE="production")
    assert "created" in first.stdout
    assert "all key files exist" in komma(open_dir, "keys", KOMMA_MODE="production").stdout


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs parent-death signals")
def test_run_serves_and_leaves_nothing_behind(open_dir: Path) -> None:
    """First start, orderly end, second start, kill -9."""
    port = free_port()
    settings = variables(
        open_dir, KOMMA_PORT=str(port), KOMMA_WEB_WORKERS="1", PYTHONUNBUFFERED="1"
    )
    mark = f"KOMMA_DATA_DIR={open_dir}"
    for end in (signal.SIGTERM, signal.SIGKILL):
        with (open_dir / "output").open("w+") as output:
            process = subprocess.Popen(
                [*COMMAND, "run"], env=settings, stdout=output, stderr=output, text=True
            )
            try:
                assert soon(lambda: answer(port, "/healthz")[0] == 200, patience=60)
                assert soon(lambda: answer(port, "/readyz") == (200, b'{"status": "ok"}'))
                assert soon(lambda: "KommA is ready" in (open_dir / "output").read_text())
                assert len(living_commands(mark)) >= 4, "supervisor, server, its worker, job worker"
                second = komma(open_dir, "run", KOMMA_PORT=str(free_port()))
                assert "already runs" in second.stderr
            finally:
                process.send_signal(end)
                code = process.wait(timeout=30)
        assert code == (0 if end is signal.SIGTERM else -end)
        assert soon(lambda: not living_commands(mark))
        assert soon(lambda: not living_commands(str(open_dir / "postgres")))


@pytest.mark.slow
def test_the_worker_keeps_no_finished_job(open_dir: Path) -> None:
    """Jobs come from the web role through its pool; one ends well, one fails."""
    demo = {"KOMMA_MODE": "demo", "KOMMA_PORT": str(free_port())}
    add = (
        "from komma.people.jobs import mail_changed; from komma.reporting.jobs import delete_expired;"
        " mail_changed.defer(person='00000000-0000-4000-8000-000000000000');"
        " delete_expired.defer(nonsense=1);"
        " from django.db import connection; connection.close(); connection.close_pool()"
    )
    count = (
        "from procrastinate.contrib.django.models import ProcrastinateJob as Job;"
        " print('jobs:', Job.objects.count())"
    )
    assert komma(open_dir, "migrate", **demo).returncode == 0
    added = komma(open_dir, "django", "shell", "-c", add, **demo)
    assert added.returncode == 0, added.stderr
    ask = ("django", "--role", "worker", "shell", "-c", count)
    assert "jobs: 2" in komma(open_dir, *ask).stdout
    worked = komma(open_dir, "worker", "--one-shot", **demo)
    assert worked.returncode == 0, worked.stderr
    assert "jobs: 0" in komma(open_dir, *ask).stdout
