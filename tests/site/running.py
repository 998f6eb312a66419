"""A real installation: `komma run` with the demo network, as a visitor gets it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

READY = "KommA is ready"
PATIENCE = 180.0  # seconds: the first start fills the demo network


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """One running installation with everything it writes below ``directory``."""

    directory: Path
    port: int
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def output(self) -> str:
        return (self.directory / "output.log").read_text(errors="replace")

    def run_job(self, name: str) -> None:
        """Run a periodic job of ``module:function`` now, as the worker does at its hour."""
        module, function = name.split(":")
        code = f"from {module} import {function}; {function}(0)"
        command = [sys.executable, "-m", "komma.config.command", "django", "--role", "worker"]
        subprocess.run(
            [*command, "shell", "--no-imports", "-c", code],
            env=self.environment,
            check=True,
            capture_output=True,
            timeout=PATIENCE,
        )

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(60)


def start_site(directory: Path) -> Site:
    """Start the installation below ``directory`` and wait until it answers."""
    directory.chmod(0o755)
    temporary = directory / "tmp"
    temporary.mkdir(mode=0o1777)
    temporary.chmod(0o1777)
    port = free_port()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("KOMMA_", "DJANGO_", "PYTEST", "DATABASE_URL"))
    }
    environment = kept | {
        "KOMMA_MODE": "demo",
        "KOMMA_DATA_DIR": str(directory / "var"),
        "KOMMA_PORT": str(port),
        "TMPDIR": str(temporary),
    }
    with (directory / "output.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "komma.config.command", "run"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    site = Site(directory, port, process, environment)
    deadline = time.monotonic() + PATIENCE
    while READY not in site.output:
        if process.poll() is not None or time.monotonic() > deadline:
            site.stop()
            raise RuntimeError(f"The installation did not start:\n{site.output}")
        time.sleep(0.2)
    return site
