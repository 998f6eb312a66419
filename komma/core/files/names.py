"""What a file is called and what it is, judged without trusting who sent it."""

import unicodedata
from pathlib import PurePosixPath

import puremagic
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

LONGEST_NAME = 120
LONGEST_SUFFIX = 12
NAMELESS = "Datei"
HEAD_SIZE = 4096  # bytes of content that tell its type
LEAST_CONFIDENCE = 0.3
ZIP_HEAD = b"PK\x03\x04"
UNKNOWN = "application/octet-stream"
PROGRAM = "application/x-executable"
# What puremagic finds without naming a type: programs of Linux and macOS, scripts.
_PROGRAM_HEADS = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")
_PROGRAMS = frozenset({PROGRAM, "application/vnd.microsoft.portable-executable"})
_PROGRAM_SUFFIXES = frozenset({".exe", ".dll", ".com", ".scr", ".msi", ".sh", ".bat", ".jar"})
_PICTURE, _SOUND, _FILM, _TEXT = _lazy("Bild"), _lazy("Ton"), _lazy("Film"), _lazy("Dokument")
_PROMISES = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp", ".heic", ".bmp", ".svg"), _PICTURE),
    **dict.fromkeys((".mp3", ".wav", ".m4a", ".ogg", ".flac"), _SOUND),
    **dict.fromkeys((".mp4", ".mov", ".avi", ".mkv", ".webm"), _FILM),
    **dict.fromkeys((".pdf", ".doc", ".docx", ".odt", ".txt", ".eml", ".msg", ".xlsx"), _TEXT),
}


def clean_name(name: str) -> str:
    """Return a name that is safe to show and to save under.

    Without folders, control characters and marks that turn the writing direction (``fdp.exe``
    must not look like ``exe.pdf``), at most 120 characters, with the suffix kept.
    """
    flat = name.replace("\\", "/").rsplit("/", 1)[-1]
    composed = unicodedata.normalize("NFC", flat)
    shown = "".join(
        char for char in composed if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    bare = " ".join(shown.split()).strip(".")
    suffix = PurePosixPath(bare).suffix
    if len(suffix) > LONGEST_SUFFIX:
        suffix = ""
    stem = bare.removesuffix(suffix)[: LONGEST_NAME - len(suffix)]
    return stem + suffix or NAMELESS


def content_type(head: bytes) -> str:
    """Return the media type that the first bytes of a file tell, never the one that was claimed.

    Office files and archives look alike at the start: both are ``application/zip``.
    """
    if head.startswith(ZIP_HEAD):
        return "application/zip"
    if head.startswith(_PROGRAM_HEADS):
        return PROGRAM
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    if found and found[0].mime_type and found[0].confidence >= LEAST_CONFIDENCE:
        return str(found[0].mime_type)
    return "text/plain" if _is_text(head) else UNKNOWN


def name_warning(name: str, kind: str) -> str:
    """Return a warning where the name promises something else and the content is a program.

    ``kind``: the media type judged by content. "" for everything that is no program.
    """
    if kind not in _PROGRAMS:
        return ""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in _PROGRAM_SUFFIXES:
        return _("Achtung: Das ist ein Programm.")
    promised = _PROMISES.get(suffix)
    if promised is None:
        return _("Achtung: Der Inhalt ist ein Programm.")
    return _("Achtung: Der Name sagt %(promised)s, der Inhalt ist ein Programm.") % {
        "promised": promised
    }


def _is_text(head: bytes) -> bool:
    try:
        # The last character may be cut in two.
        text = head.decode("utf-8", "strict" if len(head) < HEAD_SIZE else "ignore")
    except UnicodeDecodeError:
        return False
    return len(text.encode()) >= len(head) - 3 and "\0" not in text
