"""What a visitor of the demonstration needs to know: addresses, password, receipts, mails."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _

from komma.demo import told
from komma.demo.people import ADMINISTRATOR, PASSWORD, POSTS

if TYPE_CHECKING:
    from pathlib import Path

SHOWN_TOWNS = ("jena", "kassel")
MOST_MAILS = 100
# Between the mails of one file, written by Django's file-based backend.
_RULE = b"-" * 79


class Account(NamedTuple):
    """An address to sign in with, and what its owner does."""

    email: str
    function: str


class Mail(NamedTuple):
    """A mail that was kept instead of sent."""

    to: str
    subject: str
    date: str
    text: str


def accounts() -> list[Account]:
    """Return the accounts that visitors are pointed to; every municipality has the same posts."""
    town = SHOWN_TOWNS[0]
    found = [Account(f"{post.local}@{town}.example", post.title) for post in POSTS]
    found.insert(-1, Account(f"{ADMINISTRATOR}@{town}.example", _("Verwaltung der Konten")))
    found.append(Account("anlaufstelle@komma.example", _("Überörtliche Anlaufstelle")))
    found.append(Account("programm@komma.example", _("Programmteam")))
    return found


def signposts() -> list[str]:
    """Return the lines that ``komma run`` prints when the demonstration is ready."""
    town = SHOWN_TOWNS[0]
    short = [f"{post.local}@{town}.example" for post in POSTS if not post.local.endswith("2")]
    lines = ["", _("Vorführung: erfundene Personen und Fälle. Anmelden zum Beispiel mit")]
    lines += [f"  {address}" for address in short if not address.startswith("vertretung")]
    lines += [
        f"  {ADMINISTRATOR}@{town}.example",
        _("  (ebenso @%(town)s.example und weitere), programm@komma.example")
        % {"town": SHOWN_TOWNS[1]},
        _("Passwort: %(password)s") % {"password": PASSWORD},
        _("Alle Adressen, Quittungen und Mails: %(url)s/demo/") % {"url": settings.KOMMA_URL},
    ]
    return lines


def receipts() -> list[tuple[str, str]]:
    """Return (name, code) of the receipts for trying the mailbox."""
    return told.receipts()


def kept_mails() -> list[Mail]:
    """Return the newest mails that were written to files, newest first."""
    folder: Path = settings.KOMMA_DATA_DIR / "mail"
    if not folder.is_dir():
        return []
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    found: list[Mail] = []
    for path in files:
        found += reversed(_mails_in(path.read_bytes()))
        if len(found) >= MOST_MAILS:
            break
    return found[:MOST_MAILS]


def _mails_in(content: bytes) -> list[Mail]:
    parts = (part.strip() for part in content.split(b"\n" + _RULE + b"\n"))
    return [_mail(part) for part in parts if part]


def _mail(raw: bytes) -> Mail:
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    return Mail(
        to=str(message.get("To", "")),
        subject=str(message.get("Subject", "")),
        date=str(message.get("Date", "")),
        text=body.get_content() if body else "",
    )
