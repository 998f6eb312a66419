"""pytest plugin: one throw-away PostgreSQL for the run, started before the settings load.

Loaded with ``-p tests.server``, because pytest-django reads the settings before any conftest.
Worker processes of pytest-xdist inherit the environment and use the controller's server.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

STARTED = "KOMMA_TEST_SERVER"


def _prepare() -> None:
    directory = Path(tempfile.mkdtemp(prefix="komma-test-"))
    directory.chmod(0o755)  # the database's own user must get through to its files
    for name in [
        name for name in os.environ if name.startswith("KOMMA_") or name == "DATABASE_URL"
    ]:
        if name not in ("KOMMA_TEST_DATABASE_URL",):
            del os.environ[name]
    os.environ |= {
        STARTED: str(directory),
        "KOMMA_MODE": "test",
        "KOMMA_DATA_DIR": str(directory),
        "KOMMA_DB_ROLE": "owner",
        "DJANGO_SETTINGS_MODULE": "komma.config.settings",
        # Playwright's own event loop runs in the thread that also talks to the database.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }


class Server:
    """Starts the server on the controller and removes everything when the process ends."""

    def __init__(self) -> None:
        from komma.config.testing import start_database_server

        self.directory = Path(os.environ[STARTED])
        self.server = start_database_server(self.directory)
        os.environ |= self.server.variables
        atexit.register(self.close)  # also where pytest fails before it is configured

    def close(self) -> None:
        self.server.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


if STARTED not in os.environ:
    _prepare()
    Server()
