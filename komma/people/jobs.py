"""Mails to people, sent by the job worker. Arguments hold ids and codes, never an address."""

from __future__ import annotations

import base64
from uuid import UUID

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from komma.core import mail
from komma.core.vault.server import open_for_server
from komma.people import hints, queries, reset

# Ten attempts with growing pauses, about nine hours in all: outlasts a night's maintenance.
RETRY = RetryStrategy(max_attempts=10, exponential_wait=3)
QUEUE = "mail"
INVITATION_PURPOSE = "invitation mail"


@app.task(name="people.mail_hint", queue=QUEUE, retry=RETRY)
def mail_hint(person: str, kind: str) -> None:
    """Tell a person that something awaits; ``kind`` is a code of ``hints.Hint``."""
    found = queries.person_by_id(UUID(person))
    if found is None or not found.is_active:
        return
    mail.send(hints.mail_for(hints.Hint(kind)), to=found.email, link=mail.onward("/start/"))


@app.task(name="people.mail_invitation", queue=QUEUE, retry=RETRY)
def mail_invitation(person: str, sealed: str) -> None:
    """Send the link of an invitation; token and organisation are sealed to the server key."""
    found = queries.person_by_id(UUID(person))
    if found is None:
        return
    opened = open_for_server(base64.b64decode(sealed), f"{INVITATION_PURPOSE}/{person}").decode()
    path, _, organisation_name = opened.partition("\n")
    message = hints.invitation_mail(organisation_name)
    mail.send(message, to=found.email, link=mail.absolute(path))


@app.task(name="people.mail_reset", queue=QUEUE, retry=RETRY)
def mail_reset(person: str) -> None:
    """Send the link to a new password; the person may not exist, so that nobody can tell."""
    found = queries.person_by_id(UUID(person))
    if found is None or not found.is_active or not found.has_usable_password():
        return
    mail.send(hints.reset_mail(), to=found.email, link=mail.absolute(reset.path_for(found)))


@app.task(name="people.mail_changed", queue=QUEUE, retry=RETRY)
def mail_changed(person: str) -> None:
    """Tell a person that the way they sign in was changed."""
    found = queries.person_by_id(UUID(person))
    if found is not None:
        mail.send(hints.changed_mail(), to=found.email)
