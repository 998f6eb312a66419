"""Names and types of hostile files."""

import pytest

from komma.core.files.names import (
    HEAD_SIZE,
    LONGEST_NAME,
    clean_name,
    content_type,
    name_warning,
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("drohung.pdf", "drohung.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\maria\\brief.docx", "brief.docx"),
        ("rechnung\u202efdp.exe", "rechnungfdp.exe"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("..", "Datei"),
        ("", "Datei"),
        ("   ", "Datei"),
        ("Gru\u0308ße.txt", "Grüße.txt"),
        ("\U0001f621 brief.png", "\U0001f621 brief.png"),
        ("zeile\neins.txt", "zeileeins.txt"),
    ],
)
def test_names_are_safe_to_show(given: str, shown: str) -> None:
    assert clean_name(given) == shown


def test_a_long_name_keeps_its_suffix() -> None:
    name = clean_name("x" * 300 + ".jpeg")
    assert len(name) == LONGEST_NAME
    assert name.endswith("x.jpeg")


def test_a_long_suffix_is_no_suffix() -> None:
    assert len(clean_name("a." + "b" * 300)) == LONGEST_NAME


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(20), "image/jpeg"),
        (b"PK\x03\x04" + bytes(40), "application/zip"),
        (b"MZ\x90\0" + bytes(100), "application/vnd.microsoft.portable-executable"),
        ("Grüße, das war schlimm.".encode(), "text/plain"),
        (("ä" * HEAD_SIZE).encode()[:HEAD_SIZE], "text/plain"),
        (b"\x7fELF\2\1\1" + bytes(60), "application/x-executable"),
        (b"#!/bin/sh\necho", "application/x-executable"),
        (b"\0\1\2\3", "application/octet-stream"),
        (b"", "text/plain"),
    ],
)
def test_the_type_comes_from_the_content(head: bytes, expected: str) -> None:
    assert content_type(head) == expected


@pytest.mark.parametrize(
    "mark", [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
)
def test_marks_of_writing_direction_go(mark: str) -> None:
    assert clean_name(f"rechnung{mark}fdp.exe") == "rechnungfdp.exe"


WINDOWS = content_type(b"MZ\x90\0" + bytes(100))
LINUX = content_type(b"\x7fELF\2\1\1" + bytes(60))


@pytest.mark.parametrize(
    ("name", "kind", "warning"),
    [
        ("bild.png", WINDOWS, "Achtung: Der Name sagt Bild, der Inhalt ist ein Programm."),
        ("brief.PDF", LINUX, "Achtung: Der Name sagt Dokument, der Inhalt ist ein Programm."),
        ("ohne", WINDOWS, "Achtung: Der Inhalt ist ein Programm."),
        ("setup.exe", WINDOWS, "Achtung: Das ist ein Programm."),
        ("bild.png", "image/png", ""),
        ("bild.png", "text/plain", ""),
        ("brief.docx", "application/zip", ""),
    ],
)
def test_a_program_is_named_whatever_it_is_called(name: str, kind: str, warning: str) -> None:
    assert name_warning(name, kind) == warning
