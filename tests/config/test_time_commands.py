"""``komma audit`` and the replay of deletions by ``komma migrate``, as an operator meets them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from komma.config.environment import Environment
from tests.config.test_command import komma

if TYPE_CHECKING:
    from pathlib import Path

    from komma.config.embedded import EmbeddedPostgres

pytestmark = pytest.mark.slow

_ENTRY = """
INSERT INTO core_auditentry (id, organisation_id, function, kind, day)
VALUES (gen_random_uuid(), %s, '', 'case.received', %s)
"""


@pytest.fixture(scope="module")
def home(server: EmbeddedPostgres) -> Path:
    """The data directory of a migrated database."""
    result = komma(server.data_dir, "migrate", "--verbosity", "0")
    assert (result.returncode, result.stdout) == (0, ""), result.stderr
    return server.data_dir


def statement(home: Path, text: str, *values: str) -> None:
    environment = Environment.read({"KOMMA_MODE": "test", "KOMMA_DATA_DIR": str(home)})
    with psycopg.connect(**environment.conninfo("owner")) as owner:
        owner.execute(text, values)  # type: ignore[arg-type]


def test_heads_are_exported_expire_and_are_compared(home: Path, tmp_path: Path) -> None:
    organisation, export = str(uuid4()), tmp_path / "heads.json"
    for day in ("2024-03-01", "2024-03-02"):
        statement(home, _ENTRY, organisation, day)
    printed = komma(home, "audit", "heads", "--json").stdout
    (head,) = json.loads(printed)
    assert (head["organisation"], head["month"], head["entries"]) == (organisation, "2024-03", 2)
    export.write_text(printed)
    assert komma(home, "audit", "heads").stdout == f"{organisation} 2024-03 2 {head['hash']}\n"
    dropped = komma(home, "audit", "expire")
    assert dropped.returncode == 0
    assert "2024-03: 2 entries" in dropped.stdout
    verified = komma(home, "audit", "verify", "--heads", str(export))
    assert verified.returncode == 0
    assert "2 entries have expired" in verified.stdout
    statement(home, "UPDATE core_audithead SET hash = 'x'")
    assert komma(home, "audit", "verify").returncode == 0
    compared = komma(home, "audit", "verify", "--heads", str(export))
    assert compared.returncode == 1
    assert "differs from the exported head" in compared.stdout


def test_other_files_are_no_export(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("{")
    for name in ("file", "missing"):
        result = komma(home, "audit", "verify", "--heads", str(tmp_path / name))
        assert result.returncode == 1
        assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [[], ["expire", "--months", "0"], ["erase"]])
def test_what_is_no_verb_is_refused(open_dir: Path, arguments: list[str]) -> None:
    assert komma(open_dir, "audit", *arguments).returncode == 2


def test_migrating_tells_of_lines_that_it_cannot_read(home: Path) -> None:
    journal = home / "deletions.journal"
    journal.write_text(f"torn\n2024-03-01 {uuid4()}\n")
    result = komma(home, "migrate", "--verbosity", "0")
    journal.unlink()
    assert result.returncode == 0
    assert "1 lines of deletions.journal are unreadable" in result.stdout


def test_migrating_fails_when_deletions_cannot_be_repeated(home: Path) -> None:
    journal = home / "deletions.journal"
    journal.mkdir()
    asked = komma(home, "migrate", "--plan")
    result = komma(home, "migrate", "--verbosity", "0")
    journal.rmdir()
    assert asked.returncode == 0
    assert result.returncode == 1
    assert "do not serve" in result.stderr
    assert len(result.stderr.splitlines()) == 1
