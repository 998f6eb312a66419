"""A forwarded mail (RFC 5322), read in memory: who wrote what, and when."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy
from email.utils import parsedate_to_datetime
from html import unescape
from typing import cast, override

from django.utils import timezone

DEEPEST = 4  # mails inside mails
LONGEST_LINE = 300  # characters of sender and subject
# The parser's time grows with the square of a header's length and of the number of parts: a hostile
# mail of 5 MB would keep it busy for hours. No genuine one comes near.
LONGEST_HEADER = 2000  # characters
MOST_PARTS = 1000

# Elements that end a line, and such whose content nobody reads.
_BREAKS = frozenset(("p", "div", "br", "tr", "li", "blockquote", "table", "hr", "pre")) | {
    f"h{level}" for level in range(1, 7)
}
_UNREAD = frozenset(("script", "style", "title", "template"))
# A tag, a declaration or a processing instruction. Each "<" is looked at once.
_TAG = re.compile(r"<(?:(/?)([a-zA-Z][a-zA-Z0-9]*+)|[!?])[^<>]*+>")
_PART = re.compile(rb"^--", re.MULTILINE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Bounded(EmailPolicy):
    @override
    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:LONGEST_HEADER]


_POLICY = cast("Policy[EmailMessage]", _Bounded())


@dataclass(frozen=True)
class Mail:
    """What a mail says; ``sent_on`` is the day in Germany, None where the mail does not tell."""

    sender: str
    subject: str
    sent_on: dt.date | None
    text: str


def read_mail(raw: bytes) -> Mail | None:
    """Return what the mail says, or None where it cannot be read; in time linear to its length.

    Where somebody forwarded a mail as an attachment (message/rfc822), the inner one counts: that
    is what happened; the outer one says only that it was passed on.
    """
    if len(_PART.findall(raw.replace(b"\r", b"\n"))) > MOST_PARTS:
        return None
    try:
        mail = _innermost(message_from_bytes(raw, policy=_POLICY))
        if not (mail["from"] or mail["subject"] or mail["date"]):
            return None  # any file is a message without headers to the parser
        return Mail(_line(mail["from"]), _line(mail["subject"]), _day(mail["date"]), _text(mail))
    except Exception:  # the parser stumbles over malformed headers with errors of all kinds
        return None


def _innermost(mail: EmailMessage) -> EmailMessage:
    for _depth in range(DEEPEST):
        parts = mail.walk()
        next(parts)
        found = next((part for part in parts if part.get_content_type() == "message/rfc822"), None)
        if found is None:
            break
        mail = cast(EmailMessage, found.get_payload(0))
    return mail


def _line(value: object) -> str:
    """Return a header as one line; the parser has decoded it."""
    return " ".join(_CONTROLS.sub("", str(value or "")).split())[:LONGEST_LINE]


def _day(value: object) -> dt.date | None:
    try:
        sent = parsedate_to_datetime(str(value or ""))
    except ValueError:
        return None
    return timezone.localdate(sent) if timezone.is_aware(sent) else sent.date()


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(cast(EmailMessage, body).get_content())
    except LookupError:  # a character set that nobody knows
        payload = body.get_payload(decode=True)
        content = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
    if body.get_content_type() == "text/html":
        content = html_to_text(content)
    content = _CONTROLS.sub("", content.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (line.rstrip() for line in content.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def html_to_text(markup: str) -> str:
    """Return the words of a page of HTML, a line for each paragraph; links lose their addresses."""
    found: list[str] = []
    markup, at, unread = _without_comments(markup), 0, ""
    for tag in _TAG.finditer(markup):
        if not unread:
            found.append(_words(markup[at : tag.start()]))
        at, name = tag.end(), (tag[2] or "").lower()
        if unread:
            unread = "" if tag[1] and name == unread else unread
        elif name in _BREAKS:
            found.append("\n")
        elif name in _UNREAD and not tag[1]:
            unread = name
    if not unread:
        found.append(_words(markup[at:]))
    lines = (" ".join(line.split()) for line in "".join(found).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _words(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))


def _without_comments(markup: str) -> str:
    found, at = [], 0
    while (start := markup.find("<!--", at)) >= 0:
        found.append(markup[at:start])
        end = markup.find("-->", start)
        if end < 0:
            return "".join(found)
        at = end + len("-->")
    return "".join([*found, markup[at:]])
