"""Key files: created once, whole, and closed to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.config.errors import SetupError
from komma.config.keyfiles import KEY_NAMES, create_key_files, loose_paths, read_key

if TYPE_CHECKING:
    from pathlib import Path


def test_missing_files_are_created_and_existing_ones_kept(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o700)
    (keys / "pepper").write_text("old pepper\n")
    created = {path.name for path in create_key_files(keys)}
    assert created == set(KEY_NAMES) - {"pepper"}
    assert read_key(keys, "pepper") == "old pepper"
    assert create_key_files(keys) == []
    assert {path.name for path in keys.iterdir()} == set(KEY_NAMES), "no drafts are left"


def test_a_draft_of_another_process_loses_against_the_finished_file(tmp_path: Path) -> None:
    create_key_files(tmp_path / "keys", ("pepper",))
    before = read_key(tmp_path / "keys", "pepper")
    assert create_key_files(tmp_path / "keys", ("pepper",)) == []
    assert read_key(tmp_path / "keys", "pepper") == before


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_missing_and_empty_files_are_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "pepper").write_text(content)
    with pytest.raises(SetupError, match="pepper"):
        read_key(tmp_path, "pepper")


def test_loose_modes_are_found(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    create_key_files(keys)
    assert loose_paths(keys) == []
    (keys / "pepper").chmod(0o640)
    assert loose_paths(keys) == [keys / "pepper"]
    keys.chmod(0o711)
    assert loose_paths(keys) == [keys, keys / "pepper"]


def test_unwritable_place_is_a_line_not_a_trace(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupError, match="Cannot write key files"):
        create_key_files(tmp_path / "file/keys")
