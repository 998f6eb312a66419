"""Sealed files: sizes, damage, memory, and sources that fail."""

import io
import threading
import tracemalloc
from contextlib import closing
from dataclasses import replace
from typing import Any, BinaryIO, cast
from uuid import uuid4

import pyrage
import pytest

from komma.core.vault.keys import KeyPair
from komma.core.vault.sealing import (
    Context,
    Damaged,
    Transplanted,
    VaultError,
    WrongKey,
    seal,
    seal_stream,
    unseal,
    unseal_stream,
)
from tests.core.vault.age_files import body_length

KIB, MIB = 1024, 1024 * 1024
SIZES = [0, 1, 4043, 4044, 4045, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 200 * KIB, 3 * MIB]


class Generated(io.RawIOBase):
    """A source of `size` bytes that are never all in memory; `fails_at` breaks it off."""

    def __init__(self, size: int, fails_at: int | None = None) -> None:
        self.left, self.fails_at, self.given = size, fails_at, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        if self.fails_at is not None and self.given >= self.fails_at:
            raise ConnectionResetError("the upload broke off")
        piece = b"\x5a" * min(size, self.left)
        self.left -= len(piece)
        self.given += len(piece)
        return piece


def sealed_file(content: bytes, owner: KeyPair, place: Context) -> bytes:
    target = io.BytesIO()
    seal_stream(io.BytesIO(content), target, to=[owner.public], context=place)
    return target.getvalue()


def opened(sealed: bytes, secret: str, place: Context) -> bytes:
    return b"".join(unseal_stream(io.BytesIO(sealed), identity=secret, context=place))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_sealed_opens_again(size: int, owner: KeyPair, place: Context) -> None:
    content = bytes(index % 251 for index in range(size))
    target = io.BytesIO()
    counted = seal_stream(io.BytesIO(content), target, to=[owner.public], context=place)
    assert counted == size
    assert opened(target.getvalue(), owner.secret, place) == content


def test_it_starts_where_the_source_stands(owner: KeyPair, place: Context) -> None:
    source, target = io.BytesIO(b"skipped, kept"), io.BytesIO()
    source.seek(9)
    assert seal_stream(source, target, to=[owner.public], context=place) == 4
    assert opened(target.getvalue(), owner.secret, place) == b"kept"


def test_memory_stays_small(owner: KeyPair, place: Context) -> None:
    target = io.BytesIO(bytes(18 * MIB))
    tracemalloc.start()
    try:
        source = cast(BinaryIO, Generated(16 * MIB))
        assert seal_stream(source, target, to=[owner.public], context=place) == 16 * MIB
        target.truncate()
        target.seek(0)
        chunks = unseal_stream(target, identity=owner.secret, context=place)
        assert sum(len(chunk) for chunk in chunks) == 16 * MIB
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 4 * MIB


def test_wrong_key_shows_at_the_call(owner: KeyPair, stranger: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"content", owner, place)
    with pytest.raises(WrongKey):
        unseal_stream(io.BytesIO(sealed), identity=stranger.secret, context=place)
    with pytest.raises(WrongKey):
        unseal_stream(io.BytesIO(sealed), identity="no key", context=place)


@pytest.mark.parametrize("field", ["case", "column", "row"])
def test_foreign_content_is_never_handed_out(field: str, owner: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"content", owner, place)
    changed: dict[str, Any] = {field: "cases.file.name" if field == "column" else uuid4()}
    elsewhere = replace(place, **changed)
    with pytest.raises(Transplanted):
        unseal_stream(io.BytesIO(sealed), identity=owner.secret, context=elsewhere)


def test_values_and_files_are_not_interchangeable(owner: KeyPair, place: Context) -> None:
    with pytest.raises(Damaged):
        unseal(sealed_file(b"content", owner, place), identity=owner.secret, context=place)
    with pytest.raises(Damaged):
        opened(seal(b"content", to=[owner.public], context=place), owner.secret, place)


@pytest.mark.parametrize("size", [0, 100, 200 * KIB])
def test_truncation_is_noticed(size: int, owner: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"x" * size, owner, place)
    chunk_borders = range(len(sealed) - body_length(sealed) + 17, len(sealed), 64 * KIB + 16)
    for end in {0, 50, 300, *chunk_borders, len(sealed) // 2, len(sealed) - 16, len(sealed) - 1}:
        with pytest.raises(Damaged):
            opened(sealed[:end], owner.secret, place)


def test_flipped_bytes_are_noticed(owner: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"x" * 10_000, owner, place)
    for position in range(0, len(sealed), 37):
        flipped = bytearray(sealed)
        flipped[position] ^= 0x80
        with pytest.raises(VaultError):
            opened(bytes(flipped), owner.secret, place)


def frames(place: Context, body: bytes) -> bytes:
    return b"KommA-s1" + place.binding + body


@pytest.mark.parametrize(
    ("body", "good"),
    [
        (b"\0\0\0\3abc" + bytes(4) + bytes(4045), True),
        (b"\0\0\0\3abc" + bytes(4) + bytes(4044), False),
        (b"\0\0\0\3abc" + bytes(4) + bytes(4046), False),
        (b"\0\0\0\3abc" + bytes(4) + bytes(4044) + b"\1", False),
        (b"\0\0\0\3abc", False),
        (b"\xff\0\0\0abc" + bytes(4045), False),
        (b"\0\2\0\0" + bytes(131_072) + bytes(5000), False),
    ],
    ids=["good", "short", "long", "filled", "no end mark", "huge frame", "large frame"],
)
def test_frames_must_be_well_formed(
    body: bytes, good: bool, owner: KeyPair, place: Context
) -> None:
    recipient = pyrage.x25519.Recipient.from_str(owner.public)
    sealed = pyrage.encrypt(frames(place, body), [recipient])
    if good:
        assert opened(sealed, owner.secret, place) == b"abc"
    else:
        with pytest.raises(Damaged):
            opened(sealed, owner.secret, place)


def test_lengths_within_a_bucket_look_alike(owner: KeyPair, place: Context) -> None:
    lengths = [
        body_length(sealed_file(b"x" * size, owner, place))
        for size in (0, 4048, 4049, 1_000_000, 1_001_000, 1_100_000)
    ]
    assert lengths[0] == lengths[1] < lengths[2] < lengths[3] == lengths[4] < lengths[5]


def test_a_failing_source_keeps_its_own_error(owner: KeyPair, place: Context) -> None:
    for fails_at in (0, 100_000):
        source = cast(BinaryIO, Generated(MIB, fails_at=fails_at))
        with pytest.raises(ConnectionResetError):
            seal_stream(source, io.BytesIO(), to=[owner.public], context=place)


class BreaksOff(io.BytesIO):
    """Sealed bytes in a store that becomes unreachable after `limit` bytes."""

    limit = 0

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.limit:
            raise ConnectionResetError("the store is gone")
        return super().read(size)


@pytest.mark.parametrize("limit", [0, 300_000])
def test_a_failing_store_is_not_taken_for_damage(
    limit: int, owner: KeyPair, place: Context
) -> None:
    source = BreaksOff(sealed_file(b"x" * MIB, owner, place))
    source.limit = limit
    with pytest.raises(ConnectionResetError):
        b"".join(unseal_stream(source, identity=owner.secret, context=place))


def helper_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "unseal"]


def test_no_thread_outlives_a_reader_that_stops_early(owner: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"x" * 8 * MIB, owner, place)
    chunks = unseal_stream(io.BytesIO(sealed), identity=owner.secret, context=place)
    with closing(chunks):
        next(chunks)
        assert helper_threads(), "negative control: the helper still waits to hand over more"
    assert not helper_threads()


def test_no_thread_outlives_a_refusal(owner: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"x" * 8 * MIB, owner, place)
    with pytest.raises(Transplanted) as caught:
        unseal_stream(
            io.BytesIO(sealed), identity=owner.secret, context=replace(place, row=uuid4())
        )
    assert caught.tb, "negative control: the traceback still refers to the refused stream"
    assert not helper_threads()


def test_no_thread_outlives_a_reader_that_never_starts(owner: KeyPair, place: Context) -> None:
    sealed = sealed_file(b"x" * 8 * MIB, owner, place)
    chunks = unseal_stream(io.BytesIO(sealed), identity=owner.secret, context=place)
    del chunks
    assert not helper_threads()
