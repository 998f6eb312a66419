"""What the server seals, vouches for and hands out as tokens."""

import secrets
import uuid
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import pyrage
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import Damaged, Transplanted, WrongKey, seal_bound
from komma.core.vault.server import (
    issue_token,
    open_for_server,
    read_token,
    seal_for_server,
    server_keys,
    server_mac,
)

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.usefixtures("key_dir")


def other_server(directory: Path, settings: Settings) -> None:
    """Switch to a server with keys of its own."""
    directory.mkdir()
    (directory / "server_key").write_text(new_key_pair().secret)
    (directory / "pepper").write_text(secrets.token_hex(32))
    settings.KOMMA_KEY_DIR = directory


def test_it_opens_what_it_sealed() -> None:
    sealed = seal_for_server(b"anna@example.org", "notification")
    assert b"anna" not in sealed
    assert open_for_server(sealed, "notification") == b"anna@example.org"


def test_a_purpose_opens_nothing_of_another() -> None:
    sealed = seal_for_server(b"secret", "totp")
    with pytest.raises(Transplanted):
        open_for_server(sealed, "notification")


def test_another_server_opens_nothing(tmp_path: Path, settings: Settings) -> None:
    sealed = seal_for_server(b"secret", "totp")
    other_server(tmp_path / "other", settings)
    with pytest.raises(WrongKey):
        open_for_server(sealed, "totp")


def test_a_value_forged_with_the_public_key_is_refused() -> None:
    """Sealing needs the public key only, so the value must carry a proof of its author."""
    from komma.core.vault.server import _binding

    binding, public = _binding("totp"), server_keys().public
    real = server_mac("sealed", "totp", b"content") + b"content"
    assert open_for_server(seal_bound(real, to=[public], binding=binding), "totp") == b"content"
    for forged in (b"", b"short", bytes(32) + b"content"):
        with pytest.raises(Damaged):
            open_for_server(seal_bound(forged, to=[public], binding=binding), "totp")


def test_the_server_key_is_a_plain_age_identity(key_dir: Path) -> None:
    identity = pyrage.x25519.Identity.from_str((key_dir / "server_key").read_text().strip())
    assert b"content" in pyrage.decrypt(seal_for_server(b"content", "drill"), [identity])


def test_macs_have_no_ambiguous_parts() -> None:
    row = uuid.UUID(bytes=b"a" * 16)
    messages: list[tuple[str | bytes | uuid.UUID, ...]] = [
        (),
        ("",),
        ("", ""),
        ("ab", "c"),
        ("a", "bc"),
        ("abc",),
        (b"abc",),
        (row,),
        (str(row),),
        (row.bytes,),
    ]
    macs = [server_mac("exclusion", *parts) for parts in messages]
    assert all(one != other for one, other in combinations(macs, 2))
    assert macs == [server_mac("exclusion", *parts) for parts in messages]
    assert {len(mac) for mac in macs} == {32}
    assert server_mac("a", "b") != server_mac("b", "a")


def test_macs_depend_on_the_server_key(tmp_path: Path, settings: Settings) -> None:
    here = server_mac("exclusion", "x")
    other_server(tmp_path / "other", settings)
    assert server_mac("exclusion", "x") != here


def test_a_token_carries_its_payload_unreadably() -> None:
    token = issue_token({"lookup": "abc", "count": 3}, "mailbox")
    assert token.isascii()
    assert len(token) < 1500
    assert "abc" not in token
    assert read_token(token, "mailbox", max_age=HOUR) == {"lookup": "abc", "count": 3}


def test_a_token_is_bound_to_its_purpose() -> None:
    token = issue_token({}, "mailbox")
    assert read_token(token, "draft", max_age=HOUR) is None
    assert read_token(token, "mailbox", max_age=HOUR) == {}


def test_a_sealed_value_is_no_token() -> None:
    import base64

    sealed = seal_for_server(b'{"at": 1, "payload": {}}', "mailbox")
    assert read_token(base64.urlsafe_b64encode(sealed).decode(), "mailbox", max_age=HOUR) is None


def test_a_token_expires() -> None:
    with time_machine.travel("2026-11-22 14:00Z", tick=False) as clock:
        token = issue_token({"a": 1}, "mailbox")
        clock.shift(HOUR)
        assert read_token(token, "mailbox", max_age=HOUR) == {"a": 1}
        clock.shift(timedelta(seconds=1))
        assert read_token(token, "mailbox", max_age=HOUR) is None


def test_a_token_from_the_future_is_refused() -> None:
    with time_machine.travel("2026-11-22 14:00Z", tick=False) as clock:
        token = issue_token({}, "mailbox")
        clock.shift(timedelta(seconds=-60))
        assert read_token(token, "mailbox", max_age=HOUR) == {}
        clock.shift(timedelta(seconds=-1))
        assert read_token(token, "mailbox", max_age=HOUR) is None


@pytest.mark.parametrize("token", ["", "x", "====", "ä" * 50, "A" * 1000, "\ud800"])
def test_nonsense_is_no_token(token: str) -> None:
    assert read_token(token, "mailbox", max_age=HOUR) is None


def test_a_changed_token_is_refused() -> None:
    token = issue_token({}, "mailbox")
    for position in range(0, len(token) - 4, 29):
        changed = (
            token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
        )
        assert read_token(changed, "mailbox", max_age=HOUR) is None


@pytest.mark.parametrize("name", ["server_key", "pepper"])
def test_production_refuses_files_that_others_may_read(
    name: str, key_dir: Path, settings: Settings
) -> None:
    settings.KOMMA_MODE = "production"
    (key_dir / name).chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match=name):
        server_keys()
    (key_dir / name).chmod(0o400)
    assert server_keys().pepper == bytes.fromhex((key_dir / "pepper").read_text())


@pytest.mark.parametrize(
    ("name", "content"),
    [("server_key", "nonsense"), ("pepper", "abcd"), ("pepper", "z" * 64), ("pepper", "ä")],
)
def test_malformed_files_are_refused(name: str, content: str, key_dir: Path) -> None:
    (key_dir / name).write_text(content)
    with pytest.raises(ImproperlyConfigured) as caught:
        server_keys()
    assert content not in str(caught.value)


@pytest.mark.parametrize("name", ["server_key", "pepper"])
def test_missing_files_are_not_replaced(name: str, key_dir: Path) -> None:
    """A new pepper in place of a lost one would lock every mailbox for good."""
    (key_dir / name).unlink()
    with pytest.raises(ImproperlyConfigured, match=name):
        server_keys()
    assert not (key_dir / name).exists()


def test_secrets_stay_out_of_logs() -> None:
    keys = server_keys()
    shown = repr(keys)
    assert keys.public in shown, "negative control: the rest is shown"
    for secret in (keys.secret, repr(keys.pepper), repr(keys.mac_key)):
        assert secret not in shown
