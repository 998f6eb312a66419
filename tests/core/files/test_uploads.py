"""Uploads: sealed on the way, nothing in clear, nothing left behind."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import tracemalloc
import uuid
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import UnreadablePostError
from django.test import RequestFactory

from komma.core.files import keep_files, open_blob, sealed_files
from komma.core.files.uploads import SealingUploadHandler
from komma.core.vault.keys import new_key_pair
from komma.core.vault.sealing import Damaged, Transplanted, WrongKey
from tests.core.files.conftest import Inbox, place

WORDS = b"Ich weiss, wo du wohnst. "


def upload(name: str = "drohung.txt", content: bytes = WORDS, kind: str = "image/png") -> Any:
    return SimpleUploadedFile(name, content, content_type=kind)


def sealing_threads() -> int:
    return sum(thread.name == "seal" for thread in threading.enumerate())


def test_a_file_can_be_opened_with_its_key_only(inbox: Inbox) -> None:
    form = inbox.receive(inbox.request([upload(content=WORDS * 20_000)]))
    assert form.is_valid()
    (sealed,) = form.cleaned_data["files"]
    assert b"".join(open_blob(sealed.blob, inbox.keys.secret, place(sealed.id))) == WORDS * 20_000
    with pytest.raises(WrongKey):
        open_blob(sealed.blob, new_key_pair().secret, place(sealed.id))
    with pytest.raises(Transplanted):
        open_blob(sealed.blob, inbox.keys.secret, place(uuid.uuid4()))


def test_size_hash_and_type_are_those_of_the_content(inbox: Inbox) -> None:
    (sealed,) = inbox.receive(inbox.request([upload()])).files.getlist("files")
    assert sealed.meta() == {
        "name": "drohung.txt",
        "type": "text/plain",
        "size": len(WORDS),
        "sha256": hashlib.sha256(WORDS).hexdigest(),
    }


def test_nothing_of_a_file_lies_in_clear_on_the_disk(inbox: Inbox) -> None:
    sealed = inbox.receive(inbox.request([upload(content=WORDS * 9000)])).files["files"]
    (name,) = inbox.stored()
    raw = (inbox.folder / name).read_bytes()
    assert raw.startswith(b"age-encryption.org/v1")
    assert WORDS not in raw
    assert b"drohung" not in raw
    assert "drohung" not in name
    assert name == sealed.blob


def test_file_times_tell_the_day_only(inbox: Inbox) -> None:
    inbox.receive(inbox.request([upload()]))
    status = (inbox.folder / inbox.stored()[0]).stat()
    assert status.st_mtime % 86_400 == 0
    assert status.st_atime % 86_400 == 0


def test_files_are_readable_by_the_system_user_only(inbox: Inbox) -> None:
    inbox.receive(inbox.request([upload()]))
    assert (inbox.folder / inbox.stored()[0]).stat().st_mode & 0o077 == 0
    assert inbox.folder.stat().st_mode & 0o077 == 0


def test_what_is_not_kept_goes_with_the_request(inbox: Inbox) -> None:
    request = inbox.request([upload()])
    inbox.receive(request)
    assert len(inbox.stored()) == 1
    request.close()
    assert inbox.stored() == []


@pytest.mark.django_db(transaction=True)
def test_kept_files_stay_after_commit(inbox: Inbox) -> None:
    request = inbox.request([upload()])
    inbox.receive(request)
    with transaction.atomic():
        keep_files(sealed_files(request, "files"))
    request.close()
    assert len(inbox.stored()) == 1


@pytest.mark.django_db(transaction=True)
def test_kept_files_go_when_the_transaction_is_rolled_back(inbox: Inbox) -> None:
    request = inbox.request([upload()])
    inbox.receive(request)
    with transaction.atomic():
        keep_files(sealed_files(request, "files"))
        transaction.set_rollback(True)
    request.close()
    assert inbox.stored() == []


def test_an_empty_file_is_a_form_error(inbox: Inbox) -> None:
    form = inbox.receive(inbox.request([upload(content=b"")]))
    assert not form.is_valid()
    assert "ist leer" in form.errors["files"][0]
    assert inbox.stored() == []


def test_an_oversized_file_is_a_form_error_and_leaves_nothing(inbox: Inbox, settings: Any) -> None:
    settings.KOMMA_MAX_FILE_BYTES = 200_000
    form = inbox.receive(inbox.request([upload(content=WORDS * 9000), upload("b.txt")]))
    assert "ist größer als" in form.errors["files"][0]
    assert len(inbox.stored()) == 1
    assert [each.name for each in form.files.getlist("files") if each.blob] == ["b.txt"]
    assert sealing_threads() == 0


def test_a_file_of_exactly_the_limit_is_taken(inbox: Inbox, settings: Any) -> None:
    settings.KOMMA_MAX_FILE_BYTES = len(WORDS)
    assert inbox.receive(inbox.request([upload()])).is_valid()


def test_too_many_files_are_a_form_error(inbox: Inbox) -> None:
    form = inbox.receive(
        inbox.request([upload("a.txt"), upload("b.txt"), upload("c.txt")]), most_files=2
    )
    assert "„c.txt“ passt nicht mehr dazu" in form.errors["files"][0]
    assert len(inbox.stored()) == 2


def test_a_store_that_fails_is_a_form_error(inbox: Inbox) -> None:
    inbox.folder.parent.mkdir(parents=True, exist_ok=True)
    inbox.folder.write_text("a file where the folder should be")
    form = inbox.receive(inbox.request([upload(content=WORDS * 90_000)]))
    assert "konnte nicht gespeichert werden" in form.errors["files"][0]
    assert sealing_threads() == 0


def test_files_past_the_sealing_handler_are_refused(inbox: Inbox) -> None:
    from tests.core.files.conftest import FilesForm

    form = FilesForm({}, {"files": upload()})
    assert not form.is_valid()


def test_text_beside_files_arrives(inbox: Inbox) -> None:
    request = inbox.request([upload()], text="Hallo")
    inbox.receive(request)
    assert request.POST["text"] == "Hallo"


@pytest.mark.parametrize("name", ["../../evil.txt", "a\u202etxt.exe", "x" * 300 + ".txt", "CON"])
def test_hostile_names_never_become_paths(inbox: Inbox, name: str) -> None:
    sealed = inbox.receive(inbox.request([upload(name)])).files["files"]
    assert len(sealed.name) <= 120
    assert not {"/", "\\", "\0", "\u202e"} & set(sealed.name)
    assert inbox.stored() == [sealed.blob]


class BrokenBody(io.BytesIO):
    """A connection that ends inside a file."""

    def read(self, size: int | None = -1) -> bytes:
        chunk = super().read(min(size or 0, 50_000) if size and size > 0 else 50_000)
        if not chunk:
            raise OSError("connection lost")
        return chunk


def body_of_half_a_file() -> tuple[bytes, str]:
    head = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n'
        b"Content-Type: text/plain\r\n\r\n"
    )
    return head + WORDS * 9000, "multipart/form-data; boundary=x"


def test_a_lost_connection_leaves_neither_file_nor_thread(inbox: Inbox) -> None:
    body, kind = body_of_half_a_file()
    request = RequestFactory().generic("POST", "/", b"x", content_type=kind)
    request.META["CONTENT_LENGTH"] = str(len(body) * 2)
    request._stream = BrokenBody(body)
    with pytest.raises(UnreadablePostError):
        inbox.receive(request)
    assert inbox.stored() == []
    assert sealing_threads() == 0


def test_a_cut_off_body_leaves_neither_file_nor_thread(inbox: Inbox) -> None:
    body, kind = body_of_half_a_file()
    request = RequestFactory().generic("POST", "/", body, content_type=kind)
    inbox.receive(request)
    request.close()
    assert inbox.stored() == []
    assert sealing_threads() == 0


def test_memory_does_not_grow_with_the_file(inbox: Inbox) -> None:
    handler = SealingUploadHandler(inbox.keys.public, place)
    handler.new_file("files", "gross.bin", "application/octet-stream", None, None, None)
    chunk = os.urandom(64 * 1024)
    tracemalloc.start()
    for _ in range(500):  # 32 MB
        handler.receive_data_chunk(chunk + b"", 0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    sealed = handler.file_complete(0)
    assert sealed.size == 500 * len(chunk)
    assert peak < 6_000_000


def test_a_damaged_file_is_noticed(inbox: Inbox) -> None:
    sealed = inbox.receive(inbox.request([upload(content=WORDS * 9000)])).files["files"]
    path = inbox.folder / sealed.blob
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(Damaged):
        list(open_blob(sealed.blob, inbox.keys.secret, place(sealed.id)))
    storages["sealed"].delete(sealed.blob)
    with pytest.raises(FileNotFoundError):
        open_blob(sealed.blob, inbox.keys.secret, place(sealed.id))
