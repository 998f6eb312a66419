"""Private to files: seal what is pushed in chunks, by a helper thread in constant memory."""

import logging
import threading
from queue import Queue, ShutDown
from typing import BinaryIO, cast

from django.core.files.base import ContentFile

from komma.core.files.stored import flatten_times, remove_now, sealed_storage
from komma.core.vault.sealing import Context, seal_stream

QUEUED_CHUNKS = 8  # of at most 64 KiB each

logger = logging.getLogger("komma.files")


class Aborted(Exception):  # noqa: N818 - reads as a finding
    """The upload ended before its time."""


class _Incoming:
    """A readable over chunks that another thread puts into a queue."""

    def __init__(self, queue: Queue[bytes]) -> None:
        self.aborted = False
        self._queue = queue
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        """Give at most ``size`` bytes (positive), b"" at the end; raises ``Aborted``."""
        if not self._rest:
            try:
                self._rest = self._queue.get()
            except ShutDown:
                if self.aborted:
                    raise Aborted from None
                return b""
        piece, self._rest = self._rest[:size], self._rest[size:]
        return piece


class SealingThread:
    """Seals one file into the store while it is being received.

    Exactly one of ``finish`` and ``abort`` ends it; both wait for the thread.
    """

    def __init__(self, blob: str, *, public: str, context: Context) -> None:
        self.blob = blob
        self.failure: Exception | None = None
        self._public, self._context = public, context
        self._queue: Queue[bytes] = Queue(QUEUED_CHUNKS)
        self._incoming = _Incoming(self._queue)
        self._thread = threading.Thread(target=self._seal, name="seal", daemon=True)
        self._thread.start()

    def put(self, chunk: bytes) -> None:
        """Hand over the next chunk; waits when the store is slow. Ignored after a failure."""
        try:
            self._queue.put(chunk)
        except ShutDown:  # the thread has failed; finish() tells
            return

    def finish(self) -> Exception | None:
        """End the file; return what went wrong, after removing what was stored."""
        self._queue.shutdown()
        self._thread.join()
        if self.failure:
            try:
                remove_now([self.blob])
            except Exception as error:  # a store that failed once may fail again
                logger.error("half a file was not removed: %s", type(error).__name__)
        return self.failure

    def abort(self) -> None:
        """Give the file up and remove what was stored."""
        self._incoming.aborted = True
        self._queue.shutdown(immediate=True)
        self._thread.join()
        remove_now([self.blob])

    def _seal(self) -> None:
        try:
            storage = sealed_storage()
            # Makes the folder with narrow permissions, and refuses a name already taken.
            storage.save(self.blob, ContentFile(b""))
            with storage.open(self.blob, "wb") as target:
                seal_stream(
                    cast(BinaryIO, self._incoming),
                    cast(BinaryIO, target),
                    to=[self._public],
                    context=self._context,
                )
            flatten_times(self.blob)
        except Exception as error:  # told by finish(); a thread has nobody to raise to
            self.failure = error
        finally:
            self._queue.shutdown(immediate=True)
