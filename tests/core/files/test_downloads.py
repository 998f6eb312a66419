"""Downloads: saved, never shown."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from komma.core.files import delete_blobs, open_blob, safe_download
from tests.core.files.conftest import Inbox, place


def test_the_browser_is_told_to_save_and_to_run_nothing() -> None:
    response = safe_download(iter([b"<script>alert(1)</script>"]), name="brief\u202e.html", size=25)
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="brief.html"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"].startswith("sandbox")
    assert response.headers["Content-Length"] == "25"


def test_a_name_cannot_break_the_header() -> None:
    response = safe_download(iter([]), name='a";\r\nSet-Cookie: x=1.txt')
    assert "\n" not in response.headers["Content-Disposition"]
    assert "Grüße" not in safe_download(iter([]), name="Grüße.txt").headers["Content-Disposition"]


@pytest.mark.django_db  # closing a response looks after the process's connection, if it has one
def test_a_download_that_nobody_reads_ends_its_thread(inbox: Inbox) -> None:
    content = b"x" * 3_000_000
    request = inbox.request([SimpleUploadedFile("a.bin", content)])
    sealed = inbox.receive(request).files["files"]
    response = safe_download(
        open_blob(sealed.blob, inbox.keys.secret, place(sealed.id)), name="a.bin"
    )
    next(iter(response))
    response.close()
    assert not any(thread.name == "unseal" for thread in threading.enumerate())


@pytest.mark.django_db(transaction=True)
def test_blobs_are_deleted_on_commit_only(inbox: Inbox) -> None:
    inbox.receive(inbox.request([SimpleUploadedFile("a.bin", b"a")]))
    (name,) = inbox.stored()
    with transaction.atomic():
        delete_blobs([name])
        transaction.set_rollback(True)
    assert inbox.stored() == [name]
    with transaction.atomic():
        delete_blobs([name, "gone-already"])
    assert inbox.stored() == []
