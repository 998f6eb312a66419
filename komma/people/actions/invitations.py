"""Invitations: the only way to an account."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from komma.core.audit.log import record
from komma.core.vault.server import seal_for_server
from komma.people import jobs, queries
from komma.people.actions import vault
from komma.people.actions.errors import AccountExists, InvitationClosed
from komma.people.models import Invitation
from komma.people.tokens import new_token, token_hash

if TYPE_CHECKING:
    from uuid import UUID

    from komma.people.models import Person

VALID_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Accepted:
    """A new account, and the code that nothing can show again."""

    person: Person
    recovery_code: str = field(repr=False)


def invite(*, person: Person, organisation_id: UUID, organisation_name: str, by: UUID) -> str:
    """Mail a link to the person and return its token; an earlier link stops working.

    The token proves to hold the person's mailbox: never show it to whoever invites. Only the
    commands that set up an installation print it. The caller administers the organisation
    (row policy; another one gets a database error).
    """
    token = new_token()
    with transaction.atomic():
        Invitation.objects.filter(
            person=person, organisation_id=organisation_id, accepted_at=None
        ).delete()
        Invitation(
            person=person,
            organisation_id=organisation_id,
            organisation_name=organisation_name[:200],
            token_hash=token_hash(token),
            expires_at=timezone.now() + VALID_FOR,
            invited_by=by,
        ).save(force_insert=True)
        record("invitation.sent", organisation=organisation_id, person=by)
        _mail(person, token, organisation_name)
    return token


def withdraw_invitation(invitation: Invitation, *, by: UUID) -> None:
    """Make a link stop working."""
    with transaction.atomic():
        Invitation.objects.filter(pk=invitation.pk).delete()
        record("invitation.withdrawn", organisation=invitation.organisation_id, person=by)


def accept_invitation(*, token: str, name: str, password: str) -> Accepted:
    """Set up the account of a link: name, password and key pair.

    Raises InvitationClosed, or AccountExists where a password is set already: a link that an
    administration caused must never take over an account.
    """
    with transaction.atomic():
        invitation = _open_invitation(token)
        person = invitation.person
        if person.has_usable_password() or queries.has_vault(person.pk):
            raise AccountExists
        person.name = name.strip()[:120]
        person.set_password(password)
        person.save(update_fields=["name", "password"])
        code = vault.create_vault(person, password)
        _close(invitation)
    return Accepted(person, code)


def join_by_invitation(*, token: str, by: Person) -> None:
    """Accept a link with an account that exists; raises InvitationClosed, also for others."""
    with transaction.atomic():
        invitation = _open_invitation(token)
        if invitation.person_id != by.pk:
            raise InvitationClosed
        _close(invitation)


def _open_invitation(token: str) -> Invitation:
    found = queries.invitation_by_token(token)
    if found is None:
        raise InvitationClosed
    # Two clicks at the same moment: the second one waits here, and then finds it accepted.
    locked = Invitation.objects.select_for_update().filter(pk=found.pk).first()
    if locked is None or locked.accepted_at or queries.invitation_is_expired(locked):
        raise InvitationClosed
    if not locked.person.is_active:
        raise InvitationClosed
    return locked


def _close(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())
    record(
        "invitation.accepted",
        organisation=invitation.organisation_id,
        person=invitation.person_id,
    )


def _mail(person: Person, token: str, organisation_name: str) -> None:
    path = reverse("people:invitation", args=[token])
    content = f"{path}\n{organisation_name}".encode()
    sealed = seal_for_server(content, f"{jobs.INVITATION_PURPOSE}/{person.pk}")
    jobs.mail_invitation.defer(
        person=str(person.pk), sealed=base64.b64encode(sealed).decode("ascii")
    )
