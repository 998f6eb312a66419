"""Mail servers and file stores from their addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from komma.config.errors import SetupError
from komma.config.services import mailers, sealed_store

if TYPE_CHECKING:
    from pathlib import Path


def test_mail_goes_to_files_only_outside_production(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KOMMA_MAIL_URL", raising=False)
    assert mailers("demo", tmp_path)["default"]["OPTIONS"] == {"file_path": str(tmp_path / "mail")}
    production = mailers("production", tmp_path)["default"]["OPTIONS"]
    assert (production["host"], production["port"]) == ("localhost", 25)


def test_mail_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KOMMA_MAIL_URL", "smtp+starttls://post:p%40ss@mail.example")
    options = mailers("production", tmp_path)["default"]["OPTIONS"]
    assert (options["host"], options["port"], options["use_tls"]) == ("mail.example", 587, True)
    assert (options["username"], options["password"]) == ("post", "p@ss")


@pytest.mark.parametrize(
    "url",
    ["mail.example", "http://mail.example", "smtp://a:secret@mail.example", "smtps://m.example:x"],
)
def test_bad_mail_addresses_are_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("KOMMA_MAIL_URL", url)
    with pytest.raises(SetupError, match="KOMMA_MAIL_URL") as caught:
        mailers("production", tmp_path)
    assert "secret" not in str(caught.value)


def test_file_stores(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KOMMA_FILES_URL", raising=False)
    local = sealed_store(tmp_path)["OPTIONS"]
    assert (local["location"], local["file_permissions_mode"]) == (tmp_path / "sealed", 0o600)
    monkeypatch.setenv("KOMMA_FILES_URL", "s3://town/files?endpoint=https://s3.example")
    remote = sealed_store(tmp_path)["OPTIONS"]
    assert (remote["bucket_name"], remote["location"]) == ("town", "files")
    assert remote["endpoint_url"] == "https://s3.example"
    monkeypatch.setenv("KOMMA_FILES_URL", "s3://town/files?acl=public-read")
    with pytest.raises(SetupError, match="KOMMA_FILES_URL"):
        sealed_store(tmp_path)
