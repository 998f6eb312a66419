"""Receiving files: every upload becomes a sealed blob, or a problem that a form can tell."""

from __future__ import annotations

import hashlib
import logging
import uuid
from typing import TYPE_CHECKING, Any, override

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.db import transaction

from komma.core.files.names import HEAD_SIZE, clean_name, content_type
from komma.core.files.sealing import SealingThread
from komma.core.files.stored import remove_now

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from uuid import UUID

    from django.http import HttpRequest

    from komma.core.vault.sealing import Context

    _File = UploadedFile[Any]
else:
    _File = UploadedFile

MOST_READABLE = 5_000_000  # bytes of a file that a view may hold in memory
EMPTY, TOO_LARGE, TOO_MANY, FAILED = "empty", "too_large", "too_many", "failed"

logger = logging.getLogger("komma.files")


class SealedUpload(_File):
    """One received file. ``blob`` names it in the store; ``problem`` says why there is none.

    ``size`` counts the bytes of the original, ``sha256`` is their hexadecimal hash,
    ``content_type`` is judged by content. Unless kept, the blob is removed with the response.
    ``content``: the bytes themselves, for fields that the view asked to read (`receive_files`).
    """

    def __init__(
        self,
        *,
        key: UUID,
        blob: str,
        name: str,
        size: int,
        kind: str,
        sha256: str,
        problem: str,
        content: bytes | None = None,
    ) -> None:
        super().__init__(None, name=name, content_type=kind, size=size)
        self.id = key
        self.blob = blob
        self.sha256 = sha256
        self.problem = problem
        self.content = content
        self.kept = False

    def meta(self) -> dict[str, Any]:
        """Return what is kept, sealed, beside the blob."""
        return {
            "name": self.name,
            "type": self.content_type,
            "size": self.size,
            "sha256": self.sha256,
        }

    @override
    def close(self) -> None:
        """Remove the blob unless a committed row refers to it (Django calls this at the end)."""
        if self.blob and not self.kept:
            remove_now([self.blob])
            self.blob = ""


class SealingUploadHandler(FileUploadHandler):
    """Seals each file to ``public`` while it streams in, bound to ``context_factory(id)``.

    ``most_files`` and ``most_bytes`` (of one file) default to the settings. What goes beyond is
    read and thrown away, so that the form can answer in words.
    """

    def __init__(
        self,
        public: str,
        context_factory: Callable[[UUID], Context],
        *,
        most_files: int | None = None,
        most_bytes: int | None = None,
        readable: Collection[str] = (),
    ) -> None:
        super().__init__()
        self.readable = readable
        self.public = public
        self.context_factory = context_factory
        self.most_files = settings.KOMMA_MAX_FILES if most_files is None else most_files
        self.most_bytes = settings.KOMMA_MAX_FILE_BYTES if most_bytes is None else most_bytes
        self.accepted = 0
        self._start()

    def _start(self) -> None:
        self._id = uuid.uuid4()
        self._head = b""
        self._size = 0
        self._hash = hashlib.sha256()
        self._thread: SealingThread | None = None
        self._problem = ""
        self._content: bytearray | None = None

    @override
    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; nothing is stored before its first byte has come."""
        super().new_file(*args, **kwargs)
        self._start()
        if self.field_name in self.readable:
            self._content = bytearray()
        if self.accepted >= self.most_files:
            self._problem = TOO_MANY

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Pass a chunk to the sealing thread."""
        if self._problem or not raw_data:
            return
        self._size += len(raw_data)
        if self._size > self.most_bytes:
            self._problem = TOO_LARGE
            self.abandon()
            return
        self._head += raw_data[: HEAD_SIZE - len(self._head)]
        self._hash.update(raw_data)
        if self._content is not None:
            self._content += raw_data
            if self._size > MOST_READABLE:
                self._content = None
        if self._thread is None:
            self._thread = SealingThread(
                uuid.uuid4().hex, public=self.public, context=self.context_factory(self._id)
            )
        self._thread.put(raw_data)

    @override
    def file_complete(self, file_size: int) -> SealedUpload:
        """End a file; a failed store becomes a problem of this file, not of the request."""
        blob = ""
        thread, self._thread = self._thread, None
        if thread is not None:
            blob = thread.blob
            if failure := thread.finish():
                logger.error("a file was not stored: %s", type(failure).__name__)
                blob, self._problem = "", FAILED
        elif not self._problem:
            self._problem = EMPTY
        self.accepted += bool(blob)
        return SealedUpload(
            key=self._id,
            blob=blob,
            name=clean_name(str(self.file_name)),
            size=self._size,
            kind=content_type(self._head),
            sha256=self._hash.hexdigest(),
            problem=self._problem,
            content=bytes(self._content) if blob and self._content is not None else None,
        )

    @override
    def upload_interrupted(self) -> None:
        """The body ended inside a file."""
        self.abandon()

    def abandon(self) -> None:
        """Give up the file being received, if any: its thread ends, its blob goes."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.abort()


def receive_files(
    request: HttpRequest,
    *,
    public: str,
    context_factory: Callable[[UUID], Context],
    most_files: int | None = None,
    readable: Collection[str] = (),
) -> None:
    """Read the request's body, sealing its files; to be called before anything reads ``POST``.

    ``readable``: fields whose files, up to 5 MB each, the view also gets to read, in memory.

    What Django raises for a broken or oversized body passes through, with nothing left behind.
    """
    handler = SealingUploadHandler(
        public, context_factory, most_files=most_files, readable=readable
    )
    request.upload_handlers = [handler]
    try:
        _ = request.POST
    finally:
        handler.abandon()


def sealed_files(request: HttpRequest, field: str) -> list[SealedUpload]:
    """Return the usable files of a field, even where others of it have a problem."""
    return [
        upload
        for upload in request.FILES.getlist(field)
        if isinstance(upload, SealedUpload) and upload.blob
    ]


def keep_files(uploads: Iterable[SealedUpload]) -> None:
    """Keep the blobs once the transaction is committed, because rows refer to them."""
    chosen = list(uploads)

    def keep() -> None:
        for upload in chosen:
            upload.kept = True

    transaction.on_commit(keep)
