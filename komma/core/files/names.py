"""What a file is called and what it is, judged without trusting who sent it."""

import unicodedata
from pathlib import PurePosixPath

import puremagic

LONGEST_NAME = 120
LONGEST_SUFFIX = 12
NAMELESS = "Datei"
HEAD_SIZE = 4096  # bytes of content that tell its type
LEAST_CONFIDENCE = 0.3
ZIP_HEAD = b"PK\x03\x04"
UNKNOWN = "application/octet-stream"


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
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        found = []
    if found and found[0].mime_type and found[0].confidence >= LEAST_CONFIDENCE:
        return str(found[0].mime_type)
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        # The last character may be cut in two.
        text = head.decode("utf-8", "strict" if len(head) < HEAD_SIZE else "ignore")
    except UnicodeDecodeError:
        return False
    return len(text.encode()) >= len(head) - 3 and "\0" not in text
