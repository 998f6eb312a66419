"""A directory that the database's own system user can reach, and a server in it."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from komma.config.embedded import EmbeddedPostgres
from komma.config.environment import Environment

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """An empty directory (0755) with a short path."""
    directory = Path(tempfile.mkdtemp(prefix="komma-config-"))
    directory.chmod(0o755)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddedPostgres]:
    """A server with roles, shared by the tests of a module that leave it as it was."""
    directory = Path(tempfile.mkdtemp(prefix="komma-config-"))
    directory.chmod(0o755)
    with EmbeddedPostgres.for_tests(directory) as running:
        # As in production: for_tests lets the owner act as the runtime roles.
        yield running
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture
def environment(server: EmbeddedPostgres) -> Environment:
    """The environment of a process that uses the server."""
    return Environment.read({"KOMMA_MODE": "test", "KOMMA_DATA_DIR": str(server.data_dir)})
