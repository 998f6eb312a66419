"""The environment: defaults, refusals, database addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.config.environment import Environment
from komma.config.errors import SetupError

if TYPE_CHECKING:
    from pathlib import Path


def read(tmp_path: Path, **variables: str) -> Environment:
    return Environment.read({"KOMMA_DATA_DIR": str(tmp_path / "var"), **variables})


def test_defaults_are_those_of_production(tmp_path: Path) -> None:
    environment = read(tmp_path)
    assert environment.mode == "production"
    assert environment.role == "web"
    assert not environment.debug
    assert (environment.host, environment.port) == ("127.0.0.1", 8000)
    assert environment.url == "http://localhost:8000"
    assert environment.key_dir == tmp_path / "var/keys"
    assert environment.embedded


def test_production_creates_no_keys(tmp_path: Path) -> None:
    assert read(tmp_path).secret_key == ""
    assert not (tmp_path / "var").exists()


def test_demonstration_creates_keys_once(tmp_path: Path) -> None:
    first = read(tmp_path, KOMMA_MODE="demo")
    again = read(tmp_path, KOMMA_MODE="demo")
    assert len(first.secret_key) >= 50
    assert first.secret_key == again.secret_key
    assert first.key_dir.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in first.key_dir.iterdir()} == {0o600}
    assert (first.key_dir / "server_key").read_text().startswith("AGE-SECRET-KEY-1")
    assert len(bytes.fromhex((first.key_dir / "pepper").read_text().strip())) == 32


def test_existing_data_directory_keeps_its_permissions(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir(mode=0o750)
    read(tmp_path, KOMMA_MODE="demo")
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KOMMA_MODE", "staging"),
        ("KOMMA_DB_ROLE", "postgres"),
        ("KOMMA_PORT", "http"),
        ("KOMMA_PORT", "70000"),
        ("KOMMA_PORT", "²"),
        ("KOMMA_DEBUG", "perhaps"),
        ("KOMMA_WEB_WORKERS", "0"),
        ("KOMMA_URL", "komma.example"),
        ("KOMMA_URL", "https://komma.example/melden"),
    ],
)
def test_malformed_values_are_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SetupError, match=name):
        read(tmp_path, **{name: value})


def test_port_stands_in_the_default_url(tmp_path: Path) -> None:
    assert read(tmp_path, KOMMA_PORT="8123").url == "http://localhost:8123"


def test_embedded_database_uses_socket_and_password_of_the_role(tmp_path: Path) -> None:
    environment = read(tmp_path, KOMMA_MODE="test", KOMMA_DB_ROLE="worker")
    entry = environment.database()
    assert entry["USER"] == "komma_worker"
    assert entry["PASSWORD"] == (environment.key_dir / "db_worker").read_text().strip()
    assert entry["HOST"].startswith("/")
    assert entry["OPTIONS"] == {"require_auth": "scram-sha-256"}
    assert environment.database("owner")["PASSWORD"] != entry["PASSWORD"]


def test_external_addresses(tmp_path: Path) -> None:
    environment = read(
        tmp_path,
        KOMMA_MODE="test",
        DATABASE_URL="postgresql://chief:a%40b@db.example:6432/town?sslmode=verify-full",
        KOMMA_WEB_DATABASE_URL="postgresql://komma_web:secret@db.example/town",
    )
    owner, web, worker = (environment.database(role) for role in ("owner", "web", "worker"))
    assert (owner["USER"], owner["PASSWORD"], owner["NAME"]) == ("chief", "a@b", "town")
    assert owner["OPTIONS"] == {"sslmode": "verify-full"}
    assert (web["USER"], web["PASSWORD"], web["PORT"]) == ("komma_web", "secret", "")
    # Without an address of its own, a role uses the owner's server and its own password file.
    assert (worker["USER"], worker["HOST"], worker["PORT"]) == (
        "komma_worker",
        "db.example",
        "6432",
    )
    assert worker["PASSWORD"] == (environment.key_dir / "db_worker").read_text().strip()


def test_a_web_server_needs_no_owner_address(tmp_path: Path) -> None:
    environment = read(tmp_path, KOMMA_WEB_DATABASE_URL="postgresql://komma_web:s@db.example/town")
    assert not environment.embedded
    assert environment.database("web")["HOST"] == "db.example"
    with pytest.raises(SetupError, match="DATABASE_URL is not set"):
        environment.database("owner")


def test_malformed_address_is_not_repeated(tmp_path: Path) -> None:
    environment = read(tmp_path, DATABASE_URL="postgresql://chief:topsecret@db:port/town?what=1")
    with pytest.raises(SetupError) as caught:
        environment.database("owner")
    assert "topsecret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_connecting_without_password_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="komma keys"):
        read(tmp_path).conninfo("web")
