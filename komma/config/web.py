"""The web server: granian, one process group, no access log."""

import logging
import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from komma.config.environment import Environment
from komma.config.errors import SetupError
from komma.config.launch import die_with_parent
from komma.config.places import create_data_dir

_MOST_WORKERS_BY_DEFAULT: Final = 8
# Threads wait for the database beside each other; more bring nothing (GIL).
_THREADS: Final = 4
_STOP_PATIENCE: Final = 10  # seconds for requests that are being answered


def ensure_port_is_free(environment: Environment) -> None:
    """Granian would share the port with a second server unnoticed (SO_REUSEPORT).

    Raises:
        SetupError: somebody listens there, or the address is not ours.
    """
    host, port = environment.host, environment.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SetupError(
                f"Cannot listen on {host}, port {port}: {(error.strerror or 'unknown').lower()};"
                " set KOMMA_PORT or KOMMA_HOST."
            ) from error


def serve(environment: Environment) -> None:
    """Answer requests until SIGTERM or SIGINT."""
    logging.captureWarnings(capture=True)
    create_data_dir(environment.data_dir)
    server = Granian(
        "komma.config.wsgi:application",
        address=environment.host,
        port=environment.port,
        interface=Interfaces.WSGI,
        workers=environment.web_workers or _workers_by_default(),
        blocking_threads=_THREADS,
        websockets=False,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_PATIENCE,
    )
    # Granian types its loader for a target that it does not pass without a wrapper.
    loader: Callable[..., Any] = partial(_application, os.getpid())
    server.serve(target_loader=loader, wrap_loader=False)


def _application(main_process: int) -> Callable[..., Any]:
    """Runs in a worker process, which must not survive a killed main process."""
    die_with_parent(main_process, signal.SIGKILL)
    from komma.config.wsgi import application

    return application


def _workers_by_default() -> int:
    return min(os.process_cpu_count() or 1, _MOST_WORKERS_BY_DEFAULT)
