"""Keys and places for the vault's tests."""

import secrets
from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings

from komma.core.vault.keys import KeyPair, new_key_pair
from komma.core.vault.sealing import Context


@pytest.fixture(scope="session")
def owner() -> KeyPair:
    return new_key_pair()


@pytest.fixture(scope="session")
def stranger() -> KeyPair:
    return new_key_pair()


@pytest.fixture(scope="session")
def place() -> Context:
    return Context(case=uuid4(), column="cases.entry.text", row=uuid4())


@pytest.fixture
def key_dir(tmp_path: Path, settings: Settings) -> Path:
    """A server's own keys, which no other test shares."""
    directory = tmp_path / "keys"
    directory.mkdir(mode=0o700)
    for name, text in (("server_key", new_key_pair().secret), ("pepper", secrets.token_hex(32))):
        (directory / name).write_text(text + "\n")
        (directory / name).chmod(0o600)
    settings.KOMMA_KEY_DIR = directory
    return directory
