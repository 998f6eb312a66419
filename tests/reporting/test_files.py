"""Files of a report: sealed from the browser to the case, hostile ones told in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from komma.core.files import open_blob
from komma.municipalities.codes import Pillar
from komma.reporting.models import DraftFile
from tests.factories import as_owner
from tests.factories.towns import make_town
from tests.reporting.conftest import WORDS, Reporter, all_cases, read_as

if TYPE_CHECKING:
    from django.http import HttpResponse

pytestmark = pytest.mark.django_db(transaction=True)

SHOT = b"\x89PNG\r\n\x1a\n" + b"Bildschirmfoto " * 5000


@pytest.fixture
def writer(transactional_db: None) -> Reporter:
    with as_owner():
        town = make_town("Dateistadt", "05999008")
    reporter = Reporter(town)
    reporter.begin(was__description=WORDS, wer__side="outside")
    return reporter


def blobs() -> list[Path]:
    folder = Path(storages["sealed"].path(""))
    return sorted(folder.glob("*")) if folder.exists() else []


def upload(
    reporter: Reporter, *files: tuple[str, bytes], button: str = "hinzufuegen", **data: Any
) -> HttpResponse:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return reporter.step("dateien", uploads=uploads, **{button: "1"}, **data)


def test_a_file_travels_sealed_from_the_browser_to_the_case(writer: Reporter) -> None:
    upload(writer, ("drohung.png", SHOT))
    page = writer.get("bericht/dateien/").content.decode()
    assert "drohung.png" in page
    assert "drohung.png" in writer.get("bericht/pruefen/").content.decode()
    (blob,) = blobs()
    assert b"Bildschirmfoto" not in blob.read_bytes()
    writer.send()
    (entry,) = read_as(writer.town.one(Pillar.ASSAULT))
    (file,) = entry.attachments
    assert (file.name, file.content_type, file.size) == ("drohung.png", "image/png", len(SHOT))
    assert b"".join(open_blob(file.blob, file.secret, file.context)) == SHOT
    assert blobs() == [blob]
    with as_owner():
        assert DraftFile.objects.count() == 0


def test_reporters_get_their_file_back_safely(writer: Reporter) -> None:
    upload(writer, ("böse\u202egnp.html", b"<script>alert(1)</script>"))
    writer.send()
    page = writer.open_mailbox()
    path = page.split('href="/postfach/datei/')[1].split('"')[0]
    response = writer.get(f"/postfach/datei/{path}")
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert Client().get(f"/postfach/datei/{path}").status_code == 302
    assert writer.get(f"/postfach/datei/{all_cases()[0].pk}/").status_code == 404


def test_going_on_keeps_chosen_files(writer: Reporter) -> None:
    response = upload(writer, ("a.txt", b"a"), button="weiter")
    assert response.headers["Location"].endswith("/bericht/stelle/")
    assert len(blobs()) == 1


def test_going_back_keeps_chosen_files(writer: Reporter) -> None:
    response = upload(writer, ("a.txt", b"a"), button="zurueck")
    assert response.headers["Location"].endswith("/bericht/gefahr/")
    assert len(blobs()) == 1


def test_a_file_can_be_removed(writer: Reporter) -> None:
    upload(writer, ("a.txt", b"a"), ("b.txt", b"b"))
    with as_owner():
        found = list(DraftFile.objects.all())
    response = writer.step("dateien", entfernen=str(found[0].pk))
    assert response.headers["Location"].endswith("/bericht/dateien/")
    assert [blob.name for blob in blobs()] == [found[1].blob]
    writer.step("dateien", entfernen="kein-schluessel")
    writer.step("dateien", entfernen=str(found[0].pk))
    assert len(blobs()) == 1


def test_bad_files_are_told_and_good_ones_kept(writer: Reporter, settings: Any) -> None:
    settings.KOMMA_MAX_FILE_BYTES = 1000
    page = upload(
        writer, ("gut.txt", b"gut"), ("leer.txt", b""), ("gross.txt", b"x" * 2000)
    ).content.decode()
    assert "„leer.txt“ ist leer" in page
    assert "„gross.txt“ ist größer" in page
    assert "gut.txt" in page
    assert len(blobs()) == 1


def test_the_number_of_files_counts_over_several_uploads(writer: Reporter, settings: Any) -> None:
    settings.KOMMA_MAX_FILES = 2
    upload(writer, ("a.txt", b"a"), ("b.txt", b"b"))
    page = upload(writer, ("c.txt", b"c")).content.decode()
    assert "Möglich sind 2 Dateien" in page
    assert len(blobs()) == 2


def test_files_without_a_draft_are_not_stored(writer: Reporter) -> None:
    stranger = Reporter(writer.town)
    page = upload(stranger, ("a.txt", b"a"))
    assert page.status_code == 200
    assert blobs() == []


def test_files_without_the_csrf_token_leave_nothing(writer: Reporter) -> None:
    strict = Reporter(writer.town, Client(enforce_csrf_checks=True))
    strict.client.cookies = writer.client.cookies
    response = upload(strict, ("a.txt", b"a"))
    assert response.status_code == 403
    assert blobs() == []


def test_leaving_removes_the_files(writer: Reporter) -> None:
    upload(writer, ("a.txt", b"a"))
    assert len(blobs()) == 1
    writer.post("/melden/verlassen/")
    assert blobs() == []


def test_files_in_messages_are_sealed_to_the_mailbox(writer: Reporter) -> None:
    writer.send()
    writer.open_mailbox()
    data = {"text": "Noch etwas.", "uploads": [SimpleUploadedFile("b.png", SHOT)]}
    assert writer.post("/postfach/nachricht/", data).status_code == 302
    entries = read_as(writer.town.one(Pillar.ASSAULT))
    (file,) = entries[1].attachments
    assert entries[1].text == "Noch etwas."
    assert b"".join(open_blob(file.blob, file.secret, file.context)) == SHOT
    page = writer.post("/postfach/nachricht/", {"uploads": [SimpleUploadedFile("c.png", b"")]})
    assert "ist leer" in page.content.decode()
    assert len(blobs()) == 1


def test_a_message_sent_twice_is_one_and_its_second_file_goes(writer: Reporter) -> None:
    writer.send()
    writer.open_mailbox()
    for _ in range(2):
        data = {"text": "x", "token": "t1", "uploads": [SimpleUploadedFile("b.png", SHOT)]}
        assert writer.post("/postfach/nachricht/", data).status_code == 302
    assert len(read_as(writer.town.one(Pillar.ASSAULT))) == 2
    assert len(blobs()) == 1
