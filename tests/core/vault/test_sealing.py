"""Sealed values: what opens them, what does not, and what their length tells."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pyrage
import pytest
from hypothesis import given
from hypothesis import strategies as st

from komma.core.vault.envelope import bucket
from komma.core.vault.keys import KeyPair
from komma.core.vault.sealing import (
    Context,
    Damaged,
    Transplanted,
    VaultError,
    WrongKey,
    seal,
    seal_json,
    seal_text,
    unseal,
    unseal_json,
    unseal_text,
)
from tests.core.vault.age_files import body_length

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(plaintext=st.binary(max_size=3000))
def test_what_is_sealed_opens_again(plaintext: bytes, owner: KeyPair, place: Context) -> None:
    sealed = seal(plaintext, to=[owner.public], context=place)
    assert unseal(sealed, identity=owner.secret, context=place) == plaintext


@given(text=st.text())
def test_text_in_any_script(text: str, owner: KeyPair, place: Context) -> None:
    sealed = seal_text(text, to=[owner.public], context=place)
    assert unseal_text(sealed, identity=owner.secret, context=place) == text


@given(value=JSON_VALUES)
def test_json(value: object, owner: KeyPair, place: Context) -> None:
    sealed = seal_json(value, to=[owner.public], context=place)
    assert unseal_json(sealed, identity=owner.secret, context=place) == value


def test_json_is_independent_of_insertion_order(owner: KeyPair, place: Context) -> None:
    one = seal_json({"a": "ä", "b": 2}, to=[owner.public], context=place)
    two = seal_json({"b": 2, "a": "ä"}, to=[owner.public], context=place)
    opened = [unseal(sealed, identity=owner.secret, context=place) for sealed in (one, two)]
    assert opened == ['{"a":"ä","b":2}'.encode()] * 2


def test_values_that_are_not_json_are_refused(owner: KeyPair, place: Context) -> None:
    with pytest.raises(ValueError):
        seal_json(float("nan"), to=[owner.public], context=place)
    with pytest.raises(TypeError):
        seal_json({"when": object()}, to=[owner.public], context=place)


def test_bytes_are_neither_text_nor_json(owner: KeyPair, place: Context) -> None:
    sealed = seal(b"\xff\xfe", to=[owner.public], context=place)
    with pytest.raises(Damaged):
        unseal_text(sealed, identity=owner.secret, context=place)
    with pytest.raises(Damaged):
        unseal_json(sealed, identity=owner.secret, context=place)


def test_every_recipient_opens_and_nobody_else(owner: KeyPair, place: Context) -> None:
    second, third = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    sealed = seal(b"content", to=[owner.public, str(second.to_public())], context=place)
    assert unseal(sealed, identity=owner.secret, context=place) == b"content"
    assert unseal(sealed, identity=str(second), context=place) == b"content"
    with pytest.raises(WrongKey):
        unseal(sealed, identity=str(third), context=place)


def test_a_stolen_value_shows_no_content(owner: KeyPair, place: Context) -> None:
    sealed = seal_text("Beleidigung im Bus" * 50, to=[owner.public], context=place)
    assert b"Beleidigung" not in sealed
    assert place.case.bytes not in sealed
    assert b"cases.entry" not in sealed


def test_wrong_key(owner: KeyPair, stranger: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    with pytest.raises(WrongKey):
        unseal(sealed, identity=stranger.secret, context=place)


def test_errors_do_not_repeat_the_key(owner: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    almost = owner.secret[:-1] + ("Q" if owner.secret[-1] != "Q" else "P")
    with pytest.raises(WrongKey) as caught:
        unseal(sealed, identity=almost, context=place)
    assert "AGE-SECRET" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("to", [[], ["age1nonsense"], "age1text-instead-of-a-list"])
def test_sealing_needs_public_keys(to: list[str], place: Context) -> None:
    with pytest.raises(VaultError):
        seal(b"content", to=to, context=place)


@pytest.mark.parametrize("field", ["case", "column", "row"])
def test_a_value_opens_at_its_own_place_only(field: str, owner: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    changed: dict[str, Any] = {field: "cases.entry.title" if field == "column" else uuid4()}
    elsewhere = replace(place, **changed)
    with pytest.raises(Transplanted):
        unseal(sealed, identity=owner.secret, context=elsewhere)


def test_case_and_row_are_not_interchangeable(owner: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    swapped = Context(case=place.row, column=place.column, row=place.case)
    with pytest.raises(Transplanted):
        unseal(sealed, identity=owner.secret, context=swapped)


def test_every_truncation_is_noticed(owner: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    for end in range(len(sealed)):
        with pytest.raises(VaultError):
            unseal(sealed[:end], identity=owner.secret, context=place)


def test_every_flipped_byte_is_noticed(owner: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    for position in range(len(sealed)):
        flipped = bytearray(sealed)
        flipped[position] ^= 0x01
        with pytest.raises(VaultError):
            unseal(bytes(flipped), identity=owner.secret, context=place)


def test_appended_bytes_are_noticed(owner: KeyPair, place: Context) -> None:
    sealed = seal(b"content", to=[owner.public], context=place)
    with pytest.raises(Damaged):
        unseal(sealed + b"\0", identity=owner.secret, context=place)


@pytest.mark.parametrize("inside", [b"", b"short", b"KommA-v1" + bytes(300), b"x" * 300])
def test_a_foreign_age_file_is_refused(inside: bytes, owner: KeyPair, place: Context) -> None:
    recipient = pyrage.x25519.Recipient.from_str(owner.public)
    with pytest.raises(VaultError):
        unseal(pyrage.encrypt(inside, [recipient]), identity=owner.secret, context=place)


@pytest.mark.parametrize("change", ["longer", "shorter", "filled"])
def test_length_and_padding_must_agree(change: str, owner: KeyPair, place: Context) -> None:
    recipient = pyrage.x25519.Recipient.from_str(owner.public)
    content = bytearray(b"KommA-v1" + place.binding + (3).to_bytes(8) + b"abc" + bytes(205))
    assert len(content) == 256
    good = pyrage.encrypt(bytes(content), [recipient])
    assert unseal(good, identity=owner.secret, context=place) == b"abc"
    if change == "longer":
        content[40:48] = (2**60).to_bytes(8)
    elif change == "shorter":
        content[40:48] = (2).to_bytes(8)
    else:
        content[-1] = 1
    bad = pyrage.encrypt(bytes(content), [recipient])
    with pytest.raises(Damaged):
        unseal(bad, identity=owner.secret, context=place)


def test_a_sealed_value_is_a_plain_age_file(owner: KeyPair, place: Context) -> None:
    sealed = seal_text("Grüße", to=[owner.public], context=place)
    assert sealed.startswith(b"age-encryption.org/v1\n")
    opened = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(owner.secret)])
    assert "Grüße".encode() in opened


@pytest.mark.parametrize(
    ("shorter", "longer"), [(0, 208), (209, 240), (1105, 1232), (18_385, 20_432)]
)
def test_lengths_within_a_bucket_look_alike(
    shorter: int, longer: int, owner: KeyPair, place: Context
) -> None:
    lengths = {
        body_length(seal(b"x" * size, to=[owner.public], context=place))
        for size in (shorter, longer)
    }
    assert len(lengths) == 1
    beyond = body_length(seal(b"x" * (longer + 1), to=[owner.public], context=place))
    assert beyond not in lengths, "negative control: the next bucket is longer"


@given(size=st.integers(0, 10**9), minimum=st.sampled_from([256, 4096]))
def test_buckets_hold_their_content_at_bounded_cost(size: int, minimum: int) -> None:
    held = bucket(size, minimum=minimum, steps=8)
    assert held >= max(size, minimum)
    assert held == minimum or held <= size * 1.125
    assert bucket(held, minimum=minimum, steps=8) == held
    assert bucket(size + 1, minimum=minimum, steps=8) >= held


def test_there_are_few_buckets() -> None:
    assert len({bucket(size, minimum=256, steps=8) for size in range(65_536)}) == 65
