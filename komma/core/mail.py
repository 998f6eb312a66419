"""Mails that say only that something awaits: text only, neutral sender, no content, no name."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

# Out-of-office replies to a hint would tell its sender who is away (RFC 3834, section 5).
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class NeutralMail:
    """Subject and text; the text may hold ``{link}``."""

    subject: str
    text: str


def send(mail: NeutralMail, *, to: str, link: str = "") -> None:
    """Send a mail to one address, now; for jobs only, which repeat it when it fails.

    Raises what the mail backend raises (OSError, smtplib.SMTPException).
    """
    body = mail.text.replace("{link}", link)
    EmailMessage(mail.subject, body, settings.DEFAULT_FROM_EMAIL, [to], headers=HEADERS).send()


def absolute(path: str) -> str:
    """Return the public address of a local path."""
    return f"{settings.KOMMA_URL}{path}"


def onward(path: str) -> str:
    """Return the address of a local page by way of the same-site step.

    A browser that follows a link out of a mail withholds cookies with SameSite=Strict; the step
    in between is a page of ours, so that the next request brings them.
    """
    return absolute(f"{reverse('portal:onward')}?{urlencode({'ziel': path})}")
