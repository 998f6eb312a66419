"""Private to the vault: seal and open files of any size in constant memory.

Inside the age file stand a header, frames (four bytes of length, then content), an empty frame
as the end mark, and zero padding to a size bucket. The length need not be known in advance.
"""

import threading
from collections.abc import Generator, Iterator, Sequence
from io import BufferedIOBase
from queue import Queue, ShutDown
from typing import BinaryIO, cast

import pyrage

from komma.core.vault.envelope import (
    BINDING_SIZE,
    Context,
    Damaged,
    Transplanted,
    bucket,
    opening_error,
    parse_identity,
    recipients,
)

MAGIC = b"KommA-s1"
HEADER_SIZE = len(MAGIC) + BINDING_SIZE
FRAME_SIZE = 64 * 1024
FRAME_HEAD = 4
MINIMUM_BUCKET = 4096
STEPS_PER_DOUBLING = 16  # at most 6.25 % padding
QUEUED_CHUNKS = 16  # of at most 64 KiB each


def seal_stream(source: BinaryIO, target: BinaryIO, *, to: Sequence[str], context: Context) -> int:
    """Seal `source` from its current position into `target`; return the plaintext's size in bytes.

    Whatever `source` raises while being read passes through, and `target` is then incomplete.
    """
    framed = _Framed(source, context.binding)
    try:
        pyrage.encrypt_io(_io(framed), _io(target), recipients(to))
    except Exception:
        if framed.failure:
            raise framed.failure from None
        raise
    return framed.plaintext_size


def unseal_stream(source: BinaryIO, *, identity: str, context: Context) -> Generator[bytes]:
    """Open what `seal_stream` made, in chunks of at most 64 KiB.

    The header is checked by the call itself: `WrongKey`, `Transplanted` and a damaged header are
    raised before anything is handed out, while a view can still answer with an error page. Damage
    further on can only show later: the iterator then raises `Damaged` in place of the next chunk,
    and what came before must not be taken for the whole file.
    """
    decrypted = _decrypted(source, identity)
    chunks = _Exact(decrypted)
    try:
        _check_header(chunks.read(HEADER_SIZE), context)
    except BaseException:
        decrypted.close()
        raise
    return _unframed(chunks)


def _check_header(header: bytes, context: Context) -> None:
    if not header.startswith(MAGIC):
        raise Damaged("An age file, but not a file sealed here.")
    if header[len(MAGIC) :] != context.binding:
        raise Transplanted("Sealed for another place.")


def _io(file: object) -> BufferedIOBase:
    """Satisfy pyrage's type stubs; in truth it asks for `read` or for `write` and `flush` only."""
    return cast(BufferedIOBase, file)


class _Framed:
    """A readable that gives header, frames and padding around what `source` gives."""

    def __init__(self, source: BinaryIO, binding: bytes) -> None:
        self.plaintext_size = 0
        self.failure: Exception | None = None
        self._source = source
        self._pieces = self._framed(binding)
        self._piece = b""
        self._offset = 0

    def read(self, size: int = -1) -> bytes:
        """Give at most `size` bytes, b"" at the end (`size` is positive: pyrage's buffer)."""
        try:
            while self._offset == len(self._piece):
                self._piece, self._offset = next(self._pieces), 0
        except StopIteration:
            return b""
        except Exception as error:  # pyrage would replace it by an error of its own
            self.failure = error
            raise
        start, self._offset = self._offset, min(self._offset + size, len(self._piece))
        return self._piece[start : self._offset]

    def _framed(self, binding: bytes) -> Iterator[bytes]:
        yield MAGIC + binding
        total = HEADER_SIZE + FRAME_HEAD
        while content := self._source.read(FRAME_SIZE):
            self.plaintext_size += len(content)
            total += FRAME_HEAD + len(content)
            yield len(content).to_bytes(FRAME_HEAD) + content
        yield bytes(FRAME_HEAD)
        yield from _padding(total)


def _padding(total: int) -> Iterator[bytes]:
    """Zeros that fill up `total` bytes to a bucket, in pieces of bounded size."""
    missing = bucket(total, minimum=MINIMUM_BUCKET, steps=STEPS_PER_DOUBLING) - total
    while missing:
        piece = bytes(min(missing, FRAME_SIZE))
        missing -= len(piece)
        yield piece


class _Exact:
    """Reads exact sizes from an iterator of chunks."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._buffer = bytearray()

    def read(self, size: int) -> bytes:
        """Give exactly `size` bytes; raises `Damaged` if fewer are left."""
        while len(self._buffer) < size:
            chunk = next(self._chunks, None)
            if chunk is None:
                raise Damaged("The file ends early.")
            self._buffer += chunk
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def ended(self) -> bool:
        """Tell whether nothing is left; also lets the decryption check its end."""
        return not self._buffer and next(self._chunks, None) is None


def _unframed(chunks: _Exact) -> Generator[bytes]:
    total = HEADER_SIZE + FRAME_HEAD
    while size := int.from_bytes(chunks.read(FRAME_HEAD)):
        if size > FRAME_SIZE:
            raise Damaged("A frame is too large.")
        total += FRAME_HEAD + size
        yield chunks.read(size)
    for zeros in _padding(total):
        if chunks.read(len(zeros)) != zeros:
            raise Damaged("The padding is not empty.")
    if not chunks.ended():
        raise Damaged("Something follows the padding.")


class _Source:
    """Remembers what reading raised, since pyrage replaces it by an error of its own."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._source.read(size)
        except Exception as error:
            self.failure = error
            raise


class _Sink:
    """Hands decrypted chunks to the reading thread; waits when that is slow."""

    def __init__(self, queue: Queue[bytes]) -> None:
        self._queue = queue

    def write(self, chunk: bytes) -> int:
        self._queue.put(bytes(chunk))
        return len(chunk)

    def flush(self) -> None:
        """Nothing is held back."""


def _decrypted(source: BinaryIO, secret: str) -> Generator[bytes]:
    """Decrypt in a helper thread, because pyrage pushes chunks while our callers pull them.

    Closing or forgetting the iterator shuts the queue, which ends the thread.
    """
    identity = parse_identity(secret)
    queue: Queue[bytes] = Queue(QUEUED_CHUNKS)
    failures: list[Exception] = []

    def pump() -> None:
        watched = _Source(source)
        try:
            pyrage.decrypt_io(_io(watched), _io(_Sink(queue)), [identity])
        except Exception as error:
            failures.append(watched.failure or opening_error(error))
        finally:
            queue.shutdown()

    thread = threading.Thread(target=pump, name="unseal", daemon=True)
    thread.start()
    try:
        while True:
            yield queue.get()
    except ShutDown:
        if failures:
            raise failures[0] from None
    finally:
        queue.shutdown(immediate=True)
        thread.join()
