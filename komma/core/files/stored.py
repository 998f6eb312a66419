"""The store of sealed files (``STORAGES["sealed"]``): opening, deleting, telling no moments."""

import os
import time
from collections.abc import Iterable, Iterator
from typing import BinaryIO, cast

from django.core.files.storage import storages
from django.core.files.storage.base import Storage
from django.db import transaction

from komma.core.vault.sealing import Context, unseal_stream

DAY_SECONDS = 24 * 60 * 60


def sealed_storage() -> Storage:
    """Return the store that all sealed files lie in."""
    return storages["sealed"]


class OpenedBlob(Iterator[bytes]):
    """The content of one sealed file in chunks; closes the file at its end or by ``close``."""

    def __init__(self, blob: str, secret: str, context: Context) -> None:
        self._file = cast(BinaryIO, sealed_storage().open(blob, "rb"))
        try:
            self._chunks = unseal_stream(self._file, identity=secret, context=context)
        except BaseException:
            self._file.close()
            raise

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the decryption and close the file; also before the end was reached."""
        self._chunks.close()
        self._file.close()


def open_blob(blob: str, secret: str, context: Context) -> OpenedBlob:
    """Open a sealed file.

    Raises FileNotFoundError if it is gone, ``WrongKey``, ``Transplanted`` or ``Damaged`` before
    anything is handed out; damage further on shows as ``Damaged`` while reading.
    """
    return OpenedBlob(blob, secret, context)


def delete_blobs(names: Iterable[str]) -> None:
    """Delete sealed files once the transaction is committed; missing ones are no error."""
    chosen = list(names)
    if chosen:
        transaction.on_commit(lambda: remove_now(chosen), robust=True)


def remove_now(names: Iterable[str]) -> None:
    """Delete sealed files at once, for content that no committed row refers to."""
    for name in names:
        sealed_storage().delete(name)


def flatten_times(blob: str) -> None:
    """Set a file's times to the day: the moment could be matched with network logs.

    An object store keeps its own times; see docs/operations.md.
    """
    try:
        path = sealed_storage().path(blob)
    except NotImplementedError:
        return
    day = int(time.time()) // DAY_SECONDS * DAY_SECONDS
    os.utime(path, (day, day))
