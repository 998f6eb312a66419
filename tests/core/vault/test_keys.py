"""Key pairs, fingerprints, and secrets kept under a password or a recovery code."""

import struct

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.core.vault.codes import CodeError
from komma.core.vault.keys import (
    KeyPair,
    fingerprint,
    identity_from_seed,
    new_key_pair,
    new_recovery_code,
    public_of,
    unwrap_with_code,
    unwrap_with_password,
    wrap_with_code,
    wrap_with_password,
)
from komma.core.vault.sealing import Damaged, VaultError, WrongKey

PEPPER = b"p" * 32


def test_key_pairs_are_fresh_and_fit_together() -> None:
    one, other = new_key_pair(), new_key_pair()
    assert one.secret != other.secret
    assert public_of(one.secret) == one.public
    assert one.secret not in repr(one)
    assert one.public in repr(one), "negative control: the rest is shown"


@given(seed=st.binary(min_size=32, max_size=32))
def test_any_seed_gives_an_age_identity(seed: bytes) -> None:
    """Pyrage's own parser checks our Bech32: prefix, checksum, length."""
    secret = identity_from_seed(seed)
    assert str(pyrage.x25519.Identity.from_str(secret)) == secret


@pytest.mark.parametrize("size", [0, 31, 33])
def test_seeds_of_other_sizes_are_refused(size: int) -> None:
    with pytest.raises(ValueError):
        identity_from_seed(bytes(size))


@pytest.mark.parametrize("text", ["", "age1xyz", "AGE-SECRET-KEY-1"])
def test_public_of_something_else(text: str) -> None:
    with pytest.raises(WrongKey):
        public_of(text)


def test_fingerprints_are_groups_of_digits_and_differ(owner: KeyPair, stranger: KeyPair) -> None:
    groups = fingerprint(owner.public).split(" ")
    assert [len(group) for group in groups] == [5] * 6
    assert all(group.isdigit() for group in groups)
    assert fingerprint(owner.public) != fingerprint(stranger.public)


def test_password_wrap(owner: KeyPair) -> None:
    wrapped = wrap_with_password(owner.secret, "Korrektes Pferd 12", pepper=PEPPER)
    assert unwrap_with_password(wrapped, "Korrektes Pferd 12", pepper=PEPPER) == owner.secret
    for password, pepper in (("Korrektes Pferd 13", PEPPER), ("Korrektes Pferd 12", b"q" * 32)):
        with pytest.raises(WrongKey):
            unwrap_with_password(wrapped, password, pepper=pepper)


def test_a_composed_and_a_decomposed_umlaut_are_one_password(owner: KeyPair) -> None:
    wrapped = wrap_with_password(owner.secret, "Gr\u00fc\u00dfe", pepper=PEPPER)
    assert unwrap_with_password(wrapped, "Gru\u0308\u00dfe", pepper=PEPPER) == owner.secret


def test_the_same_password_never_wraps_alike(owner: KeyPair) -> None:
    salts = {wrap_with_password(owner.secret, "gleich", pepper=PEPPER)[7:23] for _ in range(3)}
    assert len(salts) == 3


def test_a_wrapped_key_states_its_cost_and_is_otherwise_plain_age(owner: KeyPair) -> None:
    wrapped = wrap_with_password(owner.secret, "Passwort", pepper=PEPPER)
    assert struct.unpack(">BBIB", wrapped[:7]) == (1, 2, 19456, 1)
    assert wrapped[23:].startswith(b"age-encryption.org/v1\n")


@pytest.mark.parametrize(
    "head",
    [
        struct.pack(">BBIB", 2, 2, 19456, 1),
        struct.pack(">BBIB", 1, 200, 19456, 1),
        struct.pack(">BBIB", 1, 0, 19456, 1),
        struct.pack(">BBIB", 1, 2, 2**31, 1),
        struct.pack(">BBIB", 1, 2, 0, 1),
        struct.pack(">BBIB", 1, 2, 19456, 99),
    ],
    ids=["version", "slow", "no pass", "huge", "no memory", "lanes"],
)
def test_forged_costs_are_refused_before_any_work(head: bytes, owner: KeyPair) -> None:
    wrapped = wrap_with_password(owner.secret, "Passwort", pepper=PEPPER)
    with pytest.raises(Damaged):
        unwrap_with_password(head + wrapped[7:], "Passwort", pepper=PEPPER)


@pytest.mark.parametrize("end", [0, 5, 22, 23, 60, 300, -1])
def test_a_truncated_wrap_is_noticed(end: int, owner: KeyPair) -> None:
    wrapped = wrap_with_password(owner.secret, "Passwort", pepper=PEPPER)
    with pytest.raises(VaultError):
        unwrap_with_password(wrapped[:end], "Passwort", pepper=PEPPER)


def test_only_keys_are_wrapped() -> None:
    with pytest.raises(WrongKey):
        wrap_with_password("not a key", "Passwort", pepper=PEPPER)
    with pytest.raises(WrongKey):
        wrap_with_code("not a key", new_recovery_code())


def test_recovery_code(owner: KeyPair) -> None:
    code = new_recovery_code()
    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4, 4, 4, 1]
    wrapped = wrap_with_code(owner.secret, code)
    assert unwrap_with_code(wrapped, code) == owner.secret
    assert unwrap_with_code(wrapped, code.lower().replace("-", " ")) == owner.secret
    with pytest.raises(WrongKey):
        unwrap_with_code(wrapped, new_recovery_code())


def test_a_mistyped_code_is_told_apart_from_a_wrong_one(owner: KeyPair) -> None:
    code = new_recovery_code()
    wrapped = wrap_with_code(owner.secret, code)
    with pytest.raises(CodeError):
        unwrap_with_code(wrapped, code[:-1])
    with pytest.raises(CodeError):
        unwrap_with_code(wrapped, ("0" if code[0] != "0" else "2") + code[1:])


def test_a_damaged_code_wrap_is_noticed(owner: KeyPair) -> None:
    code = new_recovery_code()
    wrapped = wrap_with_code(owner.secret, code)
    with pytest.raises(Damaged):
        unwrap_with_code(wrapped[:-1], code)
